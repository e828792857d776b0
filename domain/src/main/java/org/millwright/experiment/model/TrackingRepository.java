package org.millwright.experiment.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.experiment.RunId;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/**
 * Keeps what runs log. Metrics are a stream, not part of the run: a batch is one statement, and a summary for each key is
 * kept with it.
 *
 * <p>Points have an order by step, then timestamp, then value, in which charts show them, and one by timestamp, then step,
 * then value, in which the history lists them. A NaN stands where a 0 would, behind it.
 */
public interface TrackingRepository {

    /**
     * Stores a batch. A point that is there already is ignored, and so is a parameter with the same value.
     *
     * @throws org.millwright.shared.Refused with Invalid when a parameter has another value already
     */
    void log(HeldRun run, TrackingBatch batch);

    /** The same for a run that was found or made in this transaction; it is held from here on. */
    void log(RunId run, TrackingBatch batch);

    /** Gives tags to a run that this transaction made. */
    void addTags(RunId run, Map<String, String> tags);

    /** @throws org.millwright.shared.Refused with NotFound when the run has no such tag */
    void deleteTag(RunId run, String key);

    void addDatasets(RunId run, List<DatasetInput> datasets);

    void addModels(RunId run, List<ModelLink> models);

    /** What each of the runs logged; runs that logged nothing have {@link RunData#EMPTY}. */
    Map<RunId, RunData> read(Collection<RunId> runs);

    /** The value of one tag. */
    Optional<String> tag(RunId run, String key);

    /** The points of one metric by timestamp, step and value. */
    Page<Metric> history(RunId run, String key, PageRequest page);

    /** Some points of one metric by step, timestamp and value. */
    List<Metric> sample(RunId run, String key, Sampling sampling);

    /** What the points of each of the run's metrics come to, by the metrics' names. */
    Map<String, MetricSummary> summaries(RunId run);

    /** For each of the logged models the points that were measured on it, newest last; none for those without. */
    Map<String, List<ModelPoint>> ofModels(Collection<String> modelIds);

    /** The points that were measured on a logged model, newest last. */
    default List<Metric> ofModel(String modelId) {
        return ofModels(List.of(modelId)).getOrDefault(modelId, List.of()).stream()
                .map(ModelPoint::point)
                .toList();
    }

    /** Adds points that the run measured on logged models, and nothing to the metrics of the run itself. */
    void logOnModels(RunId run, List<Metric> points);
}
