package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.millwright.access.Authority;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.experiment.model.RunRepository;
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

/** Makes, finds and changes experiments. */
@ApplicationScoped
@Transactional
public class Experiments {
    private final ExperimentRepository experiments;
    private final RunRepository runs;
    private final Clock clock;

    @Inject
    public Experiments(ExperimentRepository experiments, RunRepository runs, Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Experiments() {
        this(null, null, null);
    }

    public Experiment create(WorkspaceName workspace, String name, Map<String, String> tags) {
        if (experiments.findByName(workspace, name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("experiment", name));
        }
        var experiment = fresh(workspace, name, tags);
        experiments.save(Change.of(experiment));
        return experiment;
    }

    /** The active experiment of that name, made when there is none. */
    public Experiment ensure(WorkspaceName workspace, String name) {
        if (experiments.findByName(workspace, name).isEmpty()) {
            // Jobs that are submitted together often are the first of their experiment together.
            experiments.addIfAbsent(fresh(workspace, name, Map.of()));
        }
        var experiment = getByName(workspace, name);
        if (experiment.deletedAt() != null) {
            throw new Refused(new Problem.WrongState("experiment", name, "deleted", "use"));
        }
        return experiment;
    }

    /** @throws Refused with NotFound when the workspace has no experiment of that id, deleted ones included */
    public Experiment get(WorkspaceName workspace, ExperimentId id) {
        return experiments
                .find(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("experiment", id));
    }

    public Experiment getByName(WorkspaceName workspace, String name) {
        return experiments.findByName(workspace, name).orElseThrow(() -> Refused.notFound("experiment", name));
    }

    public Page<Experiment> search(
            WorkspaceName workspace, View view, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        return experiments.search(workspace, view, filter, order, page);
    }

    public Experiment rename(WorkspaceName workspace, ExperimentId id, String name) {
        return apply(workspace, id, (experiment, now) -> {
            Authority.current().requireNoRun("rename experiments");
            return experiment.rename(name, now);
        });
    }

    public Experiment tag(WorkspaceName workspace, ExperimentId id, String key, String value) {
        return apply(workspace, id, (experiment, now) -> experiment.tag(key, value, now));
    }

    public Experiment untag(WorkspaceName workspace, ExperimentId id, String key) {
        return apply(workspace, id, (experiment, now) -> experiment.untag(key, now));
    }

    /**
     * Deletes it together with its runs.
     *
     * @throws Refused with WrongState when one of its jobs has not ended
     */
    public Experiment delete(WorkspaceName workspace, ExperimentId id) {
        var experiment = get(workspace, id);
        Authority.current().requireNoRun("delete experiments");
        // Whole microseconds, as the database keeps them: by this time a restore knows the runs that went along.
        var change = experiment.delete(clock.instant().truncatedTo(ChronoUnit.MICROS));
        if (experiment.deletedAt() == null) {
            runs.unfinishedJob(id).ifPresent(job -> {
                throw new Refused(new Problem.WrongState(
                        "experiment",
                        experiment.name(),
                        "in use by job '%s', which has not ended".formatted(job),
                        "delete"));
            });
            experiments.save(change);
            runs.deleteAll(id, Objects.requireNonNull(change.next().deletedAt()));
        }
        return change.next();
    }

    /**
     * Restores it together with the runs that were deleted with it; what was deleted before stays deleted.
     *
     * @throws Refused with WrongState when it is being purged
     */
    public Experiment restore(WorkspaceName workspace, ExperimentId id) {
        var experiment = get(workspace, id);
        Authority.current().requireNoRun("restore experiments");
        var deletedAt = experiment.deletedAt();
        if (deletedAt == null) {
            return experiment;
        }
        if (experiments.isBeingPurged(id)) {
            throw new Refused(new Problem.WrongState("experiment", experiment.name(), "being purged", "restore"));
        }
        var change = experiment.restore(clock.instant());
        experiments.save(change);
        runs.restoreAll(id, deletedAt);
        return change.next();
    }

    private Experiment fresh(WorkspaceName workspace, String name, Map<String, String> tags) {
        var now = clock.instant();
        return new Experiment(experiments.nextId(), workspace, name, tags, now, now, null, Revision.UNSAVED);
    }

    private Experiment apply(
            WorkspaceName workspace, ExperimentId id, BiFunction<Experiment, Instant, Change<Experiment>> decision) {
        var change = decision.apply(get(workspace, id), clock.instant());
        experiments.save(change);
        return change.next();
    }
}
