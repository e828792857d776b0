package org.millwright.cli.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.yaml.JobDefinition.Input;
import org.millwright.cli.yaml.YamlValue.Mapping;
import org.millwright.cli.yaml.YamlValue.Scalar;

/** Reads a command job, as Azure ML's command line (v2) writes it. */
public final class JobReader {
    private static final String NO_REGISTRY =
            "it comes from a registered job or component, and a job is written out in full here";
    private static final Section.Keys KEYS = Section.Keys.of(
                    "$schema",
                    "type",
                    "name",
                    "display_name",
                    "description",
                    "experiment_name",
                    "code",
                    "command",
                    "environment",
                    "inputs",
                    "outputs",
                    "environment_variables",
                    "secrets",
                    "compute",
                    "limits",
                    "tags",
                    "resources",
                    "distribution",
                    "retry_settings",
                    "queue_settings",
                    "entry",
                    "args",
                    "py_files",
                    "jars",
                    "files",
                    "archives",
                    "conf",
                    "priority")
            .without(Map.of(
                    "services", "there is no way into a running job; leave it out",
                    "identity", "the job runs as the server's own user; leave it out",
                    "properties", "write them as tags",
                    "component", NO_REGISTRY,
                    "source_job_id", NO_REGISTRY,
                    "schedule", "write a schedule file and use ./millwright schedule create -f"));
    private static final List<String> OF_SPARK =
            List.of("entry", "args", "py_files", "jars", "files", "archives", "conf");
    private static final List<String> NOT_OF_SPARK = List.of("command", "distribution");
    private static final Section.Keys INPUT_KEYS = Section.Keys.of("type", "path", "mode", "description")
            .without(Map.of("datastore", "only files of this machine can be given to a job"));
    private static final Section.Keys OUTPUT_KEYS = Section.Keys.of("type", "mode", "description")
            .without(Map.of(
                    "path", "an output becomes part of the run's files, below outputs/NAME",
                    "name", "outputs are not registered as data assets",
                    "version", "outputs are not registered as data assets"));
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final Pattern JOB_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,254}");
    private static final Pattern ELSEWHERE = Pattern.compile("(azureml:|https?://|wasbs?://|abfss?://|git\\+|s3://).*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{\\{\\s*(.*?)\\s*}}");
    private static final int A_MONTH = 31 * 24 * 3600;

    private final Path folder;
    private final Problems problems;

    private JobReader(Path folder, Problems problems) {
        this.folder = folder;
        this.problems = problems;
    }

    /**
     * Reads the file with the settings of the command line in place. Empty when there are problems.
     *
     * @param settings each {@code path=value}
     */
    public static Optional<JobDefinition> read(Path file, List<String> settings, Problems problems) {
        return YamlFile.read(file, problems)
                .map(document -> Overrides.apply(document, settings, problems))
                .flatMap(document -> read(document, file, problems));
    }

    /** @param file that the document stands in; its folder is where relative paths start and names the experiment */
    static Optional<JobDefinition> read(Mapping document, Path file, Problems problems) {
        var absolute = file.toAbsolutePath().normalize().getParent();
        var parent = file.getParent();
        var job = new JobReader(parent == null ? Path.of("") : parent, problems)
                .job(new Section(document, problems, KEYS), folderName(absolute));
        return problems.isEmpty() ? Optional.of(job) : Optional.empty();
    }

    private static String folderName(@Nullable Path folder) {
        var name = folder == null ? null : folder.getFileName();
        return name == null ? "default" : name.toString();
    }

    private JobDefinition job(Section job, String defaultExperiment) {
        requireCommandJob(job);
        var name = job.text("name");
        if (name != null && !JOB_NAME.matcher(name).matches()) {
            problems.add(
                    job.place("name"),
                    "'%s' is not a job name: letters, digits, '-' and '_', at most 255".formatted(name));
        }
        var code = code(job);
        var inputs = inputs(job);
        var outputs = outputs(job);
        var spark = JobRunningReader.isSpark(job);
        requireKeysOfType(job, spark);
        var written = spark ? "args" : "command";
        var command = spark ? Objects.requireNonNullElse(job.text("args"), "") : job.requiredText("command");
        requireDeclared(command, job.place(written), inputs, outputs);
        if (!spark && !command.isBlank() && problems.isEmpty()) {
            CommandScript.check(command, job.place("command"), code, problems);
        }
        var variables = job.texts("environment_variables");
        variables.keySet().forEach(variable -> requireName("environment_variables", variable, job));
        var secrets = secrets(job, variables);
        var experiment = job.text("experiment_name");
        return new JobDefinition(
                name,
                job.text("display_name"),
                job.text("description"),
                experiment == null || experiment.isBlank() ? defaultExperiment : experiment,
                code,
                spark ? null : command.strip(),
                job.find("environment")
                        .map(value -> EnvironmentReader.read(value, folder, problems))
                        .orElse(PythonPackages.NONE),
                inputs,
                outputs,
                variables,
                secrets,
                compute(job),
                job.section("limits", Section.Keys.of("timeout"))
                        .map(limits -> limits.integer("timeout", 1, A_MONTH))
                        .orElse(null),
                job.integer("priority", 1, 1000),
                new JobRunningReader(problems).read(job),
                job.texts("tags"));
    }

    private void requireCommandJob(Section job) {
        var type = job.text("type");
        if (type != null && !type.equals("command") && !type.equals("spark")) {
            problems.add(
                    job.place("type"),
                    "jobs of type '%s' are not supported; 'command' and 'spark' are".formatted(type));
        }
    }

    private void requireKeysOfType(Section job, boolean spark) {
        for (var key : spark ? NOT_OF_SPARK : OF_SPARK) {
            if (job.has(key)) {
                problems.add(
                        job.place(key),
                        spark
                                ? "a job of type spark has 'entry' and 'args'; leave it out"
                                : "it is for jobs of type spark; write 'type: spark'");
            }
        }
        if (spark && !job.has("code")) {
            problems.add(job.place("type"), "a Spark job has a code folder, with its entry; 'code' is missing");
        }
    }

    private @Nullable Path code(Section job) {
        var written = job.text("code");
        if (written == null) {
            return null;
        }
        if (ELSEWHERE.matcher(written).matches()) {
            problems.add(
                    job.place("code"),
                    "'%s' is not on this machine; 'code' is a local folder or file".formatted(written));
            return null;
        }
        var code = folder.resolve(written);
        if (!Files.exists(code)) {
            problems.add(job.place("code"), "there is no code folder " + code.normalize());
            return null;
        }
        return code;
    }

    private String compute(Section job) {
        var written = job.text("compute");
        if (written == null) {
            return "local";
        }
        return written.startsWith("azureml:") ? written.substring("azureml:".length()) : written;
    }

    private SequencedMap<String, Input> inputs(Section job) {
        var inputs = new LinkedHashMap<String, Input>();
        job.each("inputs", (name, value) -> {
            requireName("inputs", name, job);
            input(name, value).ifPresent(input -> inputs.put(name, input));
        });
        return inputs;
    }

    private Optional<Input> input(String name, YamlValue value) {
        return switch (value) {
            case Scalar literal
            when literal.isNothing() -> {
                problems.add(literal.place(), "input '%s' has no value".formatted(name));
                yield Optional.empty();
            }
            case Scalar literal -> Optional.of(new Input.Literal(literal.text()));
            case Mapping mapping -> files(name, new Section(mapping, problems, INPUT_KEYS));
            case YamlValue.Sequence list -> {
                problems.add(
                        list.place(),
                        "input '%s' must be a value, or {type: uri_folder, path: FOLDER}, not a list".formatted(name));
                yield Optional.empty();
            }
        };
    }

    private Optional<Input> files(String name, Section input) {
        var type = input.text("type");
        if (type != null && !List.of("uri_file", "uri_folder").contains(type)) {
            problems.add(
                    input.place("type"),
                    "inputs of type '%s' are not supported; uri_file and uri_folder are".formatted(type));
        }
        var mode = input.text("mode");
        if (mode != null && !List.of("download", "ro_mount").contains(mode.toLowerCase(Locale.ROOT))) {
            problems.add(
                    input.place("mode"),
                    "mode '%s' is not supported: the files are copied to where the job runs".formatted(mode));
        }
        var written = input.requiredText("path");
        if (written.isBlank()) {
            return Optional.empty();
        }
        if (ELSEWHERE.matcher(written).matches()) {
            problems.add(
                    input.place("path"),
                    "'%s' is not on this machine; only local files can be given to a job".formatted(written));
            return Optional.empty();
        }
        var path = folder.resolve(written);
        var wantsFile = "uri_file".equals(type);
        if (!Files.exists(path)) {
            problems.add(
                    input.place("path"),
                    "there is no %s %s".formatted(wantsFile ? "file" : "folder", path.normalize()));
            return Optional.empty();
        }
        if (wantsFile == Files.isDirectory(path)) {
            problems.add(
                    input.place("path"),
                    "%s is a %s; write type: %s"
                            .formatted(
                                    path.normalize(),
                                    wantsFile ? "folder" : "file",
                                    wantsFile ? "uri_folder" : "uri_file"));
            return Optional.empty();
        }
        return Optional.of(new Input.Files(path));
    }

    /** A list of names, each to become the variable of that name, or a variable for each name. */
    private SequencedMap<String, String> secrets(Section job, Map<String, String> variables) {
        var secrets = new LinkedHashMap<String, String>();
        var asMapping = job.find("secrets").filter(Mapping.class::isInstance).isPresent();
        if (asMapping) {
            secrets.putAll(job.texts("secrets"));
        } else {
            job.scalars("secrets").forEach(name -> secrets.put(name.text(), name.text()));
        }
        var taken = new HashSet<>(variables.keySet());
        secrets.forEach((name, variable) -> {
            if (!NAME.matcher(name).matches() || !NAME.matcher(variable).matches()) {
                problems.add(
                        job.place("secrets"),
                        "'%s' is not a name: letters, digits and '_', not starting with a digit"
                                .formatted(NAME.matcher(name).matches() ? variable : name));
            } else if (!taken.add(variable)) {
                problems.add(
                        job.place("secrets"),
                        "the variable '%s' of secret '%s' is given something else as well".formatted(variable, name));
            }
        });
        return secrets;
    }

    private List<String> outputs(Section job) {
        job.each("outputs", (name, value) -> {
            requireName("outputs", name, job);
            if (value instanceof Mapping mapping) {
                output(new Section(mapping, problems, OUTPUT_KEYS));
            } else if (!(value instanceof Scalar scalar && scalar.isNothing())) {
                problems.add(
                        value.place(),
                        "output '%s' must be empty or {type: uri_folder}, not %s".formatted(name, value.words()));
            }
        });
        return job.mapping("outputs").map(found -> found.entries().stream()).stream()
                .flatMap(entries -> entries.map(YamlValue.Entry::key))
                .toList();
    }

    private void output(Section output) {
        var type = output.text("type");
        if (type != null && !type.equals("uri_folder")) {
            problems.add(output.place("type"), "outputs of type '%s' are not supported; uri_folder is".formatted(type));
        }
        var mode = output.text("mode");
        if (mode != null && !List.of("upload", "rw_mount").contains(mode.toLowerCase(Locale.ROOT))) {
            problems.add(
                    output.place("mode"),
                    "mode '%s' is not supported: the folder is kept when the job ends".formatted(mode));
        }
    }

    private void requireName(String section, String name, Section job) {
        if (!NAME.matcher(name).matches()) {
            var place = job.mapping(section).stream()
                    .flatMap(mapping -> mapping.entries().stream())
                    .filter(entry -> entry.key().equals(name))
                    .map(YamlValue.Entry::keyPlace)
                    .findFirst()
                    .orElse(job.place(section));
            problems.add(
                    place, "'%s' is not a name: letters, digits and '_', not starting with a digit".formatted(name));
        }
    }

    private void requireDeclared(String command, Place place, Map<String, Input> inputs, List<String> outputs) {
        var found = PLACEHOLDER.matcher(command);
        while (found.find()) {
            var name = found.group(1);
            var known = name.startsWith("inputs.") && inputs.containsKey(name.substring("inputs.".length()))
                    || name.startsWith("outputs.") && outputs.contains(name.substring("outputs.".length()));
            if (!known && problems.isEmpty()) {
                problems.add(
                        place,
                        "the command uses ${{%s}}, which is not declared%s"
                                .formatted(name, hint(name, inputs, outputs)));
            }
        }
    }

    private static String hint(String name, Map<String, Input> inputs, List<String> outputs) {
        var known = new java.util.ArrayList<String>();
        inputs.keySet().forEach(input -> known.add("inputs." + input));
        outputs.forEach(output -> known.add("outputs." + output));
        return NearestWord.hint(name, known);
    }
}
