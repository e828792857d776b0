package org.millwright.schedule.model;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the due times between two moments.
 *
 * @param start those that start, in order
 * @param leftOut those that do not; they come before all that start. Null when there are none
 */
public record Reckoning(List<Planned> start, @Nullable Range leftOut) {

    /** One that starts. */
    public record Planned(Instant dueAt, Firing.Cause cause) {}

    /** Those in a row. @param since the first @param until the last */
    public record Range(Instant since, Instant until, long times) {}

    /** Of the due times after one moment and up to another. */
    public static Reckoning of(Schedule schedule, Instant after, Instant now) {
        var madeUp = new ArrayDeque<Instant>();
        var inTime = new ArrayList<Planned>();
        Range left = null;
        var missedBefore = now.minus(CatchUp.GRACE);
        for (var each = DueTimes.of(schedule.trigger()).from(after); each.hasNext(); ) {
            var due = each.next();
            if (due.isAfter(now)) {
                break;
            }
            if (!due.isBefore(missedBefore)) {
                inTime.add(new Planned(due, Firing.Cause.DUE));
                continue;
            }
            madeUp.addLast(due);
            if (madeUp.size() > schedule.catchUp().mostMadeUp()) {
                var oldest = madeUp.removeFirst();
                left = left == null ? new Range(oldest, oldest, 1) : new Range(left.since(), oldest, left.times() + 1);
            }
        }
        var start = new ArrayList<Planned>();
        madeUp.forEach(due -> start.add(new Planned(due, Firing.Cause.CATCH_UP)));
        start.addAll(inTime);
        return new Reckoning(start, left);
    }
}
