package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/**
 * Moves runs in and out with their ids and times. Nobody is told of it: what happened elsewhere, long ago, must start
 * nothing here. Each step may be repeated; what is there already is left as it is.
 */
@ApplicationScoped
@Transactional
public class RunTransfer {
    /** Two exports of the same points are the same bytes. */
    private static final Comparator<ModelPoint> ALWAYS_THE_SAME = Comparator.comparing(
                    (ModelPoint measured) -> measured.point().key())
            .thenComparing(measured -> measured.run().value())
            .thenComparing(measured -> measured.point().timestamp())
            .thenComparing(measured -> measured.point().step())
            .thenComparing(measured -> measured.point().value());

    private final RunRepository runs;
    private final TrackingRepository tracking;

    @Inject
    public RunTransfer(RunRepository runs, TrackingRepository tracking) {
        this.runs = runs;
        this.tracking = tracking;
    }

    @SuppressWarnings("NullAway")
    protected RunTransfer() {
        this(null, null);
    }

    /** A run and what it logged, but for its points. */
    public record Moved(Run run, RunData data, List<RunAttempt> attempts) {}

    /** The runs of an experiment, deleted ones included, the newest first. */
    public Page<Moved> list(WorkspaceName workspace, ExperimentId experiment, PageRequest page) {
        var found = runs.search(
                new RunRepository.RunQuery(workspace, List.of(experiment), View.ALL, List.of(), List.of()), page);
        return new Page<>(moved(found.items()), found.nextToken());
    }

    /** Those of the runs that the workspace has. */
    public List<Moved> known(WorkspaceName workspace, Collection<RunId> ids) {
        var known = new ArrayList<Run>();
        for (var id : ids) {
            runs.find(id).filter(run -> run.workspace().equals(workspace)).ifPresent(known::add);
        }
        return moved(known);
    }

    /**
     * Makes the run, or brings the one of that id up to date; tags that only the one here has stay, and so does
     * its deletion.
     *
     * @throws Refused with WrongState when the id is that of another run, here or in another workspace, or of a job that
     *     has not ended
     */
    public Run put(Moved moved) {
        var given = moved.run();
        if (given.isJob() && !given.state().isEnded()) {
            throw cannotImport(
                    given,
                    "a job that has not ended (%s)".formatted(given.state().label()));
        }
        var here = runs.findForUpdate(given.id()).orElse(null);
        var next = given;
        if (here == null) {
            runs.save(Change.of(given));
            moved.attempts().forEach(runs::openAttempt);
        } else {
            requireSame(here, given);
            next = new Run(
                    here.id(),
                    here.workspace(),
                    here.experiment(),
                    given.name(),
                    here.user(),
                    here.submitter(),
                    here.job(),
                    given.state(),
                    given.attempt(),
                    here.createdAt(),
                    // What was deleted here stays deleted, whatever became of it elsewhere.
                    here.deletedAt() != null ? here.deletedAt() : given.deletedAt(),
                    here.revision());
            if (!next.equals(here)) {
                runs.save(Change.of(next));
            }
        }
        var data = moved.data();
        var batch = new TrackingBatch(List.of(), data.parameters(), data.tags());
        if (!batch.isEmpty()) {
            tracking.log(given.id(), batch);
        }
        if (!data.datasets().isEmpty()) {
            tracking.addDatasets(given.id(), data.datasets());
        }
        if (!data.models().isEmpty()) {
            tracking.addModels(given.id(), data.models());
        }
        return next;
    }

    /** Adds points; those that are there already are ignored. */
    public void log(WorkspaceName workspace, RunId run, List<Metric> points) {
        get(workspace, run);
        if (!points.isEmpty()) {
            tracking.log(run, new TrackingBatch(points, Map.of(), Map.of()));
        }
    }

    /** Adds points that a run measured on logged models; those that are there already are ignored. */
    public void logOnModels(WorkspaceName workspace, RunId run, List<Metric> points) {
        get(workspace, run);
        tracking.logOnModels(run, points);
    }

    /** The points of one metric by timestamp, step and value. */
    public Page<Metric> history(WorkspaceName workspace, RunId run, String key, PageRequest page) {
        get(workspace, run);
        return tracking.history(run, key, page);
    }

    /** The names of the metrics of a run, in order. */
    public List<String> metrics(WorkspaceName workspace, RunId run) {
        get(workspace, run);
        return tracking.read(List.of(run)).getOrDefault(run, RunData.EMPTY).latest().stream()
                .map(Metric::key)
                .sorted()
                .toList();
    }

    /** The points that runs of the workspace measured on a logged model, by metric, run, timestamp, step and value. */
    public List<ModelPoint> measuredOn(WorkspaceName workspace, String modelId) {
        return tracking.ofModels(List.of(modelId)).getOrDefault(modelId, List.of()).stream()
                .sorted(ALWAYS_THE_SAME)
                .filter(measured -> runs.find(measured.run())
                        .filter(run -> run.workspace().equals(workspace))
                        .isPresent())
                .toList();
    }

    /** The root of a run's files, deleted or not. */
    public ArtifactPath filesOf(WorkspaceName workspace, RunId run) {
        return get(workspace, run).artifacts();
    }

    private Run get(WorkspaceName workspace, RunId id) {
        return runs.find(id)
                .filter(run -> run.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", id));
    }

    private List<Moved> moved(List<Run> found) {
        var data = tracking.read(found.stream().map(Run::id).toList());
        return found.stream()
                .map(run -> new Moved(
                        run,
                        data.getOrDefault(run.id(), RunData.EMPTY),
                        run.isJob() ? runs.attempts(run.id()) : List.of()))
                .toList();
    }

    private static void requireSame(Run here, Run given) {
        if (!here.workspace().equals(given.workspace())) {
            throw cannotImport(given, "in another workspace of this server");
        }
        if (!here.experiment().equals(given.experiment()) || here.isJob() != given.isJob() || !sameBegin(here, given)) {
            throw cannotImport(
                    given, "another run, of experiment %s, made %s".formatted(here.experiment(), here.createdAt()));
        }
        if (here.isJob() && !here.state().isEnded()) {
            throw cannotImport(
                    given,
                    "a job that has not ended (%s)".formatted(here.state().label()));
        }
    }

    /** To the millisecond: some servers know no finer times. */
    private static boolean sameBegin(Run one, Run other) {
        return begin(one).equals(begin(other));
    }

    private static Instant begin(Run run) {
        var started = run.startedAt();
        return (started == null ? run.createdAt() : started).truncatedTo(ChronoUnit.MILLIS);
    }

    private static Refused cannotImport(Run run, String state) {
        return new Refused(new Problem.WrongState("run", run.id().value(), state, "import"));
    }
}
