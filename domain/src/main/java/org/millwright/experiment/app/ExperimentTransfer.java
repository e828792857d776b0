package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/**
 * Moves experiments in and out with the times that they have elsewhere. Their name is who they are: the number that an
 * experiment has on one server means nothing on another.
 */
@ApplicationScoped
@Transactional
public class ExperimentTransfer {
    private static final Ordering BY_NAME = new Ordering(Criterion.Subject.ATTRIBUTE, "name", true);

    private final ExperimentRepository experiments;

    @Inject
    public ExperimentTransfer(ExperimentRepository experiments) {
        this.experiments = experiments;
    }

    @SuppressWarnings("NullAway")
    protected ExperimentTransfer() {
        this(null);
    }

    /** An experiment as it is elsewhere. */
    public record Moved(
            String name,
            Map<String, String> tags,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant deletedAt) {}

    /** All of them, deleted ones included, by name. */
    public Page<Experiment> list(WorkspaceName workspace, PageRequest page) {
        return experiments.search(workspace, View.ALL, List.of(), List.of(BY_NAME), page);
    }

    /** Deleted ones included. */
    public Experiment get(WorkspaceName workspace, String name) {
        return experiments.findByName(workspace, name).orElseThrow(() -> Refused.notFound("experiment", name));
    }

    /**
     * Makes it, or brings the one of that name up to date; tags that only the one here has stay.
     *
     * @throws Refused with WrongState when it is deleted in one place and in use in the other
     */
    public Experiment put(WorkspaceName workspace, Moved moved) {
        var here = experiments.findByName(workspace, moved.name()).orElse(null);
        if (here == null) {
            var made = new Experiment(
                    experiments.nextId(),
                    workspace,
                    moved.name(),
                    moved.tags(),
                    moved.createdAt(),
                    moved.updatedAt(),
                    moved.deletedAt(),
                    Revision.UNSAVED);
            experiments.save(Change.of(made));
            return made;
        }
        if ((here.deletedAt() == null) != (moved.deletedAt() == null)) {
            throw new Refused(new Problem.WrongState(
                    "experiment",
                    moved.name(),
                    here.deletedAt() == null
                            ? "in use here and deleted where it comes from"
                            : "deleted here and in use where it comes from",
                    "import"));
        }
        var tags = new HashMap<>(here.tags());
        tags.putAll(moved.tags());
        var next = new Experiment(
                here.id(),
                workspace,
                here.name(),
                tags,
                moved.createdAt(),
                moved.updatedAt(),
                moved.deletedAt(),
                here.revision());
        if (!next.equals(here)) {
            experiments.save(Change.of(next));
        }
        return next;
    }
}
