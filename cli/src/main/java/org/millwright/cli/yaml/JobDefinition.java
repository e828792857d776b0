package org.millwright.cli.yaml;

import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A command job as its file describes it, checked as far as that can be done without a server.
 *
 * @param code a folder or a single file; null when the command needs none
 * @param command null for a Spark job, which has an entry
 * @param outputs names of output folders
 * @param secrets of the workspace that it asks for, each with the environment variable that it becomes
 * @param timeoutSeconds null for no limit
 */
public record JobDefinition(
        @Nullable String name,
        @Nullable String displayName,
        @Nullable String description,
        String experimentName,
        @Nullable Path code,
        @Nullable String command,
        PythonPackages environment,
        SequencedMap<String, Input> inputs,
        List<String> outputs,
        SequencedMap<String, String> environmentVariables,
        SequencedMap<String, String> secrets,
        String compute,
        @Nullable Integer timeoutSeconds,
        @Nullable Integer priority,
        JobRunning running,
        SequencedMap<String, String> tags) {

    /** What a job is given under a name. */
    public sealed interface Input {
        /** Text that takes the place of the input in the command. */
        record Literal(String text) implements Input {}

        /** A file, or a folder with all that is in it. */
        record Files(Path path) implements Input {}
    }
}
