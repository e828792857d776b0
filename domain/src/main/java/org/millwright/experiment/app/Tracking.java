package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.MetricSummary;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.Sampling;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Takes what runs log and reads it back. */
@ApplicationScoped
@Transactional
public class Tracking {
    /** The tag in which clients keep a run's name; the two always say the same. */
    private static final String NAME_TAG = "mlflow.runName";

    private final RunLifecycle runs;
    private final TrackingRepository tracking;

    @Inject
    public Tracking(RunLifecycle runs, TrackingRepository tracking) {
        this.runs = runs;
        this.tracking = tracking;
    }

    @SuppressWarnings("NullAway")
    protected Tracking() {
        this(null, null);
    }

    /** A run that has just begun, with what was logged with it. */
    public record Begun(Run run, RunData data) {}

    /** Begins a run that its client tracks, with its first tags: both or neither. */
    public Begun begin(
            WorkspaceName workspace,
            ExperimentId experiment,
            String name,
            String user,
            @Nullable Instant startedAt,
            Map<String, String> tags) {
        var named = new LinkedHashMap<>(tags);
        named.put(NAME_TAG, name);
        var first = new TrackingBatch(List.of(), Map.of(), named);
        var run = runs.track(workspace, experiment, name, user, startedAt, first.tags());
        return new Begun(run, new RunData(List.of(), Map.of(), first.tags(), List.of(), List.of()));
    }

    public Run rename(WorkspaceName workspace, RunId run, String name) {
        var held = runs.holdForLogging(workspace, run);
        tracking.log(held, TrackingBatch.tag(NAME_TAG, name));
        return runs.rename(workspace, run, name);
    }

    public void log(WorkspaceName workspace, RunId run, TrackingBatch batch) {
        var held = runs.holdForLogging(workspace, run);
        var name = batch.tags().get(NAME_TAG);
        if (name != null) {
            runs.rename(workspace, run, name);
        }
        if (!batch.isEmpty()) {
            tracking.log(held, batch);
        }
    }

    /** Gives a tag the value that follows from the one it has (null for none); of two calls the second sees the first's. */
    public void changeTag(WorkspaceName workspace, RunId run, String key, Function<@Nullable String, String> change) {
        var held = runs.holdForLogging(workspace, run);
        var value = change.apply(tracking.tag(run, key).orElse(null));
        tracking.log(held, TrackingBatch.tag(key, value));
    }

    public void deleteTag(WorkspaceName workspace, RunId run, String key) {
        runs.holdForLogging(workspace, run);
        tracking.deleteTag(run, key);
    }

    public void addDatasets(WorkspaceName workspace, RunId run, List<DatasetInput> datasets) {
        runs.holdForLogging(workspace, run);
        tracking.addDatasets(run, datasets);
    }

    public void addModels(WorkspaceName workspace, RunId run, List<ModelLink> models) {
        runs.holdForLogging(workspace, run);
        tracking.addModels(run, models);
    }

    public RunData read(WorkspaceName workspace, RunId run) {
        runs.get(workspace, run);
        return tracking.read(List.of(run)).getOrDefault(run, RunData.EMPTY);
    }

    /** For runs that the caller has just read from their workspace. */
    public Map<RunId, RunData> read(Collection<RunId> ofRuns) {
        return tracking.read(ofRuns);
    }

    /** Whether the workspace has the run, be it deleted. */
    public boolean knows(WorkspaceName workspace, RunId run) {
        return runs.lookUp(run)
                .filter(found -> found.workspace().equals(workspace))
                .isPresent();
    }

    public Page<Metric> history(WorkspaceName workspace, RunId run, String key, PageRequest page) {
        runs.get(workspace, run);
        return tracking.history(run, key, page);
    }

    /** Some points of the metric, evenly among all, for a chart. */
    public List<Metric> sample(WorkspaceName workspace, RunId run, String key, Sampling sampling) {
        runs.get(workspace, run);
        return tracking.sample(run, key, sampling);
    }

    public Map<String, MetricSummary> summaries(WorkspaceName workspace, RunId run) {
        runs.get(workspace, run);
        return tracking.summaries(run);
    }

    /** For logged models that the caller has just read from their workspace: what was measured on each, newest last. */
    public Map<String, List<ModelPoint>> ofModels(Collection<String> modelIds) {
        return tracking.ofModels(modelIds);
    }
}
