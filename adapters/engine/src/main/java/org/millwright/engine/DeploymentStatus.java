package org.millwright.engine;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment fares in the inference server.
 *
 * @param revision of the manifest that this speaks of; an older one than was published means "not seen yet"
 * @param reason why it failed, or what else its owner should know; null when there is nothing to say
 * @param inputs what the model takes; empty if it could not be loaded
 * @param at when this was written
 */
public record DeploymentStatus(
        long revision,
        State state,
        @Nullable String reason,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        Instant at) {
    public DeploymentStatus {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Whether the model answers. */
    public enum State {
        READY,
        FAILED
    }

    public static DeploymentStatus ready(
            long revision, @Nullable String remark, List<TensorSpec> inputs, List<TensorSpec> outputs, Instant at) {
        return new DeploymentStatus(revision, State.READY, remark, inputs, outputs, at);
    }

    public static DeploymentStatus failed(long revision, String reason, Instant at) {
        return new DeploymentStatus(revision, State.FAILED, reason, List.of(), List.of(), at);
    }
}
