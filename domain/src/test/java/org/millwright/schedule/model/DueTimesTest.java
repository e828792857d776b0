package org.millwright.schedule.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.schedule.model.Trigger.Frequency;
import org.millwright.shared.Refused;

class DueTimesTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    /** A Monday. */
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

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
    void a_time_that_the_clocks_skip_is_due_as_much_later_as_they_skip() {
        assertThat(next(cron("30 2 * * *", BERLIN), Instant.parse("2026-03-28T12:00:00Z"), 2))
                .containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"); // 03:30, then 02:30
    }

    @Test
    void two_times_that_become_one_when_the_clocks_skip_are_due_once() {
        assertThat(next(cron("30 2,3 * * *", BERLIN), Instant.parse("2026-03-28T12:00:00Z"), 3))
                .containsExactly("2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-30T01:30:00Z");
    }

    @Test
    void a_time_that_comes_twice_is_due_the_first_time() {
        assertThat(next(cron("30 2 * * *", BERLIN), Instant.parse("2026-10-24T12:00:00Z"), 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    }

    @Test
    void every_hour_goes_on_each_hour_while_the_clocks_change() {
        assertThat(next(cron("30 * * * *", BERLIN), Instant.parse("2026-10-24T23:00:00Z"), 4))
                .containsExactly(
                        "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
        assertThat(next(cron("30 * * * *", BERLIN), Instant.parse("2026-03-28T23:00:00Z"), 4))
                .containsExactly(
                        "2026-03-28T23:30:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
    }

    @ParameterizedTest(name = "{0} in {1} after {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
        # cron       | zone                | after                | due
        # half an hour, 02:00 to 02:30 and 02:00 back to 01:30
        15 2 * * *   | Australia/Lord_Howe | 2026-10-03T00:00:00Z | 2026-10-03T15:45:00Z 2026-10-04T15:15:00Z
        45 1 * * *   | Australia/Lord_Howe | 2026-04-03T15:00:00Z | 2026-04-04T14:45:00Z 2026-04-05T15:15:00Z
        0 * * * *    | Australia/Lord_Howe | 2026-10-03T14:00:00Z | 2026-10-03T14:30:00Z 2026-10-03T15:30:00Z
        45 * * * *   | Australia/Lord_Howe | 2026-04-04T14:00:00Z | 2026-04-04T14:45:00Z 2026-04-04T15:15:00Z
        # at midnight, which does not come that day
        0 0 * * *    | America/Santiago    | 2026-09-05T05:00:00Z | 2026-09-06T04:00:00Z 2026-09-07T03:00:00Z
        0 0 * * *    | Asia/Beirut         | 2026-03-28T00:00:00Z | 2026-03-28T22:00:00Z 2026-03-29T21:00:00Z
        # a whole day that an island left out
        0 9 * * *    | Pacific/Apia        | 2011-12-28T20:00:00Z | 2011-12-29T19:00:00Z 2011-12-30T19:00:00Z
        # never a change
        30 5 * * *   | Asia/Kathmandu      | 2026-11-23T00:00:00Z | 2026-11-23T23:45:00Z 2026-11-24T23:45:00Z
        """)
    void zones_have_their_ways(String expression, String zone, Instant after, String due) {
        assertThat(next(cron(expression, ZoneId.of(zone)), after, 2)).containsExactly(due.split(" "));
    }

    @Test
    void in_every_zone_each_wall_clock_time_of_every_day_is_due_once_in_order() {
        var random = new Random(20261123);
        var zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (var round = 0; round < 600; round++) {
            var zone = zones.get(round % zones.size());
            var minute = random.nextInt(60);
            var hours = random.ints(1 + random.nextInt(3), 0, 24)
                    .distinct()
                    .sorted()
                    .boxed()
                    .toList();
            var year = LocalDate.of(1990 + random.nextInt(60), 1, 1);
            var after = year.atStartOfDay(zone).toInstant().minusNanos(1);
            var until = year.plusYears(1).atStartOfDay(zone).toInstant();
            var trigger = cron(minute + " " + list(hours) + " * * *", zone);

            var expected = new TreeSet<Instant>();
            for (var day = year.minusDays(2); day.isBefore(year.plusYears(1)); day = day.plusDays(1)) {
                for (var hour : hours) {
                    var at = day.atTime(hour, minute).atZone(zone).toInstant(); // moved on in a gap, the first of two
                    if (at.isAfter(after) && at.isBefore(until)) {
                        expected.add(at);
                    }
                }
            }

            assertThat(until(trigger, after, until))
                    .as("%s %s %s", zone, trigger, year)
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void in_every_zone_every_hour_is_due_at_each_moment_that_shows_the_minute() {
        var random = new Random(4711);
        var zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (var zone : zones) {
            var minute = random.nextInt(4) * 15;
            var year = LocalDate.of(2000 + random.nextInt(40), 1, 1);
            var change = zone.getRules().nextTransition(year.atStartOfDay(zone).toInstant());
            var after = change == null
                    ? year.atStartOfDay(zone).toInstant()
                    : change.getInstant().minusSeconds(86_400);
            var until = after.plusSeconds(2 * 86_400);

            var due = until(cron(minute + " * * * *", zone), after, until);

            var shown = new TreeSet<Instant>();
            for (var at = after.plusSeconds(60).truncatedTo(ChronoUnit.MINUTES);
                    at.isBefore(until);
                    at = at.plusSeconds(60)) {
                if (at.atZone(zone).getMinute() == minute && at.atZone(zone).getSecond() == 0) {
                    shown.add(at);
                }
            }
            assertThat(due)
                    .as("%s at %d", zone, minute)
                    .containsAll(shown)
                    .isSorted()
                    .doesNotHaveDuplicates();
            assertThat(due.size() - shown.size())
                    .as("%s: only what a gap hides is added", zone)
                    .isBetween(0, 1);
            for (var at = 1; at < due.size(); at++) {
                assertThat(Duration.between(due.get(at - 1), due.get(at)))
                        .as("%s: no hour goes by", zone)
                        .isLessThanOrEqualTo(Duration.ofHours(1).plusMinutes(30));
            }
        }
    }

    @Test
    void recurrences_lose_nothing_and_repeat_nothing_wherever_one_looks_from() {
        var random = new Random(815);
        var zones =
                ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();
        for (var round = 0; round < 400; round++) {
            var zone = zones.get(random.nextInt(zones.size()));
            var start = Instant.parse("2024-01-01T00:00:00Z").plusSeconds(random.nextInt(60_000_000));
            var frequency = Frequency.values()[random.nextInt(Frequency.values().length)];
            var trigger = new Trigger.Recurrence(
                    frequency,
                    1 + random.nextInt(5),
                    random.ints(random.nextInt(3), 0, 24).boxed().toList(),
                    random.ints(random.nextInt(3), 0, 60).boxed().toList(),
                    random.ints(random.nextInt(3), 1, 8).mapToObj(DayOfWeek::of).toList(),
                    random.ints(random.nextInt(3), 1, 29).boxed().toList(),
                    zone,
                    random.nextBoolean() ? start : null,
                    null);
            var due = DueTimes.of(trigger);

            var all = due.after(start, 60);

            assertThat(all).as(trigger.toString()).hasSize(60).isSorted().doesNotHaveDuplicates();
            // Asked again from any moment, whether a due time or between two, the same ones follow.
            for (var at = 0; at < 59; at++) {
                assertThat(due.firstAfter(all.get(at))).as(trigger.toString()).contains(all.get(at + 1));
                var gap = Duration.between(all.get(at), all.get(at + 1)).toMillis();
                var between = all.get(at).plusMillis(random.nextLong(gap));
                assertThat(due.firstAfter(between)).as(trigger.toString()).contains(all.get(at + 1));
            }
        }
    }

    @Test
    void monthly_on_days_of_the_month_leaves_out_months_without_them() {
        var trigger = new Trigger.Recurrence(
                Frequency.MONTH,
                1,
                List.of(6),
                List.of(0),
                List.of(),
                List.of(1, 31),
                UTC,
                null,
                Instant.parse("2027-03-01T00:00:00Z"));

        assertThat(next(trigger, 9))
                .containsExactly(
                        "2026-12-01T06:00:00Z",
                        "2026-12-31T06:00:00Z",
                        "2027-01-01T06:00:00Z",
                        "2027-01-31T06:00:00Z",
                        "2027-02-01T06:00:00Z");
    }

    @Test
    void a_day_that_no_counted_month_has_is_refused() {
        var trigger = new Trigger.Recurrence(
                Frequency.MONTH,
                12,
                List.of(),
                List.of(),
                List.of(),
                List.of(30),
                UTC,
                Instant.parse("2026-02-01T00:00:00Z"),
                null);

        assertThatThrownBy(() -> DueTimes.of(trigger).requireAny())
                .isInstanceOf(Refused.class)
                .hasMessageContaining("month_days");
    }

    @Test
    void the_twenty_ninth_of_february_comes_again() {
        assertThat(next(cron("0 0 29 2 *", UTC), 2)).containsExactly("2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z");
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
                                List.of(),
                                UTC,
                                null,
                                Instant.parse("2026-11-01T00:00:00Z")),
                        5))
                .isEmpty();
    }

    @Test
    void a_day_that_no_month_has_is_refused() {
        assertThatThrownBy(() -> DueTimes.of(cron("0 0 31 2 *", UTC)).requireAny())
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
                Frequency.HOUR,
                2,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                UTC,
                Instant.parse("2026-11-01T01:20:00Z"),
                null);

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
                List.of(),
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
                List.of(),
                UTC,
                Instant.parse("2026-11-16T00:00:00Z"),
                null);

        assertThat(next(trigger, 3))
                .containsExactly("2026-11-30T09:00:00Z", "2026-12-03T09:00:00Z", "2026-12-14T09:00:00Z");
    }

    @Test
    void monthly_on_the_day_of_the_start() {
        var trigger = new Trigger.Recurrence(
                Frequency.MONTH,
                1,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                UTC,
                Instant.parse("2026-01-15T07:45:00Z"),
                null);

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
                List.of(),
                BERLIN,
                Instant.parse("2026-03-27T00:00:00Z"),
                null);

        assertThat(next(trigger, Instant.parse("2026-03-26T00:00:00Z"), 3))
                .containsExactly("2026-03-27T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-31T07:00:00Z");
    }

    private List<String> next(Trigger trigger, int most) {
        return next(trigger, NOON, most);
    }

    private List<String> next(Trigger trigger, Instant after, int most) {
        return DueTimes.of(trigger).after(after, most).stream()
                .map(Instant::toString)
                .toList();
    }

    private static Trigger cron(String expression, ZoneId zone) {
        return new Trigger.Cron(expression, zone, null, null);
    }

    private static Trigger every(Frequency frequency, int interval) {
        return new Trigger.Recurrence(frequency, interval, List.of(), List.of(), List.of(), List.of(), UTC, null, null);
    }

    private static Trigger daily(int interval, List<Integer> hours, List<Integer> minutes) {
        return new Trigger.Recurrence(Frequency.DAY, interval, hours, minutes, List.of(), List.of(), UTC, null, null);
    }

    private static List<Instant> until(Trigger trigger, Instant after, Instant until) {
        var times = new ArrayList<Instant>();
        for (var each = DueTimes.of(trigger).from(after); each.hasNext(); ) {
            var time = each.next();
            if (!time.isBefore(until)) {
                break;
            }
            times.add(time);
        }
        return times;
    }

    private static String list(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
