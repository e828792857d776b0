package org.millwright.schedule.model;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * When a schedule fires, as Azure ML writes it.
 *
 * <p>Both kinds have a time zone, and a start and an end that may be null.
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
            requireOrder(start, end);
        }
    }

    /**
     * Every so many minutes, hours, days, weeks or months.
     *
     * @param hours of the day at which it fires, for days, weeks and months; empty for the hour of the start
     * @param minutes of the hour; empty for the minute of the start
     * @param weekDays for weeks; empty for the day of the start
     */
    record Recurrence(
            Frequency frequency,
            int interval,
            List<Integer> hours,
            List<Integer> minutes,
            List<DayOfWeek> weekDays,
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
            hours = hours.stream().distinct().sorted().toList();
            minutes = minutes.stream().distinct().sorted().toList();
            weekDays = weekDays.stream().distinct().sorted().toList();
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
        if (start != null && end != null && !start.isBefore(end)) {
            throw Refused.invalid("trigger.end_time", "after the start");
        }
    }
}
