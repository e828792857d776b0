package org.millwright.experiment.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.millwright.experiment.RunId;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/**
 * Keeps what runs log. Metrics are a stream, not part of the run: a batch is one statement, and a summary for each key is
 * kept with it.
 */
public interface TrackingRepository {

    /**
     * Stores a batch. A point that is there already is ignored, and so is a parameter with the same value.
     *
     * @throws org.millwright.shared.Refused with Invalid when a parameter has another value already
     */
    void log(RunId run, TrackingBatch batch);

    /** @throws org.millwright.shared.Refused with NotFound when the run has no such tag */
    void deleteTag(RunId run, String key);

    void addDatasets(RunId run, List<DatasetInput> datasets);

    void addModels(RunId run, List<ModelLink> models);

    /** What each of the runs logged; runs that logged nothing have {@link RunData#EMPTY}. */
    Map<RunId, RunData> read(Collection<RunId> runs);

    /** The points of one metric by timestamp, step and value. */
    Page<Metric> history(RunId run, String key, PageRequest page);

    /** The points of a metric that were measured on a logged model, newest last. */
    List<Metric> ofModel(String modelId);

    /** The same points with the runs that measured them, by metric, run, timestamp, step and value. */
    List<ModelPoint> measuredOn(String modelId);
}
