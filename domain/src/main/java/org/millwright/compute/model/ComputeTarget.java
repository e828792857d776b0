package org.millwright.compute.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * What work runs on: a pool of nodes, one run to a node or several nodes to a run.
 *
 * <p>It is made with the server or by an operator, may be changed, may be paused (what runs goes on, nothing new starts) and
 * resumed.
 */
public record ComputeTarget(
        ComputeName name,
        WorkspaceName workspace,
        ComputeKind kind,
        @Nullable String description,
        boolean paused,
        Instant createdAt,
        Revision revision) {
    private static final int LONGEST_DESCRIPTION = 5000;

    public ComputeTarget {
        if (description != null && description.length() > LONGEST_DESCRIPTION) {
            throw Refused.invalid("description", "at most %d characters".formatted(LONGEST_DESCRIPTION));
        }
    }

    /** One that takes work from now on. */
    public static ComputeTarget create(
            ComputeName name, WorkspaceName workspace, ComputeKind kind, @Nullable String description, Instant now) {
        return new ComputeTarget(name, workspace, kind, description, false, now, Revision.UNSAVED);
    }

    /** The same target of other making: resized, at another address. */
    public ComputeTarget become(ComputeKind newKind) {
        return new ComputeTarget(name, workspace, newKind, description, paused, createdAt, revision);
    }

    public ComputeTarget describe(@Nullable String newDescription) {
        return new ComputeTarget(name, workspace, kind, newDescription, paused, createdAt, revision);
    }

    public ComputeTarget pause() {
        return new ComputeTarget(name, workspace, kind, description, true, createdAt, revision);
    }

    public ComputeTarget resume() {
        return new ComputeTarget(name, workspace, kind, description, false, createdAt, revision);
    }
}
