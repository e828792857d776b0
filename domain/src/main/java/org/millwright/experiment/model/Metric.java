package org.millwright.experiment.model;

import org.jspecify.annotations.Nullable;

/**
 * One point of a metric.
 *
 * @param value may be NaN; infinities are kept as the largest double of their sign, as MLflow does
 * @param timestamp milliseconds since 1970, the client's clock
 * @param step counts what the client counts; may be negative
 * @param modelId the logged model it was measured on, or null
 */
public record Metric(
        String key,
        double value,
        long timestamp,
        long step,
        @Nullable String modelId,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {

    public Metric {
        Keys.require("metrics", key);
        if (Double.isInfinite(value)) {
            value = Math.copySign(Double.MAX_VALUE, value);
        }
    }

    public Metric(String key, double value, long timestamp, long step) {
        this(key, value, timestamp, step, null, null, null);
    }
}
