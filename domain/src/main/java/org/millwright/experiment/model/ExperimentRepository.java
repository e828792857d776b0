package org.millwright.experiment.model;

import java.util.List;
import java.util.Optional;
import org.millwright.experiment.ExperimentId;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** Keeps experiments. */
public interface ExperimentRepository {
    ExperimentId nextId();

    Optional<Experiment> find(ExperimentId id);

    /** Deleted ones included. */
    Optional<Experiment> findByName(WorkspaceName workspace, String name);

    /** Whether somebody ordered its purge, after which it cannot be restored. */
    boolean isBeingPurged(ExperimentId id);

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the name is taken */
    void save(Change<Experiment> change);

    /** Stores a new experiment without tags unless its name is taken; two who do so at once do not hurt each other. */
    void addIfAbsent(Experiment experiment);

    Page<Experiment> search(
            WorkspaceName workspace, View view, List<Criterion> filter, List<Ordering> order, PageRequest page);
}
