package org.millwright.cli.yaml;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** How a job is to run, in the words that the server takes as well. What is null is left to the server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JobRunning(
        @Nullable Resources resources,
        @Nullable Distribution distribution,
        @Nullable RetrySettings retrySettings,
        @Nullable QueueSettings queueSettings,
        @Nullable String type,
        @Nullable Spark spark) {

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Resources(
            @Nullable Integer instanceCount,
            @Nullable Double cpus,
            @Nullable Long memoryBytes,
            @Nullable Integer gpus) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Distribution(
            @Nullable String type, @Nullable Integer processCountPerInstance) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record RetrySettings(
            @Nullable Integer maxRetries,
            @Nullable List<String> on,
            @Nullable Integer waitSeconds) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record QueueSettings(
            @Nullable String jobTier, @Nullable String priority) {}

    /** What a Spark job has in place of a command. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Spark(
            String entry,
            @Nullable String args,
            List<String> pyFiles,
            List<String> jars,
            List<String> files,
            List<String> archives,
            SequencedMap<String, String> conf) {}
}
