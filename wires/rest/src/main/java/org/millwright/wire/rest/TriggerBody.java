package org.millwright.wire.rest;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Refused;

/** A trigger as Azure ML's schedules write it. A time without an offset is in the trigger's own zone. */
@Schema(requiredProperties = "type")
record TriggerBody(
        @Nullable String type,
        @Nullable String expression,
        @Nullable String frequency,
        @Nullable Integer interval,
        @Nullable Pattern schedule,
        @Nullable String timeZone,
        @Nullable String startTime,
        @Nullable String endTime) {

    /** At which hours, minutes, days of the week or of the month a recurrence is due; for days, weeks and months. */
    @Schema(name = "RecurrencePattern")
    record Pattern(
            @Nullable List<Integer> hours,
            @Nullable List<Integer> minutes,
            @Nullable List<String> weekDays,
            @Nullable List<Integer> monthDays) {
        static final Pattern NONE = new Pattern(null, null, null, null);
    }

    Trigger toTrigger() {
        var zone = zone();
        var start = time("trigger.start_time", startTime, zone);
        var end = time("trigger.end_time", endTime, zone);
        return switch (Bodies.needed("trigger.type", type)) {
            case "cron" -> new Trigger.Cron(Bodies.needed("trigger.expression", expression), zone, start, end);
            case "recurrence" -> {
                var at = schedule == null ? Pattern.NONE : schedule;
                var unit = one(
                        Trigger.Frequency.class, "trigger.frequency", Bodies.needed("trigger.frequency", frequency));
                requireMeaning(unit, at);
                yield new Trigger.Recurrence(
                        unit,
                        interval == null ? 1 : interval,
                        Bodies.orEmpty(at.hours()),
                        Bodies.orEmpty(at.minutes()),
                        Bodies.orEmpty(at.weekDays()).stream()
                                .map(day -> one(DayOfWeek.class, "trigger.schedule.week_days", day))
                                .toList(),
                        Bodies.orEmpty(at.monthDays()),
                        zone,
                        start,
                        end);
            }
            default -> throw Refused.invalid("trigger.type", "'%s' is neither cron nor recurrence".formatted(type));
        };
    }

    static TriggerBody of(Trigger trigger) {
        return switch (trigger) {
            case Trigger.Cron(var expression, var zone, var start, var end) ->
                new TriggerBody("cron", expression, null, null, null, zone.getId(), text(start), text(end));
            case Trigger.Recurrence recurrence ->
                new TriggerBody(
                        "recurrence",
                        null,
                        recurrence.frequency().name().toLowerCase(Locale.ROOT),
                        recurrence.interval(),
                        new Pattern(
                                recurrence.hours(),
                                recurrence.minutes(),
                                recurrence.weekDays().stream()
                                        .map(day -> day.name().toLowerCase(Locale.ROOT))
                                        .toList(),
                                recurrence.monthDays()),
                        recurrence.zone().getId(),
                        text(recurrence.start()),
                        text(recurrence.end()));
        };
    }

    /** What would be passed over in silence is refused. */
    private static void requireMeaning(Trigger.Frequency unit, Pattern at) {
        var byTheClock = unit != Trigger.Frequency.MINUTE && unit != Trigger.Frequency.HOUR;
        requireMeaning(unit, "hours", at.hours(), byTheClock);
        requireMeaning(unit, "minutes", at.minutes(), byTheClock);
        requireMeaning(unit, "week_days", at.weekDays(), unit == Trigger.Frequency.WEEK);
        requireMeaning(unit, "month_days", at.monthDays(), unit == Trigger.Frequency.MONTH);
    }

    private static void requireMeaning(Trigger.Frequency unit, String field, @Nullable List<?> values, boolean has) {
        if (!has && !Bodies.orEmpty(values).isEmpty()) {
            throw Refused.invalid(
                    "trigger.schedule." + field,
                    "has no meaning for every %s; a cron trigger can say more"
                            .formatted(unit.name().toLowerCase(Locale.ROOT)));
        }
    }

    private ZoneId zone() {
        try {
            return timeZone == null ? ZoneId.of("UTC") : ZoneId.of(timeZone);
        } catch (DateTimeException unknown) {
            throw Refused.invalid(
                    "trigger.time_zone", "'%s' is not a time zone such as Europe/Berlin".formatted(timeZone));
        }
    }

    static @Nullable Instant time(String field, @Nullable String text, ZoneId zone) {
        if (text == null) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException withoutOffset) {
            try {
                return LocalDateTime.parse(text).atZone(zone).toInstant();
            } catch (DateTimeException notATime) {
                throw Refused.invalid(field, "'%s' is not a time such as 2026-01-31T08:00:00".formatted(text));
            }
        }
    }

    static <E extends Enum<E>> E one(Class<E> type, String field, String text) {
        for (var constant : type.getEnumConstants()) {
            if (constant.name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw Refused.invalid(
                field,
                "'%s' is not one of %s"
                        .formatted(
                                text,
                                List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT)));
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
