package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Waiting;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunDirectory;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Change;
import org.millwright.shared.IdSource;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Moves runs as people and clients ask for it, and answers about them. */
@ApplicationScoped
@Transactional
public class RunLifecycle implements RunDirectory {
    private final RunRepository runs;
    private final ExperimentRepository experiments;
    private final RunQueue queue;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public RunLifecycle(
            RunRepository runs, ExperimentRepository experiments, RunQueue queue, IdSource ids, Clock clock) {
        this.runs = runs;
        this.experiments = experiments;
        this.queue = queue;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RunLifecycle() {
        this(null, null, null, null, null);
    }

    /** Begins a run that its client tracks, with its first tags. @param startedAt as the client says, or null for now */
    public Run track(
            WorkspaceName workspace,
            ExperimentId experiment,
            String name,
            String user,
            @Nullable Instant startedAt,
            Map<String, String> tags) {
        var home = experiments
                .find(experiment)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("experiment", experiment));
        if (home.deletedAt() != null) {
            throw new Refused(new Problem.WrongState("experiment", home.name(), "deleted", "add a run to"));
        }
        var change = Run.track(
                new RunId(ids.nextHexId()),
                workspace,
                experiment,
                name,
                user,
                startedAt == null ? clock.instant() : startedAt);
        runs.begin(change, tags);
        Authority.current().run().ifPresent(maker -> runs.made(change.next().id(), new RunId(maker)));
        return change.next();
    }

    /** @throws Refused with NotFound when the workspace has no such run, deleted ones included */
    public Run get(WorkspaceName workspace, RunId id) {
        return runs.find(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", id));
    }

    /** The run, when it can still be changed. @throws Refused with WrongState when it is deleted */
    public Run getActive(WorkspaceName workspace, RunId id) {
        var run = get(workspace, id);
        if (run.deletedAt() != null) {
            throw new Refused(new Problem.WrongState("run", id.value(), "deleted", "change"));
        }
        return run;
    }

    /**
     * The run, when it may be logged to; it is held until the transaction ends. All that logs goes through here.
     *
     * @throws Refused with NotFound, also when it is purged at this moment, or WrongState when it is deleted
     *     or frozen
     */
    public HeldRun holdForLogging(WorkspaceName workspace, RunId id) {
        var run = runs.holdForLogging(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", id));
        requireOwn(id);
        if (run.deleted()) {
            throw new Refused(new Problem.WrongState("run", id.value(), "deleted", "change"));
        }
        if (run.frozenBy() != null) {
            throw frozen("run", id, run.frozenBy());
        }
        return run;
    }

    public Page<Run> search(RunRepository.RunQuery query, PageRequest page) {
        return runs.search(query, page);
    }

    public List<RunAttempt> attempts(WorkspaceName workspace, RunId id) {
        return runs.attempts(get(workspace, id).id());
    }

    /** Why the run waits; empty when it does not wait. */
    public Optional<Waiting> waiting(WorkspaceName workspace, RunId id) {
        return get(workspace, id).state() instanceof RunState.Queued ? queue.waiting(id.value()) : Optional.empty();
    }

    public Run cancel(WorkspaceName workspace, RunId id) {
        var run = getForUpdate(workspace, id);
        if (run.state() instanceof RunState.Queued && run.isJob() && !queue.withdraw(id.value())) {
            // A dispatcher is claiming it at this moment: its transaction decides, and then there is something to
            // cancel.
            throw Refused.stale("run", id);
        }
        return apply(workspace, id, Run::cancel);
    }

    public Run report(WorkspaceName workspace, RunId id, Run.Reported status, @Nullable Instant at) {
        return apply(workspace, id, (run, now) -> run.report(status, at == null ? now : at));
    }

    public Run rename(WorkspaceName workspace, RunId id, String name) {
        return apply(workspace, id, (run, _) -> run.rename(name));
    }

    public Run delete(WorkspaceName workspace, RunId id) {
        return apply(workspace, id, Run::delete);
    }

    /** @throws Refused with WrongState when the run, or its whole experiment, is being purged */
    public Run restore(WorkspaceName workspace, RunId id) {
        return apply(workspace, id, (run, _) -> {
            if (runs.isBeingPurged(id) || experiments.isBeingPurged(run.experiment())) {
                throw new Refused(new Problem.WrongState("run", id.value(), "being purged", "restore"));
            }
            return run.restore();
        });
    }

    @Override
    public Optional<Entry> hold(RunId id) {
        return runs.hold(id) ? lookUp(id) : Optional.empty();
    }

    @Override
    public Optional<Entry> lookUp(RunId id) {
        return runs.find(id).map(run -> new Entry(id, run.workspace(), run.experiment(), run.artifacts()));
    }

    @Override
    public void requireOwn(RunId run) {
        var ofToken = Authority.current().run();
        if (ofToken.isPresent()
                && !ofToken.get().equals(run.value())
                && !runs.isMadeBy(run, new RunId(ofToken.get()))) {
            throw new Refused(new Problem.Forbidden(
                    "change run '%s'".formatted(run),
                    "the token of run '%s' is for that run and for what it makes".formatted(ofToken.get())));
        }
    }

    @Override
    public void requireWritable(ArtifactPath file) {
        if (Authority.current().run().isPresent()) {
            runs.ownerOf(file).ifPresent(this::requireOwn);
        }
        runs.frozenBy(file).ifPresent(version -> {
            throw frozen("file", file, version);
        });
    }

    private static Refused frozen(String kind, Object id, String version) {
        return new Refused(new Problem.WrongState(
                kind,
                id.toString(),
                "frozen, because model version '%s' was made from it and the workspace's setting freeze_registered_runs is on"
                        .formatted(version),
                "change"));
    }

    @Override
    public Optional<WorkspaceName> workspaceOf(ExperimentId experiment) {
        return experiments
                .find(experiment)
                .filter(found -> found.deletedAt() == null)
                .map(found -> found.workspace());
    }

    private Run getForUpdate(WorkspaceName workspace, RunId id) {
        var run = runs.findForUpdate(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", id));
        requireOwn(id);
        return run;
    }

    private Run apply(WorkspaceName workspace, RunId id, BiFunction<Run, Instant, Change<Run>> decision) {
        var run = getForUpdate(workspace, id);
        var change = decision.apply(run, clock.instant());
        if (!change.next().equals(run)) {
            runs.save(change);
        }
        return change.next();
    }
}
