package org.millwright.experiment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.FailureCause;

/**
 * One try at a run on one slot. A run has at most one that is open.
 *
 * @param server who looks after it
 * @param endedAt null while it is open
 * @param outcome one sentence on how it ended; null while it is open
 * @param cause why it failed, as far as it is known; null when it did not
 */
public record RunAttempt(
        AttemptId id,
        ComputeName compute,
        int slot,
        String server,
        Instant claimedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable FailureCause cause) {

    /** One that did not fail, or of which nobody knows why. */
    public RunAttempt(
            AttemptId id,
            ComputeName compute,
            int slot,
            String server,
            Instant claimedAt,
            @Nullable Instant endedAt,
            @Nullable String outcome) {
        this(id, compute, slot, server, claimedAt, endedAt, outcome, null);
    }

    public RunAttempt end(Instant at, String how) {
        return end(at, how, null);
    }

    public RunAttempt end(Instant at, String how, @Nullable FailureCause why) {
        return new RunAttempt(id, compute, slot, server, claimedAt, at, how, why);
    }
}
