package org.millwright.wire.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Metric;

/** A {@code runs/log-metric}: one point. @param value a number, or a text such as "NaN" or "-Infinity" */
record LogMetric(
        @Nullable String runId,
        @Nullable String runUuid,
        @Nullable String key,
        @Nullable JsonNode value,
        @Nullable Long timestamp,
        @Nullable Long step,
        @Nullable String modelId,
        @Nullable String datasetName,
        @Nullable String datasetDigest) {

    Metric metric() {
        return new Metric(
                Required.text("key", key),
                decimal(Required.value("value", value)),
                Required.value("timestamp", timestamp),
                step == null ? 0 : step,
                orNull(modelId),
                orNull(datasetName),
                orNull(datasetDigest));
    }

    /** @param place where the text stands @throws RequestRefused when it is no number */
    static double decimal(String place, String text) {
        return switch (text) {
            case "NaN", "nan" -> Double.NaN;
            case "Infinity", "inf" -> Double.POSITIVE_INFINITY;
            case "-Infinity", "-inf" -> Double.NEGATIVE_INFINITY;
            default -> {
                if (!text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
                    throw new RequestRefused(
                            MlflowError.invalid(place, MlflowJson.quoted(text), "it must be a number"));
                }
                yield Double.parseDouble(text);
            }
        };
    }

    private static double decimal(JsonNode value) {
        if (value.isNumber()) {
            return value.doubleValue();
        }
        if (value.isTextual()) {
            return decimal("value", value.textValue());
        }
        if (value.isNull()) {
            throw new RequestRefused(MlflowError.missing("value"));
        }
        throw new RequestRefused(
                MlflowError.invalid("value", MlflowJson.shortened(value.toString()), "it must be a number"));
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
