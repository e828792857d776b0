package org.millwright.wire.mlflow;

import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Metric;

/** A point of a metric. */
record MetricBody(
        String key,
        double value,
        long timestamp,
        long step,
        @Nullable String modelId,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {
    static MetricBody of(Metric metric) {
        return new MetricBody(
                metric.key(),
                metric.value(),
                metric.timestamp(),
                metric.step(),
                metric.modelId(),
                metric.datasetName(),
                metric.datasetDigest());
    }
}
