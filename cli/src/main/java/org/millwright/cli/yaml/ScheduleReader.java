package org.millwright.cli.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.yaml.YamlValue.Entry;
import org.millwright.cli.yaml.YamlValue.Mapping;
import org.millwright.cli.yaml.YamlValue.Scalar;

/** Reads a schedule, as Azure ML's command line (v2) writes it. */
public final class ScheduleReader {
    private static final Section.Keys KEYS = Section.Keys.of(
                    "$schema", "name", "display_name", "description", "tags", "trigger", "catch_up", "create_job")
            .without(Map.of("properties", "write tags", "create_monitor", "schedules start jobs only"));
    private static final Section.Keys TRIGGER_KEYS = Section.Keys.of(
            "type", "expression", "frequency", "interval", "schedule", "time_zone", "start_time", "end_time");
    private static final Section.Keys PATTERN_KEYS = Section.Keys.of("hours", "minutes", "week_days", "month_days");
    private static final List<String> CATCH_UPS = List.of("skip", "one", "all");
    private static final List<String> FREQUENCIES = List.of("minute", "hour", "day", "week", "month");
    private static final List<String> WEEK_DAYS =
            List.of("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    /** Azure writes zones as Windows does. */
    private static final Map<String, String> WINDOWS_ZONES = Map.ofEntries(
            Map.entry("Pacific Standard Time", "America/Los_Angeles"),
            Map.entry("Mountain Standard Time", "America/Denver"),
            Map.entry("Central Standard Time", "America/Chicago"),
            Map.entry("Eastern Standard Time", "America/New_York"),
            Map.entry("E. South America Standard Time", "America/Sao_Paulo"),
            Map.entry("GMT Standard Time", "Europe/London"),
            Map.entry("W. Europe Standard Time", "Europe/Berlin"),
            Map.entry("Romance Standard Time", "Europe/Paris"),
            Map.entry("Central Europe Standard Time", "Europe/Budapest"),
            Map.entry("FLE Standard Time", "Europe/Kiev"),
            Map.entry("Israel Standard Time", "Asia/Jerusalem"),
            Map.entry("Arabian Standard Time", "Asia/Dubai"),
            Map.entry("India Standard Time", "Asia/Kolkata"),
            Map.entry("Singapore Standard Time", "Asia/Singapore"),
            Map.entry("China Standard Time", "Asia/Shanghai"),
            Map.entry("Tokyo Standard Time", "Asia/Tokyo"),
            Map.entry("AUS Eastern Standard Time", "Australia/Sydney"),
            Map.entry("New Zealand Standard Time", "Pacific/Auckland"));

    private final Path file;
    private final Problems problems;

    private ScheduleReader(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /** Empty when there are problems. */
    public static Optional<ScheduleDefinition> read(Path file, List<String> settings, Problems problems) {
        return YamlFile.read(file, problems)
                .map(document -> Overrides.apply(document, settings, problems))
                .flatMap(
                        document -> new ScheduleReader(file, problems).schedule(new Section(document, problems, KEYS)));
    }

    private Optional<ScheduleDefinition> schedule(Section schedule) {
        var name = schedule.requiredText("name");
        var trigger = trigger(schedule);
        var catchUp = catchUp(schedule);
        var tags = schedule.texts("tags");
        var job = job(schedule);
        return problems.isEmpty()
                ? job.map(found -> new ScheduleDefinition(
                        name,
                        schedule.text("display_name"),
                        schedule.text("description"),
                        tags,
                        trigger,
                        catchUp,
                        found))
                : Optional.empty();
    }

    private SequencedMap<String, Object> trigger(Section schedule) {
        var fields = new LinkedHashMap<String, Object>();
        var trigger = schedule.section("trigger", TRIGGER_KEYS).orElse(null);
        if (trigger == null) {
            if (schedule.lacks("trigger")) {
                problems.add(schedule.place(), "'trigger' is missing");
            }
            return fields;
        }
        var type = trigger.requiredText("type");
        fields.put("type", type.toLowerCase(Locale.ROOT));
        switch (type.toLowerCase(Locale.ROOT)) {
            case "cron" -> cron(trigger, fields);
            case "recurrence" -> recurrence(trigger, fields);
            case "" -> {}
            default ->
                problems.add(
                        trigger.place("type"),
                        "triggers of type '%s' are not supported; cron and recurrence are".formatted(type));
        }
        var zone = zone(trigger);
        fields.put("time_zone", zone.equals(ZoneOffset.UTC) ? "UTC" : zone.getId());
        time(trigger, "start_time", zone).ifPresent(start -> fields.put("start_time", start.toString()));
        time(trigger, "end_time", zone).ifPresent(end -> fields.put("end_time", end.toString()));
        return fields;
    }

    /** Ours: Azure's schedules do not say. */
    private @Nullable String catchUp(Section schedule) {
        var written = schedule.text("catch_up");
        if (written == null || CATCH_UPS.contains(written)) {
            return written;
        }
        problems.add(
                schedule.place("catch_up"),
                "'%s' is not one of skip, one, all%s".formatted(written, NearestWord.hint(written, CATCH_UPS)));
        return null;
    }

    private void cron(Section trigger, Map<String, Object> fields) {
        refuse(trigger, "cron", "frequency", "interval", "schedule");
        var expression = trigger.requiredText("expression");
        if (!expression.isBlank() && expression.strip().split("\\s+").length != 5) {
            problems.add(
                    trigger.place("expression"),
                    "'%s' does not have the five fields minute, hour, day of month, month, day of week"
                            .formatted(expression));
        }
        fields.put("expression", expression.strip());
    }

    private void recurrence(Section trigger, Map<String, Object> fields) {
        refuse(trigger, "recurrence", "expression");
        var frequency = trigger.requiredText("frequency").toLowerCase(Locale.ROOT);
        if (!frequency.isBlank() && !FREQUENCIES.contains(frequency)) {
            problems.add(
                    trigger.place("frequency"),
                    "'%s' is not a frequency: %s".formatted(frequency, String.join(", ", FREQUENCIES)));
        }
        fields.put("frequency", frequency);
        var interval = trigger.integer("interval", 1, 1000);
        fields.put("interval", interval == null ? 1 : interval);
        trigger.section("schedule", PATTERN_KEYS).ifPresent(pattern -> {
            var times = new LinkedHashMap<String, Object>();
            times.put("hours", numbers(pattern, "hours", 0, 23));
            times.put("minutes", numbers(pattern, "minutes", 0, 59));
            times.put("week_days", weekDays(pattern));
            if (pattern.has("month_days")) {
                times.put("month_days", numbers(pattern, "month_days", 1, 31));
            }
            fields.put("schedule", times);
        });
    }

    private void refuse(Section trigger, String type, String... keys) {
        for (var key : keys) {
            if (trigger.has(key)) {
                problems.add(trigger.place(key), "'%s' has no meaning in a %s trigger".formatted(key, type));
            }
        }
    }

    private List<Integer> numbers(Section pattern, String key, int least, int most) {
        var numbers = new ArrayList<Integer>();
        for (var scalar : pattern.scalars(key)) {
            var number = scalar.text().matches("\\d{1,2}") ? Integer.parseInt(scalar.text()) : -1;
            if (number >= least && number <= most) {
                numbers.add(Integer.valueOf(scalar.text()));
            } else {
                problems.add(
                        scalar.place(),
                        "'%s' is not one of the %s %d to %d"
                                .formatted(scalar.text(), key.replace('_', ' '), least, most));
            }
        }
        return numbers;
    }

    private List<String> weekDays(Section pattern) {
        var days = new ArrayList<String>();
        for (var scalar : pattern.scalars("week_days")) {
            var day = scalar.text().toLowerCase(Locale.ROOT);
            if (WEEK_DAYS.contains(day)) {
                days.add(day);
            } else {
                problems.add(
                        scalar.place(),
                        "'%s' is not a day of the week%s".formatted(scalar.text(), NearestWord.hint(day, WEEK_DAYS)));
            }
        }
        return days;
    }

    private ZoneId zone(Section trigger) {
        var written = trigger.text("time_zone");
        if (written == null) {
            return ZoneOffset.UTC;
        }
        try {
            return written.equals("UTC") ? ZoneOffset.UTC : ZoneId.of(WINDOWS_ZONES.getOrDefault(written, written));
        } catch (DateTimeException unknown) {
            problems.add(
                    trigger.place("time_zone"),
                    "'%s' is not a time zone such as UTC or Europe/Berlin".formatted(written));
            return ZoneOffset.UTC;
        }
    }

    /** A time without an offset is one of the trigger's zone. */
    private Optional<Instant> time(Section trigger, String key, ZoneId zone) {
        var written = trigger.text(key);
        if (written == null) {
            return Optional.empty();
        }
        var text = written.strip().replace(' ', 'T');
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException noOffset) {
            try {
                return Optional.of(LocalDateTime.parse(text).atZone(zone).toInstant());
            } catch (DateTimeParseException noTime) {
                problems.add(trigger.place(key), "'%s' is not a time such as 2026-12-31T06:00:00".formatted(written));
                return Optional.empty();
            }
        }
    }

    private Optional<JobDefinition> job(Section schedule) {
        return switch (schedule.find("create_job").orElse(null)) {
            case null -> {
                if (schedule.lacks("create_job")) {
                    problems.add(schedule.place(), "'create_job' is missing");
                }
                yield Optional.empty();
            }
            case Scalar path -> jobFile(path).flatMap(found -> JobReader.read(found, List.of(), problems));
            case Mapping inline -> inline(inline);
            case YamlValue.Sequence list -> {
                problems.add(list.place(), "'create_job' must be a job file or a job, not a list");
                yield Optional.empty();
            }
        };
    }

    /** A job written out, or {@code job: FILE} and what differs from it. */
    private Optional<JobDefinition> inline(Mapping inline) {
        if (!(inline.find("job").orElse(null) instanceof Scalar base)) {
            return JobReader.read(inline, file, problems);
        }
        return jobFile(base).flatMap(found -> YamlFile.read(found, problems)
                .map(document -> merged(document, inline))
                .flatMap(document -> JobReader.read(document, found, problems)));
    }

    private static Mapping merged(Mapping base, Mapping changes) {
        var entries = new ArrayList<Entry>(base.entries());
        for (var change : changes.entries()) {
            var old = entries.stream()
                    .filter(e -> e.key().equals(change.key()))
                    .findFirst()
                    .orElse(null);
            if (change.key().equals("job")) {
                continue;
            }
            if (old == null) {
                entries.add(change);
            } else {
                var value = old.value() instanceof Mapping below && change.value() instanceof Mapping above
                        ? merged(below, above)
                        : change.value();
                entries.set(entries.indexOf(old), new Entry(change.keyPlace(), change.key(), value));
            }
        }
        return new Mapping(base.place(), entries);
    }

    private Optional<Path> jobFile(Scalar path) {
        if (path.text().startsWith("azureml:")) {
            problems.add(
                    path.place(),
                    "'%s' names a registered job, and there are none; write the path of a job file"
                            .formatted(path.text()));
            return Optional.empty();
        }
        var parent = file.getParent();
        var job = parent == null ? Path.of(path.text()) : parent.resolve(path.text());
        if (!Files.isRegularFile(job)) {
            problems.add(path.place(), "there is no job file " + job.normalize());
            return Optional.empty();
        }
        return Optional.of(job);
    }
}
