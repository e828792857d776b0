package org.millwright.monitoring.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.monitoring.DeliveryId;

class RetriesTest {
    @ParameterizedTest(name = "after try {0}: {1} seconds, give or take a quarter")
    @CsvSource({"1, 5", "2, 15", "3, 45", "4, 135", "5, 405", "6, 1215", "7, 3600", "8, 3600", "9, 3600"})
    void each_wait_is_three_times_as_long_up_to_an_hour(int attempts, long seconds) {
        var usual = Duration.ofSeconds(seconds);
        for (var i = 0; i < 1000; i++) {
            assertThat(Retries.after(new DeliveryId(new UUID(i, 7 * i)), attempts, null)
                            .orElseThrow())
                    .isBetween(
                            usual.multipliedBy(3).dividedBy(4),
                            usual.multipliedBy(5).dividedBy(4));
        }
    }

    @Test
    void what_failed_together_does_not_come_back_together() {
        assertThat(IntStream.range(0, 1000)
                        .mapToObj(i -> Retries.after(new DeliveryId(new UUID(i, 7 * i)), 3, null))
                        .distinct())
                .hasSizeGreaterThan(100);
    }

    @Test
    void the_tenth_try_is_the_last() {
        assertThat(Retries.after(new DeliveryId(new UUID(0, 1)), 10, null)).isEmpty();
    }

    @Test
    void what_the_receiver_wishes_is_heeded_up_to_an_hour_and_never_sooner() {
        var delivery = new DeliveryId(new UUID(0, 1));
        assertThat(Retries.after(delivery, 1, Duration.ofSeconds(90))).contains(Duration.ofSeconds(90));
        assertThat(Retries.after(delivery, 1, Duration.ofDays(90))).contains(Duration.ofHours(1));
        assertThat(Retries.after(delivery, 5, Duration.ofSeconds(1)).orElseThrow())
                .isGreaterThan(Duration.ofMinutes(5));
    }
}
