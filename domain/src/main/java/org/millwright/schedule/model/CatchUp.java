package org.millwright.schedule.model;

import java.time.Duration;

/**
 * What becomes of due times that were missed: because no server ran, the database could not be reached, or the clock was set
 * forward. A time counts as missed when it is noticed more than {@link #GRACE} late; earlier, it starts as if on time.
 */
public enum CatchUp {
    /** None of them starts. */
    SKIP,
    /** The last of them starts, for all. */
    ONE,
    /** Each of them starts, oldest first, up to the last {@link #MOST_MADE_UP}. */
    ALL;

    public static final Duration GRACE = Duration.ofMinutes(1);
    public static final int MOST_MADE_UP = 100;

    int mostMadeUp() {
        return switch (this) {
            case SKIP -> 0;
            case ONE -> 1;
            case ALL -> MOST_MADE_UP;
        };
    }
}
