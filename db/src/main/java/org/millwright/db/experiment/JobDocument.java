package org.millwright.db.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.FailureCause;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Tier;
import org.millwright.data.ContentDigest;
import org.millwright.db.TaggedJson;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RetryPolicy;
import org.millwright.secret.SecretName;

/**
 * A job's specification as it is stored. Its form changes only by a new version number, whatever {@link JobSpec} does,
 * because old ones are read for years.
 *
 * @param version of the form; 1, or 2 when it asks for secrets, or 3 when it says how it is to run
 * @param image null when it names none, as is the name of a registered environment
 * @param resources null in earlier forms, as are type, retries and tier
 * @param type as {@link TaggedJson} writes it
 * @param secrets the environment variable of each that it asks for, by name; null in the first form
 * @param timeLimit as ISO 8601 writes durations
 */
public record JobDocument(
        int version,
        @Nullable String code,
        String command,
        @Nullable String python,
        List<String> packages,
        @Nullable String image,
        @Nullable String environmentName,
        List<Input> inputs,
        List<String> outputs,
        Map<String, String> variables,
        @Nullable Map<String, String> secrets,
        String compute,
        @Nullable String timeLimit,
        int priority,
        @Nullable Resources resources,
        @Nullable JsonNode type,
        @Nullable Retries retries,
        @Nullable String tier) {
    private static final int PLAIN = 1;
    private static final int WITH_SECRETS = 2;
    private static final int WITH_RUNNING = 3;

    public record Resources(
            int instances, @Nullable Double cpus, @Nullable Long memoryBytes, int gpus) {
        static Resources of(JobResources given) {
            return new Resources(given.instances(), given.cpus(), given.memoryBytes(), given.gpus());
        }

        JobResources toResources() {
            return new JobResources(instances, cpus, memoryBytes, gpus);
        }
    }

    /** @param pause as ISO 8601 writes durations */
    public record Retries(int most, List<String> causes, List<Integer> exitCodes, String pause) {
        static Retries of(RetryPolicy given) {
            return new Retries(
                    given.most(),
                    given.causes().stream().map(FailureCause::name).sorted().toList(),
                    given.exitCodes().stream().sorted().toList(),
                    given.pause().toString());
        }

        RetryPolicy toPolicy() {
            return new RetryPolicy(
                    most,
                    causes.stream().map(FailureCause::valueOf).collect(Collectors.toSet()),
                    Set.copyOf(exitCodes),
                    Duration.parse(pause));
        }
    }

    /** A text, or a snapshot with the one file of it that is meant. */
    public record Input(
            String name,
            @Nullable String text,
            @Nullable String snapshot,
            @Nullable String file) {}

    public static JobDocument of(JobSpec job) {
        var plain = isPlain(job);
        return new JobDocument(
                !plain ? WITH_RUNNING : job.secrets().isEmpty() ? PLAIN : WITH_SECRETS,
                job.code() == null ? null : job.code().value(),
                job.command(),
                job.environment().pythonVersion(),
                job.environment().packages(),
                job.environment().image(),
                job.environment().name(),
                job.inputs().entrySet().stream()
                        .map(input -> input(input.getKey(), input.getValue()))
                        .toList(),
                job.outputs(),
                job.variables(),
                job.secrets().isEmpty() ? null : names(job.secrets()),
                job.compute().value(),
                job.timeLimit() == null ? null : job.timeLimit().toString(),
                job.priority(),
                plain ? null : Resources.of(job.resources()),
                plain ? null : TaggedJson.tree(job.type(), JobType.class),
                plain ? null : Retries.of(job.retries()),
                job.tier() == null ? null : job.tier().name());
    }

    private static boolean isPlain(JobSpec job) {
        return job.resources().equals(JobResources.ONE_NODE)
                && job.type().equals(new JobType.Command())
                && job.retries().equals(RetryPolicy.USUAL)
                && job.tier() == null;
    }

    public JobSpec toJob() {
        var named = new LinkedHashMap<String, JobInput>();
        for (var input : inputs) {
            named.put(
                    input.name(),
                    input.snapshot() != null
                            ? new JobInput.Files(
                                    new ContentDigest(input.snapshot()), input.file() == null ? "" : input.file())
                            : new JobInput.Literal(input.text() == null ? "" : input.text()));
        }
        return new JobSpec(
                code == null ? null : new ContentDigest(code),
                command,
                new EnvironmentSpec(python, packages, image, environmentName),
                named,
                outputs,
                variables,
                secrets == null ? Map.of() : named(secrets),
                new ComputeName(compute),
                resources == null ? JobResources.ONE_NODE : resources.toResources(),
                type == null || type.isNull() ? new JobType.Command() : TaggedJson.read(type, JobType.class),
                retries == null ? RetryPolicy.USUAL : retries.toPolicy(),
                tier == null ? null : Tier.valueOf(tier),
                timeLimit == null ? null : Duration.parse(timeLimit),
                priority);
    }

    private static Map<String, String> names(Map<SecretName, String> secrets) {
        var names = new LinkedHashMap<String, String>();
        secrets.forEach((name, variable) -> names.put(name.value(), variable));
        return names;
    }

    private static Map<SecretName, String> named(Map<String, String> secrets) {
        var named = new LinkedHashMap<SecretName, String>();
        secrets.forEach((name, variable) -> named.put(new SecretName(name), variable));
        return named;
    }

    private static Input input(String name, JobInput input) {
        return switch (input) {
            case JobInput.Literal(var text) -> new Input(name, text, null, null);
            case JobInput.Files(var snapshot, var file) -> new Input(name, null, snapshot.value(), file);
        };
    }
}
