package org.millwright.experiment.model;

import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * Which points of a metric a chart gets: some that lie evenly among all, always with the first and the last. They are the
 * ones that MLflow would choose.
 *
 * @param most how many at most, at least 1
 * @param steps null for all
 */
public record Sampling(int most, @Nullable Steps steps) {

    public Sampling {
        if (most < 1) {
            throw Refused.invalid("max_results", "at least 1");
        }
    }

    /** From the first to the last, both included. */
    public record Steps(long first, long last) {
        public Steps {
            if (first > last) {
                throw Refused.invalid(
                        "end_step",
                        "must not be less than start_step (found start_step=%d and end_step=%d)"
                                .formatted(first, last));
            }
        }
    }

    /**
     * The places, from 0, of the chosen points among so many in the order of steps: the points are dealt into even groups,
     * the first of each is chosen, and of the last group the last point.
     */
    public long[] places(long points) {
        var groups = Math.min(most, points);
        if (groups == 0) {
            return new long[0];
        }
        var size = points / groups;
        var larger = points % groups;
        var places = LongStream.range(0, groups)
                .map(group -> group * size + Math.min(group, larger))
                .toArray();
        if (most < points) {
            places[places.length - 1] = points - 1;
        }
        return places;
    }
}
