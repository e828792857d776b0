package org.millwright.compute.spi;

import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.workspace.WorkspaceName;

/**
 * Where an attempt runs: enough for a driver to find its work again after a restart of the server.
 *
 * @param nodes how many nodes it holds
 * @param credential what opens an attached target, as the workspace's secret says now; null when it needs none
 */
public record Placement(
        AttemptId attempt,
        WorkspaceName workspace,
        ComputeName compute,
        ComputeKind kind,
        int nodes,
        @Nullable String credential) {

    /** Shows no credential: what is printed ends in logs. */
    @Override
    public String toString() {
        return "%s on %s/%s, %d nodes".formatted(attempt, workspace, compute, nodes);
    }
}
