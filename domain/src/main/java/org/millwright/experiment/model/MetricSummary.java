package org.millwright.experiment.model;

import org.jspecify.annotations.Nullable;

/**
 * What all points of one metric of a run come to.
 *
 * @param last by step, then time, then value
 * @param least of the values that are numbers; null when there is none, as are the next two
 * @param points how many there are, NaNs included
 */
public record MetricSummary(
        Metric last,
        @Nullable Double least,
        @Nullable Double greatest,
        @Nullable Double mean,
        long points) {}
