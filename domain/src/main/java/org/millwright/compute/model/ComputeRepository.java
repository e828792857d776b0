package org.millwright.compute.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.compute.NodeState;
import org.millwright.workspace.WorkspaceName;

/** Keeps compute targets with their nodes and quotas. Saving one starts the nodes that it has at least, and lets go of idle ones. */
public interface ComputeRepository {

    /** @param run who holds it; null when it is free */
    record Node(int number, NodeState state, @Nullable String run) {}

    /**
     * A run that waits.
     *
     * @param team empty when its user is in no group
     */
    record Waiter(String run, String team, String user, int priority, int nodes, Instant since) {}

    /** Why a target got more or fewer nodes. @param why one sentence with what was known */
    record Scaling(Instant at, int before, int after, String why) {}

    Optional<ComputeTarget> find(WorkspaceName workspace, ComputeName name);

    List<ComputeTarget> of(WorkspaceName workspace);

    /** By number. */
    List<Node> nodes(WorkspaceName workspace, ComputeName name);

    int queueLength(WorkspaceName workspace, ComputeName name);

    /** The first of those who wait, by priority and age. */
    List<Waiter> queue(WorkspaceName workspace, ComputeName name, int most);

    /** The latest first. */
    List<Scaling> scalings(WorkspaceName workspace, ComputeName name, int most);

    void save(ComputeTarget target);

    /** With its nodes, quotas and usage. @throws org.millwright.shared.Refused with WrongState while runs use it or wait for it */
    void delete(ComputeTarget target);

    /** Lets a node take work, or take none. @return false when there is no such node */
    boolean drain(WorkspaceName workspace, ComputeName name, int node, boolean drained);

    /** Teams first, then by name. */
    List<Quota> quotas(WorkspaceName workspace, ComputeName name);

    void setQuota(WorkspaceName workspace, ComputeName name, Quota quota);

    /** @return false when there was none */
    boolean removeQuota(WorkspaceName workspace, ComputeName name, Quota.Holder holder, String subject);
}
