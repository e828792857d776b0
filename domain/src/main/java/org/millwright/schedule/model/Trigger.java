package org.millwright.schedule.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * When a schedule is due, as Azure ML writes it.
 *
 * <p>Both kinds have a time zone, and a start and an end, both of them included, that may be null. {@link DueTimes} says which
 * times that are.
 */
public sealed interface Trigger {
    ZoneId zone();

    @Nullable
    Instant start();

    @Nullable
    Instant end();

    /** @param expression five fields: minute, hour, day of month, month, day of week */
    record Cron(
            String expression,
            ZoneId zone,
            @Nullable Instant start,
            @Nullable Instant end) implements Trigger {
        public Cron {
            if (expression.strip().split("\\s+").length != 5) {
                throw Refused.invalid(
                        "trigger.expression",
                        "'%s' does not have the five fields minute, hour, day of month, month, day of week"
                                .formatted(expression));
            }
            start = stored(start);
            end = stored(end);
            requireOrder(start, end);
        }
    }

    /**
     * Every so many minutes, hours, days, weeks or months.
     *
     * @param hours of the day at which it is due, for days, weeks and months; empty for the hour of the start
     * @param minutes of the hour; empty for the minute of the start
     * @param weekDays for weeks; empty for the day of the start
     * @param monthDays for months; empty for the day of the start. A month without that day is left out
     */
    record Recurrence(
            Frequency frequency,
            int interval,
            List<Integer> hours,
            List<Integer> minutes,
            List<DayOfWeek> weekDays,
            List<Integer> monthDays,
            ZoneId zone,
            @Nullable Instant start,
            @Nullable Instant end)
            implements Trigger {
        public Recurrence {
            if (interval < 1 || interval > 1000) {
                throw Refused.invalid("trigger.interval", "1 to 1000");
            }
            if (hours.stream().anyMatch(hour -> hour < 0 || hour > 23)) {
                throw Refused.invalid("trigger.schedule.hours", "0 to 23");
            }
            if (minutes.stream().anyMatch(minute -> minute < 0 || minute > 59)) {
                throw Refused.invalid("trigger.schedule.minutes", "0 to 59");
            }
            if (monthDays.stream().anyMatch(day -> day < 1 || day > 31)) {
                throw Refused.invalid("trigger.schedule.month_days", "1 to 31");
            }
            hours = hours.stream().distinct().sorted().toList();
            minutes = minutes.stream().distinct().sorted().toList();
            weekDays = weekDays.stream().distinct().sorted().toList();
            monthDays = monthDays.stream().distinct().sorted().toList();
            start = stored(start);
            end = stored(end);
            requireOrder(start, end);
        }
    }

    /** The unit of a recurrence. */
    enum Frequency {
        MINUTE,
        HOUR,
        DAY,
        WEEK,
        MONTH
    }

    private static void requireOrder(@Nullable Instant start, @Nullable Instant end) {
        requireCivil("trigger.start_time", start);
        requireCivil("trigger.end_time", end);
        if (start != null && end != null && !start.isBefore(end)) {
            throw Refused.invalid("trigger.end_time", "after the start");
        }
    }

    /** As exact as it is kept. */
    private static @Nullable Instant stored(@Nullable Instant time) {
        return time == null ? null : time.truncatedTo(ChronoUnit.MILLIS);
    }

    private static void requireCivil(String field, @Nullable Instant time) {
        if (time != null && (time.isBefore(Instant.EPOCH) || time.isAfter(DueTimes.LATEST))) {
            throw Refused.invalid(field, "between the years 1970 and 9000");
        }
    }
}
