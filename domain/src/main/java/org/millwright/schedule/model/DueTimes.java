package org.millwright.schedule.model;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * The times at which a trigger is due. They follow from the trigger alone, so every server, after every restart, counts the
 * same ones; each is later than the one before.
 *
 * <p>Cron expressions, and recurrences of days, weeks and months, are times of the clock on the wall, in the trigger's zone. A
 * time that the clocks jump over is due later by as much as they jump, so that no night goes without its job. A time that the
 * clocks show twice is due the first time; an expression for every hour of the day is due both times, so that it goes on each
 * hour. Recurrences of minutes and hours count what passes, whatever the clocks show.
 *
 * <p>A recurrence without a start counts from a midnight in its zone: days, weeks and months from that of 1970-01-01, minutes and
 * hours from that of 2000-01-01, so that "every 15 minutes" means the quarters of the hour.
 */
public final class DueTimes {
    static final Instant LATEST = Instant.parse("9000-01-01T00:00:00Z");

    /** After these the calendar repeats itself: a day that does not come by then never does. */
    private static final int CYCLE_YEARS = 400;

    private final Trigger trigger;
    private final Pattern pattern;

    private DueTimes(Trigger trigger, Pattern pattern) {
        this.trigger = trigger;
        this.pattern = pattern;
    }

    /** @throws Refused with Invalid when the trigger's expression cannot be read */
    public static DueTimes of(Trigger trigger) {
        return new DueTimes(
                trigger,
                switch (trigger) {
                    case Trigger.Cron cron -> {
                        var expression = CronExpression.parse(cron.expression());
                        yield new WallClock(
                                cron.zone(), expression::includes, expression.times(), expression.isEveryHour());
                    }
                    case Trigger.Recurrence recurrence ->
                        switch (recurrence.frequency()) {
                            case MINUTE ->
                                new Steps(anchorOfSteps(recurrence), Duration.ofMinutes(recurrence.interval()));
                            case HOUR -> new Steps(anchorOfSteps(recurrence), Duration.ofHours(recurrence.interval()));
                            case DAY, WEEK, MONTH -> wallClock(recurrence);
                        };
                });
    }

    /** The first ones after an instant; fewer than asked for when the trigger ends. */
    public List<Instant> after(Instant instant, int most) {
        var times = new ArrayList<Instant>();
        for (var each = from(instant); times.size() < most && each.hasNext(); ) {
            times.add(each.next());
        }
        return times;
    }

    public Optional<Instant> firstAfter(Instant instant) {
        return after(instant, 1).stream().findFirst();
    }

    /** All of them after an instant. */
    public Iterator<Instant> from(Instant instant) {
        var start = trigger.start();
        var after = start == null || !start.isAfter(instant) ? instant : start.minusNanos(1);
        return new Bounded(
                after.isBefore(LATEST)
                        ? pattern.after(after)
                        : List.<Instant>of().iterator(),
                end());
    }

    /** @throws Refused with Invalid when no day is ever such as the trigger wants it */
    public void requireAny() {
        if (trigger.end() == null && firstAfter(Instant.EPOCH).isEmpty()) {
            throw switch (trigger) {
                case Trigger.Cron cron ->
                    Refused.invalid(
                            "trigger.expression",
                            "'%s' never fires: there is no such day".formatted(cron.expression()));
                case Trigger.Recurrence _ ->
                    Refused.invalid("trigger.schedule.month_days", "no month that counts has such a day");
            };
        }
    }

    private Instant end() {
        var end = trigger.end();
        return end == null ? LATEST : end;
    }

    private static Instant anchorOfSteps(Trigger.Recurrence recurrence) {
        var start = recurrence.start();
        return start != null
                ? start
                : LocalDate.of(2000, 1, 1).atStartOfDay(recurrence.zone()).toInstant();
    }

    private static WallClock wallClock(Trigger.Recurrence every) {
        var start = every.start();
        var anchor = start == null ? LocalDate.EPOCH.atStartOfDay(every.zone()) : start.atZone(every.zone());
        var hours = every.hours().isEmpty() ? List.of(anchor.getHour()) : every.hours();
        var minutes = every.minutes().isEmpty() ? List.of(anchor.getMinute()) : every.minutes();
        var times = new ArrayList<LocalTime>();
        hours.forEach(hour -> minutes.forEach(minute -> times.add(LocalTime.of(hour, minute))));
        return new WallClock(every.zone(), days(every, anchor), times, hours.size() == 24);
    }

