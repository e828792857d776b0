package org.millwright.portal.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeName;
import org.millwright.experiment.JobSpec;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Refused;

/** A schedule as its form has it: texts, which may be wrong. It begins as the schedule is. */
public final class ScheduleForm {
    private final Schedule schedule;
    private String displayName;
    private String description;
    private String tags;
    private String kind = "cron";
    private String expression = "";
    private String frequency = "DAY";
    private String interval = "1";
    private String hours = "";
    private String minutes = "";
    private String weekDays = "";
    private String monthDays = "";
    private String zone;
    private String start;
    private String end;
    private String catchUp;
    private String experiment;
    private String command;
    private String compute;

    ScheduleForm(Schedule schedule) {
        this.schedule = schedule;
        displayName = schedule.label().displayName();
        description = schedule.label().description();
        tags = schedule.label().tags().entrySet().stream()
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .collect(Collectors.joining("\n"));
        var trigger = schedule.trigger();
        zone = trigger.zone().getId();
        start = local(trigger.start());
        end = local(trigger.end());
        switch (trigger) {
            case Trigger.Cron cron -> expression = cron.expression();
            case Trigger.Recurrence every -> {
                kind = "recurrence";
                frequency = every.frequency().name();
                interval = Integer.toString(every.interval());
                hours = list(every.hours());
                minutes = list(every.minutes());
                weekDays = list(every.weekDays().stream()
                        .map(day -> day.name().toLowerCase(Locale.ROOT))
                        .toList());
                monthDays = list(every.monthDays());
            }
        }
        catchUp = schedule.catchUp().name();
        experiment = schedule.experiment();
        command = schedule.job().command();
        compute = schedule.job().compute().value();
    }

    /** @throws Refused with Invalid, naming the field */
    Trigger toTrigger() {
        var in = zoneId();
        var from = instant("start", start, in);
        var until = instant("end", end, in);
        return kind.equals("recurrence")
                ? new Trigger.Recurrence(
                        unit(),
                        numbers("interval", interval).stream().findFirst().orElse(1),
                        numbers("hours", hours),
                        numbers("minutes", minutes),
                        words(weekDays).stream().map(ScheduleForm::day).toList(),
                        numbers("days of the month", monthDays),
                        in,
                        from,
                        until)
                : new Trigger.Cron(expression.strip(), in, from, until);
    }

    /** What differs from the schedule. @throws Refused with Invalid, naming the field */
    Schedules.Edit toEdit() {
        var trigger = toTrigger();
        var text = command.replace("\r\n", "\n");
        JobSpec job = text.equals(schedule.job().command())
                        && compute.equals(schedule.job().compute().value())
                ? null
                : schedule.job().commanded(text, new ComputeName(compute.strip()));
        return new Schedules.Edit(
                displayName.strip(),
                description.strip(),
                tagMap(),
                trigger.equals(schedule.trigger()) ? null : trigger,
                CatchUp.valueOf(catchUp),
                experiment.strip().equals(schedule.experiment()) ? null : experiment.strip(),
                job);
    }

    private Map<String, String> tagMap() {
        var map = new LinkedHashMap<String, String>();
        tags.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
            var equals = line.indexOf('=');
            if (equals < 1) {
                throw Refused.invalid("tags", "'%s' is not of the form name=value".formatted(line));
            }
            map.put(
                    line.substring(0, equals).strip(),
                    line.substring(equals + 1).strip());
        });
        return map;
    }

    private ZoneId zoneId() {
        try {
            return ZoneId.of(zone.strip());
        } catch (DateTimeException unknown) {
            throw Refused.invalid("time zone", "'%s' is not one such as Europe/Berlin".formatted(zone));
        }
    }

    private Trigger.Frequency unit() {
        return Arrays.stream(Trigger.Frequency.values())
                .filter(each -> each.name().equals(frequency))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("frequency", "'%s' is unknown".formatted(frequency)));
    }

    private static DayOfWeek day(String word) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> word.length() >= 2 && day.name().startsWith(word.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("days of the week", "'%s' is none".formatted(word)));
    }

    private static List<Integer> numbers(String field, String text) {
        return words(text).stream()
                .map(word -> {
                    if (!word.matches("\\d{1,4}")) {
                        throw Refused.invalid(field, "'%s' is not a number".formatted(word));
                    }
                    return Integer.valueOf(word);
                })
                .toList();
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String list(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private String local(@Nullable Instant time) {
        return time == null
                ? ""
                : time.atZone(schedule.trigger().zone()).toLocalDateTime().toString();
    }

    private static @Nullable Instant instant(String field, String text, ZoneId in) {
        if (text.isBlank()) {
            return null;
        }
        try {
            return LocalDateTime.parse(text.strip().replace(' ', 'T'))
                    .atZone(in)
                    .toInstant();
        } catch (DateTimeException notATime) {
            throw Refused.invalid(field, "'%s' is not a time such as 2026-01-31T08:00".formatted(text));
        }
    }

    private static String or(@Nullable String text) {
        return text == null ? "" : text;
    }

    public String getDisplayName() {
        return displayName;
    }

    public void setDisplayName(@Nullable String text) {
        displayName = or(text);
    }

    public String getDescription() {
        return description;
    }

    public void setDescription(@Nullable String text) {
        description = or(text);
    }

    public String getTags() {
        return tags;
    }

    public void setTags(@Nullable String text) {
        tags = or(text);
    }

    public String getKind() {
        return kind;
    }

    public void setKind(@Nullable String text) {
        kind = or(text);
    }

    public String getExpression() {
        return expression;
    }

    public void setExpression(@Nullable String text) {
        expression = or(text);
    }

    public String getFrequency() {
        return frequency;
    }

    public void setFrequency(@Nullable String text) {
        frequency = or(text);
    }

    public String getInterval() {
        return interval;
    }

    public void setInterval(@Nullable String text) {
        interval = or(text);
    }

    public String getHours() {
        return hours;
    }

    public void setHours(@Nullable String text) {
        hours = or(text);
    }

    public String getMinutes() {
        return minutes;
    }

    public void setMinutes(@Nullable String text) {
        minutes = or(text);
    }

    public String getWeekDays() {
        return weekDays;
    }

    public void setWeekDays(@Nullable String text) {
        weekDays = or(text);
    }

    public String getMonthDays() {
        return monthDays;
    }

    public void setMonthDays(@Nullable String text) {
        monthDays = or(text);
    }

    public String getZone() {
        return zone;
    }

    public void setZone(@Nullable String text) {
        zone = or(text);
    }

    public String getStart() {
        return start;
    }

    public void setStart(@Nullable String text) {
        start = or(text);
    }

    public String getEnd() {
        return end;
    }

    public void setEnd(@Nullable String text) {
        end = or(text);
    }

    public String getCatchUp() {
        return catchUp;
    }

    public void setCatchUp(@Nullable String text) {
        catchUp = or(text);
    }

    public String getExperiment() {
        return experiment;
    }

    public void setExperiment(@Nullable String text) {
        experiment = or(text);
    }

    public String getCommand() {
        return command;
    }

    public void setCommand(@Nullable String text) {
        command = or(text);
    }

    public String getCompute() {
        return compute;
    }

    public void setCompute(@Nullable String text) {
        compute = or(text);
    }
}
