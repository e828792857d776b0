package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millwright.schedule.model.Trigger;
import org.millwright.schedule.model.Trigger.Frequency;
import org.millwright.shared.Refused;

class QuartzCalendarTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    /** A Monday. */
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final QuartzCalendar calendar = new QuartzCalendar();

    @Test
    void cron_fires_in_its_own_zone() {
        assertThat(next(cron("0 9 * * *", BERLIN), 2)).containsExactly("2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z");
    }

    @Test
    void the_time_that_is_now_is_not_the_next() {
        assertThat(next(cron("0 12 * * *", UTC), 1)).containsExactly("2026-11-24T12:00:00Z");
    }

    @Test
    void the_thirteenth_or_a_friday() {
        assertThat(next(cron("0 0 13 * 5", UTC), 4))
                .containsExactly(
                        "2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z", "2026-12-11T00:00:00Z", "2026-12-13T00:00:00Z");
    }

    @Test
    void a_wall_clock_time_stays_through_the_change_to_summer_time() {
        assertThat(next(cron("0 9 * * *", BERLIN), Instant.parse("2026-03-27T12:00:00Z"), 3))
                .containsExactly("2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z");
    }

    @Test
    void a_time_that_the_clocks_skip_is_left_out_that_day() {
        var times = next(cron("30 2 * * *", BERLIN), Instant.parse("2026-03-28T12:00:00Z"), 2);

        assertThat(times).containsExactly("2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
    }

    @Test
    void a_time_that_comes_twice_is_fired_once() {
        assertThat(next(cron("30 2 * * *", BERLIN), Instant.parse("2026-10-24T12:00:00Z"), 2))
                .containsExactly("2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void a_trigger_fires_between_its_start_and_its_end() {
        var trigger = new Trigger.Cron(
                "0 * * * *", UTC, Instant.parse("2026-11-24T00:00:00Z"), Instant.parse("2026-11-24T02:00:00Z"));

        assertThat(next(trigger, 10))
                .containsExactly("2026-11-24T00:00:00Z", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z");
    }

    @Test
    void a_trigger_that_is_over_never_fires() {
        assertThat(next(new Trigger.Cron("0 * * * *", UTC, null, Instant.parse("2026-11-01T00:00:00Z")), 5))
                .isEmpty();
        assertThat(next(
                        new Trigger.Recurrence(
                                Frequency.DAY,
                                1,
                                List.of(),
                                List.of(),
                                List.of(),
                                UTC,
                                null,
                                Instant.parse("2026-11-01T00:00:00Z")),
                        5))
                .isEmpty();
    }

    @Test
    void a_day_that_no_month_has_is_refused() {
        assertThatThrownBy(() -> calendar.next(cron("0 0 31 2 *", UTC), NOON, 1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("never fires");
    }

    @Test
    void every_fifteen_minutes_are_the_quarters_of_the_hour() {
        assertThat(next(every(Frequency.MINUTE, 15), Instant.parse("2026-11-23T12:05:00Z"), 3))
                .containsExactly("2026-11-23T12:15:00Z", "2026-11-23T12:30:00Z", "2026-11-23T12:45:00Z");
    }

    @Test
    void every_other_hour_counts_from_the_start() {
        var trigger = new Trigger.Recurrence(
                Frequency.HOUR, 2, List.of(), List.of(), List.of(), UTC, Instant.parse("2026-11-01T01:20:00Z"), null);

        assertThat(next(trigger, 2)).containsExactly("2026-11-23T13:20:00Z", "2026-11-23T15:20:00Z");
    }

    @Test
    void daily_at_hours_and_minutes() {
        assertThat(next(daily(1, List.of(8, 20), List.of(0, 30)), 4))
                .containsExactly(
                        "2026-11-23T20:00:00Z", "2026-11-23T20:30:00Z", "2026-11-24T08:00:00Z", "2026-11-24T08:30:00Z");
    }

    @Test
    void every_third_day_at_two_times_of_day() {
        var times = next(daily(3, List.of(6, 18), List.of(0)), 4);

        assertThat(times).hasSize(4);
        assertThat(times.get(1)).isEqualTo(times.get(0).replace("T06", "T18"));
        assertThat(Instant.parse(times.get(2)))
                .isEqualTo(Instant.parse(times.get(0)).plusSeconds(3 * 86_400));
    }

    @Test
    void weekly_on_days() {
        var trigger = new Trigger.Recurrence(
                Frequency.WEEK,
                1,
                List.of(9),
                List.of(0),
                List.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                UTC,
                null,
                null);

        assertThat(next(trigger, 3))
                .containsExactly("2026-11-27T09:00:00Z", "2026-11-30T09:00:00Z", "2026-12-04T09:00:00Z");
    }

    @Test
    void every_other_week_keeps_its_weeks() {
        var trigger = new Trigger.Recurrence(
                Frequency.WEEK,
                2,
                List.of(9),
                List.of(0),
                List.of(DayOfWeek.MONDAY, DayOfWeek.THURSDAY),
                UTC,
                Instant.parse("2026-11-16T00:00:00Z"),
                null);

        assertThat(next(trigger, 3))
                .containsExactly("2026-11-30T09:00:00Z", "2026-12-03T09:00:00Z", "2026-12-14T09:00:00Z");
    }

    @Test
    void monthly_on_the_day_of_the_start() {
        var trigger = new Trigger.Recurrence(
                Frequency.MONTH, 1, List.of(), List.of(), List.of(), UTC, Instant.parse("2026-01-15T07:45:00Z"), null);

        assertThat(next(trigger, 2)).containsExactly("2026-12-15T07:45:00Z", "2027-01-15T07:45:00Z");
    }

    @Test
    void the_hour_of_a_recurrence_stays_through_the_change_of_clocks() {
        var trigger = new Trigger.Recurrence(
                Frequency.DAY,
                2,
                List.of(9),
                List.of(0),
                List.of(),
                BERLIN,
                Instant.parse("2026-03-27T00:00:00Z"),
                null);

        assertThat(next(trigger, Instant.parse("2026-03-26T00:00:00Z"), 3))
                .containsExactly("2026-03-27T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-31T07:00:00Z");
    }

    @Test
    void too_many_times_of_day_with_an_interval_are_refused() {
        var everyMinute = IntStream.range(0, 60).boxed().toList();
        var everyHour = IntStream.range(0, 24).boxed().toList();

        assertThatThrownBy(() -> calendar.next(daily(2, everyHour, everyMinute), NOON, 1))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("at most 100");
    }

    private List<String> next(Trigger trigger, int most) {
        return next(trigger, NOON, most);
    }

    private List<String> next(Trigger trigger, Instant after, int most) {
        return calendar.next(trigger, after, most).stream()
                .map(Instant::toString)
                .toList();
    }

    private static Trigger cron(String expression, ZoneId zone) {
        return new Trigger.Cron(expression, zone, null, null);
    }

    private static Trigger every(Frequency frequency, int interval) {
        return new Trigger.Recurrence(frequency, interval, List.of(), List.of(), List.of(), UTC, null, null);
    }

    private static Trigger daily(int interval, List<Integer> hours, List<Integer> minutes) {
        return new Trigger.Recurrence(Frequency.DAY, interval, hours, minutes, List.of(), UTC, null, null);
    }
}
