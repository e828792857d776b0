package org.millwright.schedule.app;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.model.DueTimes;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.Progress;
import org.millwright.schedule.model.Reckoning;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;

/**
 * Accounts for the due times of schedules, each once: it has a firing, or is said to be left out. Only one server does so for a
 * schedule at a time, by the one clock that all of them ask.
 */
final class DueAccount {
    private final ScheduleRepository schedules;

    DueAccount(ScheduleRepository schedules) {
        this.schedules = schedules;
    }

    static ScheduleKey key(Schedule schedule) {
        return new ScheduleKey(schedule.workspace(), schedule.name());
    }

    /** The schedule as it is and stays until the transaction ends: it is read once nobody else can change it. */
    Optional<Schedule> current(ScheduleKey key) {
        schedules.lockProgress(key);
        return schedules.find(key.workspace(), key.name());
    }

    /** Begins the account of a new schedule: what came before is not its business. */
    void open(Schedule schedule, Instant now) {
        schedules.saveProgress(key(schedule), new Progress(now, next(schedule, now)));
    }

    /** Accounts for all that was due until now. @return when it is due next */
    Optional<Instant> settle(Schedule schedule) {
        var key = key(schedule);
        var locked = schedules.lockProgress(key);
        if (locked.isEmpty() || !schedule.enabled()) {
            return Optional.empty();
        }
        var now = schedules.now(); // asked when nobody else can account any more
        var until = locked.get().accountedUntil();
        if (until.isAfter(now)) {
            takeBack(schedule, now);
            until = now;
        }
        var reckoning = Reckoning.of(schedule, until, now);
        var leftOut = reckoning.leftOut();
        if (leftOut != null) {
            leaveOut(key, leftOut, LeftOut.Reason.MISSED, now);
        }
        for (var planned : reckoning.start()) {
            schedules.addFiring(
                    waiting(new Firing.Key(key.workspace(), key.name(), planned.dueAt()), planned.cause(), now));
        }
        var next = next(schedule, now);
        schedules.saveProgress(key, new Progress(now, next));
        return Optional.ofNullable(next);
    }

    /** Stops the account where it is. */
    void pause(Schedule paused) {
        schedules
                .lockProgress(key(paused))
                .ifPresent(
                        progress -> schedules.saveProgress(key(paused), new Progress(progress.accountedUntil(), null)));
    }

    /** Goes on with the account. @param makeUp whether what was due meanwhile counts as missed; otherwise it is left out */
    void resume(Schedule resumed, boolean makeUp) {
        if (!makeUp) {
            leaveOutPause(resumed);
        }
        settle(resumed);
    }

    /** Ends the account by the old trigger, before one by another begins. */
    void close(Schedule old) {
        if (!old.enabled()) {
            leaveOutPause(old);
        }
    }

    private void leaveOutPause(Schedule schedule) {
        var key = key(schedule);
        schedules.lockProgress(key).ifPresent(progress -> {
            var now = schedules.now();
            var meanwhile = range(schedule, progress.accountedUntil(), now);
            if (meanwhile != null) {
                leaveOut(key, meanwhile, LeftOut.Reason.PAUSED, now);
            }
            schedules.saveProgress(key, new Progress(now, next(schedule, now)));
        });
    }

    static Firing waiting(Firing.Key key, Firing.Cause cause, Instant now) {
        return new Firing(key, cause, now, new Firing.Waiting(0, now, null));
    }

    /**
     * The clock was set back: what was left out after the present has yet to come, and comes. What has a firing keeps it, and does
     * not get another.
     */
    private void takeBack(Schedule schedule, Instant now) {
        var key = key(schedule);
        for (var begun : schedules.forgetLeftOut(key, now)) {
            var before = range(schedule, begun.since().minusNanos(1000), now);
            if (before != null) {
                leaveOut(key, before, begun.reason(), begun.notedAt());
            }
        }
    }

    private void leaveOut(ScheduleKey key, Reckoning.Range range, LeftOut.Reason reason, Instant now) {
        var times = range.times() - schedules.countFirings(key, range.since(), range.until());
        if (times > 0) {
            schedules.addLeftOut(key, new LeftOut(range.since(), range.until(), times, reason, now));
        }
    }

    /** Null when nothing was due. */
    private static Reckoning.@Nullable Range range(Schedule schedule, Instant after, Instant now) {
        Reckoning.Range range = null;
        for (var each = DueTimes.of(schedule.trigger()).from(after); each.hasNext(); ) {
            var due = each.next();
            if (due.isAfter(now)) {
                break;
            }
            range = range == null
                    ? new Reckoning.Range(due, due, 1)
                    : new Reckoning.Range(range.since(), due, range.times() + 1);
        }
        return range;
    }

    private static @Nullable Instant next(Schedule schedule, Instant now) {
        return schedule.enabled()
                ? DueTimes.of(schedule.trigger()).firstAfter(now).orElse(null)
                : null;
    }
}
