package org.millwright.access.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millwright.shared.fake.SettableClock;

class FailedAttemptsTest {
    private static final Instant NOON = SettableClock.NOON;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FailedAttempts attempts =
            new FailedAttempts(new AttemptLimit(3, MINUTE, Duration.ofSeconds(30), Duration.ofSeconds(100)), 100);

    @Test
    void as_many_as_are_allowed_are_answered_as_usual_and_the_next_one_waits() {
        for (var failure = 1; failure <= 3; failure++) {
            assertThat(pause("a", NOON)).isZero();
        }
        assertThat(pause("a", NOON)).isEqualTo(Duration.ofSeconds(30));
        assertThat(pause("b", NOON)).as("somebody else").isZero();
    }

    @Test
    void a_failure_during_a_lock_does_not_make_it_longer() {
        lock("a", NOON);
        assertThat(pause("a", NOON.plusSeconds(20))).isEqualTo(Duration.ofSeconds(10));
        assertThat(pause("a", NOON.plusSeconds(29))).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void each_lock_is_twice_as_long_as_the_one_before_up_to_the_longest() {
        lock("a", NOON);
        assertThat(pause("a", NOON.plusSeconds(30))).isEqualTo(Duration.ofSeconds(60));
        assertThat(pause("a", NOON.plusSeconds(90))).isEqualTo(Duration.ofSeconds(100));
        assertThat(pause("a", NOON.plusSeconds(190))).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void a_window_without_failures_forgets_everything() {
        lock("a", NOON);
        assertThat(pause("a", NOON.plusSeconds(30 + 60))).isZero();
    }

    @Test
    void failures_far_enough_apart_are_never_locked() {
        for (var i = 0; i < 50; i++) {
            assertThat(pause("a", NOON.plusSeconds(i * 21L))).isZero();
        }
    }

    @Test
    void of_many_names_only_so_many_are_remembered_those_that_failed_last() {
        lock("old", NOON);
        IntStream.range(0, 10_000).forEach(i -> attempts.failed("address-" + i, NOON));
        assertThat(attempts.size()).isEqualTo(100);
        assertThat(pause("old", NOON)).as("forgotten").isZero();
    }

    @Test
    void a_lock_begins_once() {
        lock("a", NOON);
        assertThat(attempts.failed("a", NOON.plusSeconds(1)).begins()).isFalse();
        assertThat(attempts.failed("a", NOON.plusSeconds(30)).begins()).isTrue();
    }

    private Duration pause(String name, Instant now) {
        return attempts.failed(name, now).pause();
    }

    private void lock(String name, Instant now) {
        for (var failure = 1; failure <= 4; failure++) {
            attempts.failed(name, now);
        }
    }
}
