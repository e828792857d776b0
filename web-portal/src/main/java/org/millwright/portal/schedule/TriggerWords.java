package org.millwright.portal.schedule;

import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.millwright.schedule.model.Trigger;

/** Says when a trigger fires, as people would. */
public final class TriggerWords {
    private TriggerWords() {}

    public static String of(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Cron cron -> "cron %s (%s)".formatted(cron.expression(), cron.zone());
            case Trigger.Recurrence every ->
                "every %s%s%s%s (%s)"
                        .formatted(
                                interval(every),
                                days(every.weekDays()),
                                monthDays(every.monthDays()),
                                times(every),
                                every.zone());
        };
    }

    private static String interval(Trigger.Recurrence every) {
        var unit = every.frequency().name().toLowerCase(Locale.ROOT);
        return every.interval() == 1 ? unit : "%d %ss".formatted(every.interval(), unit);
    }

    private static String days(List<DayOfWeek> days) {
        return days.isEmpty()
                ? ""
                : days.stream()
                        .map(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))
                        .collect(Collectors.joining(", ", " on ", ""));
    }

    private static String monthDays(List<Integer> days) {
        return days.isEmpty()
                ? ""
                : " on day " + days.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String times(Trigger.Recurrence every) {
        if (every.hours().isEmpty()) {
            return every.minutes().isEmpty()
                    ? ""
                    : " at minute "
                            + every.minutes().stream().map(String::valueOf).collect(Collectors.joining(", "));
        }
        var start = every.start();
        var minuteOfStart = start == null ? 0 : start.atZone(every.zone()).getMinute();
        var minutes = every.minutes().isEmpty() ? List.of(minuteOfStart) : every.minutes();
        return every.hours().stream()
                .flatMap(hour -> minutes.stream().map(minute -> String.format(Locale.ROOT, "%02d:%02d", hour, minute)))
                .collect(Collectors.joining(", ", " at ", ""));
    }
}
