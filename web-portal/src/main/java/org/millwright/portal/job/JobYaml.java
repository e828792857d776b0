package org.millwright.portal.job;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millwright.compute.FailureCause;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Tier;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RetryPolicy;

/** Writes a job as the YAML of Azure ML's command line, to be saved, changed and submitted again. */
public final class JobYaml {
    private JobYaml() {}

    public static String of(JobSpec job, String displayName, String experiment) {
        var spark = job.type() instanceof JobType.Spark application ? application : null;
        var yaml = new StringBuilder(spark == null ? "type: command\n" : "type: spark\n");
        yaml.append("display_name: ").append(quoted(displayName)).append('\n');
        yaml.append("experiment_name: ").append(quoted(experiment)).append('\n');
        if (job.code() != null) {
            yaml.append("code: ./src  # the code of this run is snapshot ")
                    .append(job.code().value(), 0, 12)
                    .append('\n');
        }
        if (spark == null) {
            command(yaml, job.command());
        } else {
            spark(yaml, spark, job.command());
        }
        inputs(yaml, job.inputs());
        outputs(yaml, job.outputs());
        if (!job.variables().isEmpty()) {
            yaml.append("environment_variables:\n");
            new TreeMap<>(job.variables())
                    .forEach((name, value) -> yaml.append("  %s: %s%n".formatted(name, quoted(value))));
        }
        if (!job.secrets().isEmpty()) {
            yaml.append("secrets:\n");
            job.secrets().forEach((name, variable) -> yaml.append("  %s: %s%n".formatted(name, quoted(variable))));
        }
        environment(yaml, job);
        yaml.append("compute: ").append(quoted("azureml:" + job.compute())).append('\n');
        running(yaml, job);
        if (job.timeLimit() != null) {
            yaml.append("limits:\n  timeout: ")
                    .append(job.timeLimit().toSeconds())
                    .append('\n');
        }
        return yaml.toString();
    }

    private static void command(StringBuilder yaml, String command) {
        yaml.append("command: ");
        if (command.contains("\n")) {
            yaml.append("|-\n");
            command.lines().forEach(line -> yaml.append("  ").append(line).append('\n'));
        } else {
            yaml.append(quoted(command)).append('\n');
        }
    }

    private static void spark(StringBuilder yaml, JobType.Spark spark, String command) {
        yaml.append("entry:\n  file: %s\n".formatted(quoted(spark.entry())));
        var arguments = spark.arguments(command);
        if (!arguments.isEmpty()) {
            yaml.append("args: ").append(quoted(arguments)).append('\n');
        }
        list(yaml, "py_files", spark.pyFiles());
        list(yaml, "jars", spark.jars());
        list(yaml, "files", spark.files());
        list(yaml, "archives", spark.archives());
        if (!spark.conf().isEmpty()) {
            yaml.append("conf:\n");
            spark.conf().forEach((name, value) -> yaml.append("  %s: %s\n".formatted(name, quoted(value))));
        }
    }

    private static void list(StringBuilder yaml, String name, List<String> values) {
        if (!values.isEmpty()) {
            yaml.append(name).append(":\n");
            values.forEach(value -> yaml.append("  - ").append(quoted(value)).append('\n'));
        }
    }

    private static void running(StringBuilder yaml, JobSpec job) {
        var resources = job.resources();
        if (!resources.equals(JobResources.ONE_NODE)) {
            yaml.append("resources:\n  instance_count: %d\n".formatted(resources.instances()));
            if (resources.cpus() != null) {
                yaml.append("  cpus: %s\n".formatted(resources.cpus()));
            }
            if (resources.memoryBytes() != null) {
                yaml.append("  memory: %d\n".formatted(resources.memoryBytes()));
            }
            if (resources.gpus() > 0) {
                yaml.append("  gpus: %d\n".formatted(resources.gpus()));
            }
        }
        if (job.type() instanceof JobType.Distributed(var framework, var processes)) {
            yaml.append("distribution:\n  type: %s\n  process_count_per_instance: %d\n"
                    .formatted(framework.name().toLowerCase(Locale.ROOT), processes));
        }
        var retries = job.retries();
        if (!retries.equals(RetryPolicy.USUAL)) {
            var on = Stream.concat(
                    retries.causes().stream().map(FailureCause::label).sorted(),
                    retries.exitCodes().stream().sorted().map(code -> quoted("exit:" + code)));
            yaml.append("retry_settings:\n  max_retries: %d\n  on: [%s]\n  wait_seconds: %d\n"
                    .formatted(
                            retries.most(),
                            on.collect(Collectors.joining(", ")),
                            retries.pause().toSeconds()));
        }
        if (job.tier() != null) {
            yaml.append("queue_settings:\n  job_tier: %s\n"
                    .formatted(job.tier() == Tier.LOW_PRIORITY ? "spot" : "standard"));
        }
        if (job.priority() != JobSpec.USUAL_PRIORITY) {
            yaml.append("priority: %d\n".formatted(job.priority()));
        }
    }

    private static void inputs(StringBuilder yaml, Map<String, JobInput> inputs) {
        if (inputs.isEmpty()) {
            return;
        }
        yaml.append("inputs:\n");
        inputs.forEach((name, input) -> {
            switch (input) {
                case JobInput.Literal(var text) -> yaml.append("  %s: %s\n".formatted(name, quoted(text)));
                case JobInput.Files(var snapshot, var file) ->
                    yaml.append("  %s:\n    type: %s\n    path: ./%s  # snapshot %s\n"
                            .formatted(
                                    name,
                                    file.isEmpty() ? "uri_folder" : "uri_file",
                                    file.isEmpty() ? name : file,
                                    snapshot.value().substring(0, 12)));
            }
        });
    }

    private static void outputs(StringBuilder yaml, List<String> outputs) {
        if (!outputs.isEmpty()) {
            yaml.append("outputs:\n");
            outputs.forEach(name -> yaml.append("  %s:\n    type: uri_folder\n".formatted(name)));
        }
    }

    private static void environment(StringBuilder yaml, JobSpec job) {
        if (job.environment().name() != null) {
            yaml.append("environment: ")
                    .append(quoted("azureml:" + job.environment().name()))
                    .append('\n');
            return;
        }
        yaml.append("environment:\n");
        if (job.environment().image() != null) {
            yaml.append("  image: ").append(quoted(job.environment().image())).append('\n');
        }
        yaml.append("  conda_file:\n    dependencies:\n");
        if (job.environment().pythonVersion() != null) {
            yaml.append("      - python=")
                    .append(job.environment().pythonVersion())
                    .append('\n');
        }
        yaml.append("      - pip:\n");
        job.environment().packages().forEach(line -> yaml.append("          - ")
                .append(quoted(line))
                .append('\n'));
    }

    /** Plain where YAML reads it as the same text, else in double quotes. */
    static String quoted(String text) {
        if (text.matches("[A-Za-z][A-Za-z0-9_./ =+-]*[A-Za-z0-9_./]|[A-Za-z]")
                && !text.matches("(?i)true|false|yes|no|on|off|null|y|n")) {
            return text;
        }
        return '"'
                + text.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\t", "\\t")
                + '"';
    }
}
