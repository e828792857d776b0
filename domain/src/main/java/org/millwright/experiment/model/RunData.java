package org.millwright.experiment.model;

import java.util.List;
import java.util.Map;

/** What was logged to a run. @param latest the last point of each metric: by step, then time, then value */
public record RunData(
        List<Metric> latest,
        Map<String, String> parameters,
        Map<String, String> tags,
        List<DatasetInput> datasets,
        List<ModelLink> models) {
    public static final RunData EMPTY = new RunData(List.of(), Map.of(), Map.of(), List.of(), List.of());
}
