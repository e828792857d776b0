package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
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

    /** Begins a run that its client tracks, with its first tags: both or neither. */
    public Run begin(
            WorkspaceName workspace,
            ExperimentId experiment,
            String name,
            String user,
            @Nullable Instant startedAt,
            Map<String, String> tags) {
        var named = new LinkedHashMap<>(tags);
        named.put(NAME_TAG, name);
        var run = runs.track(workspace, experiment, name, user, startedAt);
        tracking.log(run.id(), new TrackingBatch(List.of(), Map.of(), named));
        return run;
    }

    public Run rename(WorkspaceName workspace, RunId run, String name) {
        runs.getActive(workspace, run);
        tracking.log(run, TrackingBatch.tag(NAME_TAG, name));
        return runs.rename(workspace, run, name);
    }

    public void log(WorkspaceName workspace, RunId run, TrackingBatch batch) {
        runs.getActive(workspace, run);
        var name = batch.tags().get(NAME_TAG);
        if (name != null) {
            runs.rename(workspace, run, name);
        }
        if (!batch.isEmpty()) {
            tracking.log(run, batch);
        }
    }

    public void deleteTag(WorkspaceName workspace, RunId run, String key) {
        runs.getActive(workspace, run);
        tracking.deleteTag(run, key);
    }

    public void addDatasets(WorkspaceName workspace, RunId run, List<DatasetInput> datasets) {
        runs.getActive(workspace, run);
        tracking.addDatasets(run, datasets);
    }

    public void addModels(WorkspaceName workspace, RunId run, List<ModelLink> models) {
        runs.getActive(workspace, run);
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

    public Page<Metric> history(WorkspaceName workspace, RunId run, String key, PageRequest page) {
        runs.get(workspace, run);
        return tracking.history(run, key, page);
    }

    public List<Metric> ofModel(String modelId) {
        return tracking.ofModel(modelId);
    }
}
