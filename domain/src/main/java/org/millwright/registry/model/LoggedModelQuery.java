package org.millwright.registry.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.ExperimentId;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;

/**
 * Which logged models a search is about, and in which order.
 *
 * @param experiments where to look; nothing is found in none
 * @param filter attributes: name, model_id, model_type, status, source_run_id, experiment_id, creation_timestamp,
 *     last_updated_timestamp (ms); metrics, parameters and tags. A metric clause holds when any point of it does
 * @param datasets when not empty, the metric clauses speak of points that were measured on one of these; without metric
 *     clauses the models are those that were measured on one
 */
public record LoggedModelQuery(
        List<ExperimentId> experiments, List<Criterion> filter, List<MeasuredOn> datasets, List<By> order) {

    public LoggedModelQuery {
        experiments = List.copyOf(experiments);
        filter = List.copyOf(filter);
        datasets = List.copyOf(datasets);
        order = List.copyOf(order);
    }

    /** A data set that metrics were measured on. @param digest null for any content of that name */
    public record MeasuredOn(String name, @Nullable String digest) {}

    /** @param dataset for metrics: only points that were measured on it count; null for all */
    public record By(Ordering ordering, @Nullable MeasuredOn dataset) {}
}
