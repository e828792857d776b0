package org.millwright.cli.remote;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.WorkspaceClient;
import org.millwright.cli.code.CodeArchive;
import org.millwright.cli.yaml.JobDefinition;
import org.millwright.cli.yaml.JobDefinition.Input;
import org.millwright.cli.yaml.JobRunning;
import org.millwright.cli.yaml.PythonPackages;

/**
 * A job as the server takes it. Its files have been sent before, under their digests.
 *
 * @param code digest of the zipped code; absent when the command needs none
 * @param inputs for each name {@code {value}}, or {@code {snapshot, file}}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record JobSubmission(
        @Nullable String name,
        @Nullable String displayName,
        String experimentName,
        @Nullable String description,
        Map<String, String> tags,
        @Nullable String code,
        @Nullable String command,
        Environment environment,
        Map<String, Map<String, String>> inputs,
        List<String> outputs,
        Map<String, String> environmentVariables,
        @Nullable Map<String, String> secrets,
        String compute,
        @Nullable Integer timeoutSeconds,
        @Nullable Integer priority,
        @JsonUnwrapped JobRunning running) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Environment(
            @Nullable String python,
            @Nullable List<String> packages,
            @Nullable String image,
            @Nullable String name) {
        static Environment of(PythonPackages given) {
            return given.name() != null
                    ? new Environment(null, null, null, given.name())
                    : new Environment(given.python(), given.packages(), given.image(), null);
        }
    }

    /** Packs everything first, so that nothing is sent when one part cannot be packed; then sends what the server lacks. */
    static JobSubmission send(JobDefinition job, WorkspaceClient workspace) throws IOException {
        var packed = new LinkedHashMap<Path, CodeArchive>();
        try {
            if (job.code() != null) {
                packed.put(job.code(), CodeArchive.pack(job.code()));
            }
            for (var input : job.inputs().values()) {
                if (input instanceof Input.Files(var path) && !packed.containsKey(path)) {
                    packed.put(path, CodeArchive.pack(path));
                }
            }
            var digests = new LinkedHashMap<Path, String>();
            for (var archive : packed.entrySet()) {
                digests.put(archive.getKey(), workspace.upload(archive.getValue()));
            }
            return of(job, digests);
        } finally {
            for (var archive : packed.values()) {
                archive.close();
            }
        }
    }

    private static JobSubmission of(JobDefinition job, Map<Path, String> digests) {
        var inputs = new LinkedHashMap<String, Map<String, String>>();
        job.inputs()
                .forEach((name, input) -> inputs.put(
                        name,
                        switch (input) {
                            case Input.Literal(var text) -> Map.of("value", text);
                            case Input.Files(var path) ->
                                Map.of(
                                        "snapshot",
                                        digest(digests, path),
                                        "file",
                                        Files.isDirectory(path)
                                                ? ""
                                                : path.getFileName().toString());
                        }));
        return new JobSubmission(
                job.name(),
                job.displayName(),
                job.experimentName(),
                job.description(),
                job.tags(),
                job.code() == null ? null : digest(digests, job.code()),
                job.command(),
                Environment.of(job.environment()),
                inputs,
                job.outputs(),
                job.environmentVariables(),
                job.secrets().isEmpty() ? null : job.secrets(),
                job.compute(),
                job.timeoutSeconds(),
                job.priority(),
                job.running());
    }

    private static String digest(Map<Path, String> digests, Path path) {
        var digest = digests.get(path);
        if (digest == null) {
            throw CommandFailed.failed("%s was not packed".formatted(path), "");
        }
        return digest;
    }
}
