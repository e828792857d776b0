package org.millwright.experiment.model;

import java.util.List;
import java.util.Map;
import org.millwright.shared.Refused;

/** What a client logs in one call, stored whole or not at all. */
public record TrackingBatch(List<Metric> metrics, Map<String, String> parameters, Map<String, String> tags) {
    private static final int LONGEST_PARAMETER = 6000;
    private static final int LONGEST_TAG = 8000;

    public TrackingBatch {
        metrics = List.copyOf(metrics);
        parameters = shortened("params", parameters, LONGEST_PARAMETER);
        tags = shortened("tags", tags, LONGEST_TAG);
    }

    public static TrackingBatch tag(String key, String value) {
        return new TrackingBatch(List.of(), Map.of(), Map.of(key, value));
    }

    public boolean isEmpty() {
        return metrics.isEmpty() && parameters.isEmpty() && tags.isEmpty();
    }

    /** MLflow cuts long values instead of refusing them, and its clients rely on it. */
    private static Map<String, String> shortened(String field, Map<String, String> values, int longest) {
        var kept = new java.util.LinkedHashMap<String, String>();
        values.forEach((key, value) -> {
            if (key.isEmpty()) {
                throw Refused.invalid(field, "a name is needed");
            }
            kept.put(Keys.require(field, key), value.length() <= longest ? value : value.substring(0, longest));
        });
        return java.util.Collections.unmodifiableMap(kept);
    }
}
