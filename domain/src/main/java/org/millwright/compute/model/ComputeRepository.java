package org.millwright.compute.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.workspace.WorkspaceName;

/** Keeps compute targets. Saving one makes its free slots as many as it says. */
public interface ComputeRepository {

    /** One slot as the compute page shows it. @param run who holds it, null when free */
    record SlotUse(int slot, @Nullable String run) {}

    Optional<ComputeTarget> find(WorkspaceName workspace, ComputeName name);

    List<ComputeTarget> of(WorkspaceName workspace);

    List<SlotUse> slots(WorkspaceName workspace, ComputeName name);

    int queueLength(WorkspaceName workspace, ComputeName name);

    void save(ComputeTarget target);
}
