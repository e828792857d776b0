package org.millwright.experiment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;

/**
 * One try at a run on one slot. A run has at most one that is open.
 *
 * @param server who looks after it
 * @param endedAt null while it is open
 * @param outcome one sentence on how it ended; null while it is open
 */
public record RunAttempt(
        AttemptId id,
        ComputeName compute,
        int slot,
        String server,
        Instant claimedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome) {

    public RunAttempt end(Instant at, String how) {
        return new RunAttempt(id, compute, slot, server, claimedAt, at, how);
    }
}
