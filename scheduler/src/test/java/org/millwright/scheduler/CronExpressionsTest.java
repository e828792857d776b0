package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.shared.Refused;

class CronExpressionsTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', textBlock = """
        # cron                 | Quartz
        * * * * *              | 0 * * * * ?
        0 9 * * *              | 0 0 9 * * ?
        */15 * * * *           | 0 0,15,30,45 * * * ?
        5/20 * * * *           | 0 5,25,45 * * * ?
        0 8-10 * * *           | 0 0 8,9,10 * * ?
        0 8-18/5 * * *         | 0 0 8,13,18 * * ?
        0,30 9,17 * * *        | 0 0,30 9,17 * * ?
        0 0 1 * *              | 0 0 0 1 * ?
        0 0 31 1,3 *           | 0 0 0 31 1,3 ?
        0 0 1 JAN,jul *        | 0 0 0 1 1,7 ?
        0 9 * * 0              | 0 0 9 ? * 1
        0 9 * * 7              | 0 0 9 ? * 1
        0 9 * * SUN            | 0 0 9 ? * 1
        0 9 * * 1              | 0 0 9 ? * 2
        0 9 * * 1-5            | 0 0 9 ? * 2,3,4,5,6
        0 9 * * MON-FRI        | 0 0 9 ? * 2,3,4,5,6
        0 9 * * 5-7            | 0 0 9 ? * 1,6,7
        0 9 * * 6              | 0 0 9 ? * 7
        0 9 * * 0-6            | 0 0 9 * * ?
        0 9 * * */2            | 0 0 9 ? * 1,3,5,7
          0  9 *  * *          | 0 0 9 * * ?
        """)
    void cron_is_said_in_quartzs_words(String cron, String quartz) {
        assertThat(CronExpressions.toQuartz(cron)).containsExactly(quartz);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = "0 9 13 * 5 | 0 0 9 13 * ? | 0 0 9 ? * 6")
    void a_day_of_the_month_and_one_of_the_week_mean_either(String cron, String byMonth, String byWeek) {
        assertThat(CronExpressions.toQuartz(cron)).isEqualTo(List.of(byMonth, byWeek));
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
        assertThatThrownBy(() -> CronExpressions.toQuartz(cron))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("trigger.expression: '" + cron + "'")
                .hasMessageContaining(words);
    }
}
