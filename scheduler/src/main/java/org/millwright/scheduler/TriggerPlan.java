package org.millwright.scheduler;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Refused;
import org.quartz.CalendarIntervalScheduleBuilder;
import org.quartz.CronScheduleBuilder;
import org.quartz.DateBuilder.IntervalUnit;
import org.quartz.ScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.spi.OperableTrigger;

/**
 * Turns a schedule's trigger into Quartz's: often one, several where Quartz cannot say it in one. A due time that passed
 * while no server ran is made up for once.
 *
 * <p>A recurrence without a start counts from the beginning of 1970 in its zone, so that "every 15 minutes" means the
 * quarters of the hour, for every server and after every restart.
 */
final class TriggerPlan {
    private static final int MOST_TRIGGERS = 100;
    private static final LocalDate EPOCH = LocalDate.EPOCH;

    private TriggerPlan() {}

    /** @throws Refused with Invalid when the trigger cannot be read or is too fine */
    static List<OperableTrigger> of(Trigger trigger, Instant after) {
        return switch (trigger) {
            case Trigger.Cron cron -> cron(CronExpressions.toQuartz(cron.expression()), cron, after);
            case Trigger.Recurrence recurrence -> recurrence(recurrence, after);
        };
    }

    private static List<OperableTrigger> cron(List<String> expressions, Trigger trigger, Instant after) {
        var triggers = new ArrayList<OperableTrigger>();
        for (var expression : expressions) {
            var schedule = CronScheduleBuilder.cronSchedule(expression)
                    .inTimeZone(TimeZone.getTimeZone(trigger.zone()))
                    .withMisfireHandlingInstructionFireAndProceed();
            triggers.add(build(schedule, firstAfter(trigger, after), trigger));
        }
        return triggers;
    }

    private static List<OperableTrigger> recurrence(Trigger.Recurrence recurrence, Instant after) {
        var anchor = anchor(recurrence);
        var hours = recurrence.hours().isEmpty() ? List.of(anchor.getHour()) : recurrence.hours();
        var minutes = recurrence.minutes().isEmpty() ? List.of(anchor.getMinute()) : recurrence.minutes();
        return switch (recurrence.frequency()) {
            case MINUTE -> List.of(interval(recurrence, IntervalUnit.MINUTE, anchor, after));
            case HOUR -> List.of(interval(recurrence, IntervalUnit.HOUR, anchor, after));
            case DAY ->
                recurrence.interval() == 1
                        ? cron(List.of(time(minutes, hours) + " * * ?"), recurrence, after)
                        : intervals(recurrence, IntervalUnit.DAY, List.of(anchor.toLocalDate()), hours, minutes, after);
            case WEEK -> {
                var days = recurrence.weekDays().isEmpty() ? List.of(anchor.getDayOfWeek()) : recurrence.weekDays();
                yield recurrence.interval() == 1
                        ? cron(List.of(time(minutes, hours) + " ? * " + names(days)), recurrence, after)
                        : intervals(recurrence, IntervalUnit.WEEK, daysOfWeek(anchor, days), hours, minutes, after);
            }
            case MONTH ->
                recurrence.interval() == 1
                        ? cron(
                                List.of("%s %d * ?".formatted(time(minutes, hours), anchor.getDayOfMonth())),
                                recurrence,
                                after)
                        : intervals(
                                recurrence, IntervalUnit.MONTH, List.of(anchor.toLocalDate()), hours, minutes, after);
        };
    }

    private static List<OperableTrigger> intervals(
            Trigger.Recurrence recurrence,
            IntervalUnit unit,
            List<LocalDate> days,
            List<Integer> hours,
            List<Integer> minutes,
            Instant after) {
        if (days.size() * hours.size() * minutes.size() > MOST_TRIGGERS) {
            throw Refused.invalid(
                    "trigger.schedule",
                    "at most %d times of day with an interval of more than 1".formatted(MOST_TRIGGERS));
        }
        var triggers = new ArrayList<OperableTrigger>();
        for (var day : days) {
            for (var hour : hours) {
                for (var minute : minutes) {
                    var anchor =
                            LocalDateTime.of(day, LocalTime.of(hour, minute)).atZone(recurrence.zone());
                    triggers.add(interval(recurrence, unit, anchor, after));
                }
            }
        }
        return triggers;
    }

    private static OperableTrigger interval(
            Trigger.Recurrence recurrence, IntervalUnit unit, ZonedDateTime anchor, Instant after) {
        var schedule = CalendarIntervalScheduleBuilder.calendarIntervalSchedule()
                .withInterval(recurrence.interval(), unit)
                .inTimeZone(TimeZone.getTimeZone(recurrence.zone()))
                .preserveHourOfDayAcrossDaylightSavings(unit != IntervalUnit.MINUTE && unit != IntervalUnit.HOUR)
                .withMisfireHandlingInstructionFireAndProceed();
        var whole = TriggerBuilder.newTrigger()
                .startAt(Date.from(anchor.toInstant()))
                .withSchedule(schedule)
                .build();
        // A start that has passed would fire at once, as if it had been missed; so it starts with its next time.
        var next =
                whole.getFireTimeAfter(Date.from(firstAfter(recurrence, after).minusMillis(1)));
        return build(schedule, next == null ? after : next.toInstant(), recurrence);
    }

    private static OperableTrigger build(ScheduleBuilder<?> schedule, Instant from, Trigger trigger) {
        var end = trigger.end();
        // A trigger that is over is never asked, but Quartz does not let one end before it starts.
        var bounded = end == null || !end.isAfter(from) ? null : Date.from(end);
        return (OperableTrigger) TriggerBuilder.newTrigger()
                .startAt(Date.from(from))
                .endAt(bounded)
                .withSchedule(schedule)
                .build();
    }

    private static Instant firstAfter(Trigger trigger, Instant after) {
        var start = trigger.start();
        return start == null || start.isBefore(after) ? after : start;
    }

    private static ZonedDateTime anchor(Trigger.Recurrence recurrence) {
        ZoneId zone = recurrence.zone();
        @Nullable Instant start = recurrence.start();
        return start == null ? EPOCH.atStartOfDay(zone) : start.atZone(zone);
    }

    /** The day of the anchor and those after it, one for each day of the week that is wanted. */
    private static List<LocalDate> daysOfWeek(ZonedDateTime anchor, List<DayOfWeek> days) {
        var first = anchor.toLocalDate();
        return days.stream()
                .map(day -> first.plusDays(
                        Math.floorMod(day.getValue() - first.getDayOfWeek().getValue(), 7)))
                .toList();
    }

    private static String time(List<Integer> minutes, List<Integer> hours) {
        return "0 %s %s".formatted(list(minutes), list(hours));
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static String names(List<DayOfWeek> days) {
        return days.stream().map(day -> day.name().substring(0, 3)).collect(Collectors.joining(","));
    }
}
