package org.millwright.schedule.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.time.LocalTime;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.shared.Refused;

class CronExpressionTest {

    @ParameterizedTest(name = "{0} is due at {1}")
    @CsvSource(delimiter = '|', textBlock = """
        # cron                 | the times of a day that it has
        0 9 * * *              | 09:00
        5/20 3 * * *           | 03:05 03:25 03:45
        0 8-10 * * *           | 08:00 09:00 10:00
        0 8-18/5 * * *         | 08:00 13:00 18:00
        0,30 9,17 * * *        | 09:00 09:30 17:00 17:30
          0  9 *  * *          | 09:00
        """)
    void the_times_of_a_day(String cron, String times) {
        assertThat(CronExpression.parse(cron).times())
                .extracting(LocalTime::toString)
                .containsExactly(times.split(" "));
    }

    @ParameterizedTest(name = "{0} in the first half of November 2026: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        # cron                 | days; the 1st is a Sunday
        0 0 1 * *              | 1
        0 0 31 1,3 *           |
        0 0 1 NOV,jul *        | 1
        0 9 * * 0              | 1 8 15
        0 9 * * 7              | 1 8 15
        0 9 * * SUN            | 1 8 15
        0 9 * * 1              | 2 9
        0 9 * * 1-5            | 2 3 4 5 6 9 10 11 12 13
        0 9 * * MON-FRI        | 2 3 4 5 6 9 10 11 12 13
        0 9 * * 5-7            | 1 6 7 8 13 14 15
        0 9 * * 6              | 7 14
        0 9 * * 0-6            | 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
        0 9 * * */2            | 1 3 5 7 8 10 12 14 15
        0 9 12 * 5             | 6 12 13
        """)
    void the_days_of_a_month(String cron, String days) {
        var included = IntStream.rangeClosed(1, 15)
                .filter(day -> CronExpression.parse(cron).includes(LocalDate.of(2026, 11, day)))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(" "));

        assertThat(included).isEqualTo(days == null ? "" : days);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        # cron          | the place and the rule
        60 * * * *      | column 1, minute: 60 is not within 0 and 59
        * 24 * * *      | column 3, hour: 24 is not within 0 and 23
        * * 0 * *       | column 5, day of month: 0 is not within 1 and 31
        * * * 13 *      | column 7, month: 13 is not within 1 and 12
        * * * * 8       | column 9, day of week: 8 is not within 0 and 7
        * * * * MOO     | column 9, day of week: 'MOO' is not a number or a name such as MON
        0,x * * * *     | column 3, minute: 'x' is not a number
        0, * * * *      | column 3, minute: '' is not a number
        */0 * * * *     | column 3, minute: a step is at least 1
        */x * * * *     | column 3, minute: 'x' is not a step
        30-10 * * * *   | column 1, minute: 30 comes after 10
        -5 * * * *      | column 1, minute: '-5' is not a number
        0 9 ? * *       | column 5, day of month: '?' is not a number
        0 9 L * *       | column 5, day of month: 'L' is not a number
        0 9 * *         | has 4 fields
        0 0 9 * * *     | has 6 fields
        """)
    void what_cannot_be_read_is_refused_with_its_place(String cron, String words) {
        assertThatThrownBy(() -> CronExpression.parse(cron))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("trigger.expression: '" + cron + "'")
                .hasMessageContaining(words);
    }
}
