package org.millwright.compute.fake;

import java.time.Instant;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.VmSize;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.workspace.WorkspaceName;

/** Compute targets for tests. */
public final class Targets {
    public static final VmSize SHARE = VmSize.share(1, 2L << 30);

    private Targets() {}

    /** So many nodes that are always there. */
    public static ComputeKind.Cluster nodes(int nodes) {
        return ComputeKind.Cluster.ofShares(SHARE, nodes);
    }

    /** The cluster on the server's own machine. */
    public static ComputeTarget local(int nodes) {
        return ComputeTarget.create(
                ComputeName.LOCAL, WorkspaceName.MAIN, nodes(nodes), null, Instant.parse("2026-11-23T12:00:00Z"));
    }
}
