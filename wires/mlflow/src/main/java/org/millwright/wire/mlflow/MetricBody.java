package org.millwright.wire.mlflow;

import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelPoint;

/** A point of a metric. @param runId who measured it, where points of several runs stand together */
record MetricBody(
        String key,
        double value,
        long timestamp,
        long step,
        @Nullable String modelId,
        @Nullable String datasetName,
        @Nullable String datasetDigest,
        @Nullable String runId) {
    static MetricBody of(Metric metric) {
        return of(metric, null);
    }

    static MetricBody of(ModelPoint measured) {
        return of(measured.point(), measured.run().value());
    }

    static MetricBody of(Metric metric, @Nullable String runId) {
        return new MetricBody(
                metric.key(),
                metric.value(),
                metric.timestamp(),
                metric.step(),
                metric.modelId(),
                metric.datasetName(),
                metric.datasetDigest(),
                runId);
    }
}
