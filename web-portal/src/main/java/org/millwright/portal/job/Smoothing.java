package org.millwright.portal.job;

/**
 * An exponential moving average, as charts of training smooth their curves. The start is corrected for bias, so the first
 * smoothed value is the first value.
 *
 * @param weight of what came before, from 0 for no smoothing to below 1
 */
public record Smoothing(double weight) {
    public Smoothing {
        if (!(weight >= 0 && weight < 1)) {
            throw new IllegalArgumentException("A weight is at least 0 and below 1, not " + weight);
        }
    }

    /** Values that are not finite are passed over: they stay as they are and do not spoil what follows. */
    public double[] apply(double[] values) {
        var smooth = new double[values.length];
        var sum = 0.0;
        var seen = 0;
        for (var index = 0; index < values.length; index++) {
            if (!Double.isFinite(values[index])) {
                smooth[index] = values[index];
                continue;
            }
            sum = sum * weight + (1 - weight) * values[index];
            seen++;
            smooth[index] = weight == 0 ? values[index] : sum / (1 - Math.pow(weight, seen));
        }
        return smooth;
    }
}
