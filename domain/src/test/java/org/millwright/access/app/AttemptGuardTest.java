package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.millwright.access.model.AttemptLimit;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.SettableClock;

class AttemptGuardTest {
    private static final Refused UNKNOWN = new Refused(new Problem.Unauthenticated("not known"));

    private final SettableClock clock = new SettableClock();
    private final AttemptGuard guard = new AttemptGuard(
            new AttemptLimit(10, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(15)), clock);

    @Test
    void an_address_that_tries_many_secrets_is_told_to_wait_and_another_is_not() {
        for (var i = 0; i < 10; i++) {
            assertThat(guard.judge(UNKNOWN, "192.0.2.1", "mwt_" + i)).isSameAs(UNKNOWN);
        }
        assertThat(guard.judge(UNKNOWN, "192.0.2.1", "mwt_10").problem()).isEqualTo(new Problem.TooManyAttempts(30));
        assertThat(guard.judge(UNKNOWN, "192.0.2.2", "mwt_11")).isSameAs(UNKNOWN);
        clock.advance(Duration.ofMillis(29_500));
        assertThat(guard.judge(UNKNOWN, "192.0.2.1", "mwt_12").problem()).isEqualTo(new Problem.TooManyAttempts(1));
    }

    @Test
    void one_account_that_many_addresses_try_is_told_to_wait() {
        for (var i = 0; i < 5; i++) {
            assertThat(guard.judge(UNKNOWN, "192.0.2." + i, "ada")).isSameAs(UNKNOWN);
        }
        assertThat(guard.judge(UNKNOWN, "192.0.2.99", "ada").problem()).isInstanceOf(Problem.TooManyAttempts.class);
        assertThat(guard.judge(UNKNOWN, "192.0.2.99", "eve")).isSameAs(UNKNOWN);
    }

    @Test
    void what_was_refused_for_another_reason_is_not_counted() {
        var forbidden = new Refused(new Problem.Forbidden("do that", "no role"));
        for (var i = 0; i < 100; i++) {
            assertThat(guard.judge(forbidden, "192.0.2.1", "mwt_x")).isSameAs(forbidden);
        }
    }

    @Test
    void the_addresses_of_one_ipv6_network_count_as_one_however_they_are_written() {
        assertThat(AttemptGuard.network("2001:db8::1"))
                .isEqualTo(AttemptGuard.network("2001:db8:0:0:ffff:1:2:3"))
                .isNotEqualTo(AttemptGuard.network("2001:db8:0:1::1"));
        assertThat(AttemptGuard.network("192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(AttemptGuard.network("not:an:address")).isEqualTo("not:an:address");
    }
}
