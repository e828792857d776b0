package org.millwright.db.schedule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.schedule.model.Trigger;

/**
 * A trigger as it is stored. Its form changes only by a new version number.
 *
 * @param version of the form; 1
 * @param expression of a cron trigger; null for a recurrence, of which the last six are
 * @param monthDays absent in triggers that were stored before there were any
 */
record TriggerDocument(
        int version,
        String zone,
        @Nullable String start,
        @Nullable String end,
        @Nullable String expression,
        @Nullable String frequency,
        int interval,
        @Nullable List<Integer> hours,
        @Nullable List<Integer> minutes,
        @Nullable List<String> weekDays,
        @Nullable List<Integer> monthDays) {

    static TriggerDocument of(Trigger trigger) {
        var zone = trigger.zone().getId();
        var start = text(trigger.start());
        var end = text(trigger.end());
        return switch (trigger) {
            case Trigger.Cron cron ->
                new TriggerDocument(1, zone, start, end, cron.expression(), null, 0, null, null, null, null);
            case Trigger.Recurrence every ->
                new TriggerDocument(
                        1,
                        zone,
                        start,
                        end,
                        null,
                        every.frequency().name(),
                        every.interval(),
                        every.hours(),
                        every.minutes(),
                        every.weekDays().stream().map(DayOfWeek::name).toList(),
                        every.monthDays());
        };
    }

    Trigger toTrigger() {
        var in = ZoneId.of(zone);
        if (expression != null) {
            return new Trigger.Cron(expression, in, instant(start), instant(end));
        }
        if (frequency == null || hours == null || minutes == null || weekDays == null) {
            throw new IllegalStateException("A stored trigger is neither a cron expression nor a recurrence");
        }
        return new Trigger.Recurrence(
                Trigger.Frequency.valueOf(frequency),
                interval,
                hours,
                minutes,
                weekDays.stream().map(DayOfWeek::valueOf).toList(),
                monthDays == null ? List.of() : monthDays,
                in,
                instant(start),
                instant(end));
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }
}
