package org.millwright.db.experiment;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.secret.SecretName;

/**
 * A job's specification as it is stored. Its form changes only by a new version number, whatever {@link JobSpec} does,
 * because old ones are read for years.
 *
 * @param version of the form; 1, or 2 when it asks for secrets
 * @param secrets the environment variable of each that it asks for, by name; null in the first form
 * @param timeLimit as ISO 8601 writes durations
 */
public record JobDocument(
        int version,
        @Nullable String code,
        String command,
        @Nullable String python,
        List<String> packages,
        List<Input> inputs,
        List<String> outputs,
        Map<String, String> variables,
        @Nullable Map<String, String> secrets,
        String compute,
        @Nullable String timeLimit,
        int priority) {

    /** A text, or a snapshot with the one file of it that is meant. */
    public record Input(
            String name,
            @Nullable String text,
            @Nullable String snapshot,
            @Nullable String file) {}

    public static JobDocument of(JobSpec job) {
        return new JobDocument(
                job.secrets().isEmpty() ? 1 : 2,
                job.code() == null ? null : job.code().value(),
                job.command(),
                job.environment().pythonVersion(),
                job.environment().packages(),
                job.inputs().entrySet().stream()
                        .map(input -> input(input.getKey(), input.getValue()))
                        .toList(),
                job.outputs(),
                job.variables(),
                job.secrets().isEmpty() ? null : names(job.secrets()),
                job.compute().value(),
                job.timeLimit() == null ? null : job.timeLimit().toString(),
                job.priority());
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
                new EnvironmentSpec(python, packages),
                named,
                outputs,
                variables,
                secrets == null ? Map.of() : named(secrets),
                new ComputeName(compute),
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
