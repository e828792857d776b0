package org.millwright.schedule.model;

import java.time.Instant;

/**
 * Due times in a row that did not start and are not made up for.
 *
 * @param since the first of them
 * @param dueAt the last of them
 * @param times how many they are, without those that started otherwise
 * @param notedAt when that was found
 */
public record LeftOut(Instant since, Instant dueAt, long times, Reason reason, Instant notedAt) implements PastDue {

    /** Why they did not start. */
    public enum Reason {
        /** They were missed, and the schedule's catch-up does not make up for them. */
        MISSED,
        /** The schedule was paused. */
        PAUSED
    }
}
