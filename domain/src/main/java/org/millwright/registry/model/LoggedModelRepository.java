package org.millwright.registry.model;

import java.util.List;
import java.util.Optional;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Keeps logged models. */
public interface LoggedModelRepository {
    Optional<LoggedModel> find(LoggedModelId id);

    /**
     * Keeps a logged model from being purged until the transaction ends, because something is about to refer to it.
     *
     * @return false when there is no such model (any more), or its purge was ordered already
     */
    boolean hold(LoggedModelId id);

    /** Whether somebody ordered its purge, after which it cannot be restored. */
    boolean isBeingPurged(LoggedModelId id);

    /** Those that a run wrote, the oldest first. */
    List<LoggedModel> of(RunId run);

    /** @throws org.millwright.shared.Refused with Stale */
    void save(LoggedModel model);

    /** Those that are not deleted. Without an order the newest first. */
    Page<LoggedModel> search(WorkspaceName workspace, LoggedModelQuery query, PageRequest page);
}
