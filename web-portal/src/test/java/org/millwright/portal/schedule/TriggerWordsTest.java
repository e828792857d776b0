package org.millwright.portal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.schedule.model.Trigger;

class TriggerWordsTest {
    private static final ZoneId ZURICH = ZoneId.of("Europe/Zurich");

    @Test
    void a_recurrence_reads_as_people_would_say_it() {
        var trigger = new Trigger.Recurrence(
                Trigger.Frequency.WEEK,
                2,
                List.of(6, 18),
                List.of(30),
                List.of(DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
                List.of(),
                ZURICH,
                null,
                null);

        assertThat(TriggerWords.of(trigger)).isEqualTo("every 2 weeks on Mon, Fri at 06:30, 18:30 (Europe/Zurich)");
    }

    @Test
    void a_cron_expression_stands_with_its_zone() {
        assertThat(TriggerWords.of(new Trigger.Cron("0 6 * * 1", ZURICH, null, null)))
                .isEqualTo("cron 0 6 * * 1 (Europe/Zurich)");
    }
}