    private static Predicate<LocalDate> days(Trigger.Recurrence every, ZonedDateTime anchor) {
        var first = anchor.toLocalDate();
        return switch (every.frequency()) {
            case MINUTE, HOUR -> throw new IllegalArgumentException("They are not counted in days");
            case DAY -> date -> isCounted(ChronoUnit.DAYS.between(first, date), every.interval());
            case WEEK -> {
                var days = every.weekDays().isEmpty() ? List.of(first.getDayOfWeek()) : every.weekDays();
                yield date -> days.contains(date.getDayOfWeek())
                        && isCounted(Math.floorDiv(ChronoUnit.DAYS.between(first, date), 7), every.interval());
            }
            case MONTH -> {
                var days = every.monthDays().isEmpty() ? List.of(first.getDayOfMonth()) : every.monthDays();
                yield date -> days.contains(date.getDayOfMonth())
                        && isCounted(
                                ChronoUnit.MONTHS.between(YearMonth.from(first), YearMonth.from(date)),
                                every.interval());
            }
        };
    }

    private static boolean isCounted(long units, int interval) {
        return Math.floorMod(units, interval) == 0;
    }

    private sealed interface Pattern {
        /** Each later than the one before, and than the instant. */
        Iterator<Instant> after(Instant instant);
    }

    /** Always the same time after the one before. */
    private record Steps(Instant anchor, Duration step) implements Pattern {
        @Override
        public Iterator<Instant> after(Instant instant) {
            var seconds = step.toSeconds();
            var passed = Math.floorDiv(Duration.between(anchor, instant).toSeconds(), seconds);
            var first = anchor.plusSeconds((passed + 1) * seconds);
            // The instant and the anchor may differ in parts of a second.
            while (!first.isAfter(instant)) {
                first = first.plus(step);
            }
            while (first.minus(step).isAfter(instant)) {
                first = first.minus(step);
            }
            var from = first;
            return new Iterator<>() {
                private Instant next = from;

                @Override
                public boolean hasNext() {
                    return true;
                }

                @Override
                public Instant next() {
                    var found = next;
                    next = next.plus(step);
                    return found;
                }
            };
        }
    }

    /** @param times of each day, in order @param everyHour whether a time that comes twice is due twice */
    private record WallClock(ZoneId zone, Predicate<LocalDate> days, List<LocalTime> times, boolean everyHour)
            implements Pattern {
        @Override
        public Iterator<Instant> after(Instant instant) {
            return new Iterator<>() {
                // What the clocks jumped over on a day before may be due on this one.
                private LocalDate date = instant.atZone(zone).toLocalDate().minusDays(2);
                private final LocalDate last = date.plusYears(CYCLE_YEARS);
                private final TreeSet<Instant> found = new TreeSet<>();

                @Override
                public boolean hasNext() {
                    // A day not yet looked at has nothing before its first moment.
                    while (found.isEmpty()
                            || !found.first().isBefore(date.atStartOfDay(zone).toInstant())) {
                        if (date.isAfter(last)) {
                            return !found.isEmpty();
                        }
                        if (days.test(date)) {
                            addTimesOf(date, instant);
                        }
                        date = date.plusDays(1);
                    }
                    return true;
                }

                @Override
                public Instant next() {
                    if (!hasNext()) {
                        throw new NoSuchElementException();
                    }
                    return found.removeFirst();
                }

                private void addTimesOf(LocalDate day, Instant after) {
                    for (var time : times) {
                        var at = day.atTime(time).atZone(zone);
                        add(at.toInstant(), after);
                        if (everyHour) {
                            add(at.withLaterOffsetAtOverlap().toInstant(), after);
                        }
                    }
                }

                private void add(Instant time, Instant after) {
                    if (time.isAfter(after)) {
                        found.add(time);
                    }
                }
            };
        }
    }

    /** Up to an end, which is included. */
    private static final class Bounded implements Iterator<Instant> {
        private final Iterator<Instant> all;
        private final Instant end;
        private @Nullable Instant next;

        Bounded(Iterator<Instant> all, Instant end) {
            this.all = all;
            this.end = end;
            advance();
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Instant next() {
            var found = next;
            if (found == null) {
                throw new NoSuchElementException();
            }
            advance();
            return found;
        }

        private void advance() {
            var found = all.hasNext() ? all.next() : null;
            next = found == null || found.isAfter(end) ? null : found;
        }
    }
}
