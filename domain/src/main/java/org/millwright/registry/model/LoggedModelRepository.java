package org.millwright.registry.model;

import java.util.List;
import java.util.Optional;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

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

    /**
     * Those of the experiments that are not deleted. Attributes: name, model_id, model_type, status, source_run_id,
     * creation_timestamp, last_updated_timestamp (ms). Without an order the newest first.
     */
    Page<LoggedModel> search(
            List<ExperimentId> experiments, List<Criterion> filter, List<Ordering> order, PageRequest page);
}
