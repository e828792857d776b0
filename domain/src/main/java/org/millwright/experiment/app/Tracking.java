package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
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

    public void log(WorkspaceName workspace, RunId run, TrackingBatch batch) {
        runs.getActive(workspace, run);
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
