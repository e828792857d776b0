package org.millwright.compute.model;

import java.time.Instant;
import org.millwright.compute.ComputeName;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A pool that runs work: so many slots, one run to a slot.
 *
 * <p>It is made with the workspace or by an operator, may be resized, may be paused (what runs goes on, nothing new
 * starts) and resumed.
 */
public record ComputeCluster(
        ComputeName name, WorkspaceName workspace, int slots, boolean paused, Instant createdAt, Revision revision) {
    private static final int MOST_SLOTS = 1000;

    public ComputeCluster {
        if (slots < 1 || slots > MOST_SLOTS) {
            throw Refused.invalid("slots", "1 to %d".formatted(MOST_SLOTS));
        }
    }

    public ComputeCluster resize(int newSlots) {
        return new ComputeCluster(name, workspace, newSlots, paused, createdAt, revision);
    }

    public ComputeCluster pause() {
        return new ComputeCluster(name, workspace, slots, true, createdAt, revision);
    }

    public ComputeCluster resume() {
        return new ComputeCluster(name, workspace, slots, false, createdAt, revision);
    }
}
