package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.fake.InMemoryAudit;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.shared.fake.SettableClock;

/** What is refused is told of, and cannot fill the disk. */
class AuditedRefusalsTest {
    private final SettableClock clock = new SettableClock();
    private final InMemoryAudit trail = new InMemoryAudit(clock);
    private final AuditedRefusals refusals = new AuditedRefusals(new AuditRecords(trail), clock);

    @AfterEach
    void leave() {
        Authority.leave(null);
    }

    @Test
    void the_first_refusal_is_told_of_at_once_and_the_rest_as_a_number_after_a_minute() {
        for (var i = 0; i < 1000; i++) {
            refuse("10.0.0.1", "POST /api/v1/tokens");
        }
        assertThat(told()).extracting(AuditEvent::occurrences).containsExactly(1);
        refusals.tell(false);
        assertThat(told()).hasSize(1);
        clock.advance(Duration.ofMinutes(1));
        refusals.tell(false);
        assertThat(told()).extracting(AuditEvent::occurrences).containsExactly(1, 999);
    }

    @Test
    void what_comes_again_after_the_minute_is_told_of_at_once_again() {
        refuse("10.0.0.1", "POST /api/v1/tokens");
        clock.advance(Duration.ofMinutes(1));
        refusals.tell(false);
        refuse("10.0.0.1", "POST /api/v1/tokens");
        assertThat(told()).extracting(AuditEvent::occurrences).containsExactly(1, 1);
    }

    @Test
    void other_addresses_and_other_operations_are_told_apart() {
        refuse("10.0.0.1", "POST /api/v1/tokens");
        refuse("10.0.0.2", "POST /api/v1/tokens");
        refuse("10.0.0.2", "GET /api/v1/tokens");
        assertThat(told()).hasSize(3);
    }

    @Test
    void an_address_that_tries_everything_is_told_of_a_few_times_and_every_try_is_counted() {
        for (var i = 0; i < 500; i++) {
            refuse("10.0.0.1", "GET /" + i);
        }
        assertThat(told()).hasSizeLessThanOrEqualTo(AuditedRefusals.MOST_OF_ONE + 1);
        refusals.tell(true);
        assertThat(told().stream().mapToInt(AuditEvent::occurrences).sum()).isEqualTo(500);
    }

    @Test
    void also_ten_thousand_addresses_are_told_of_a_bounded_number_of_times() {
        for (var i = 0; i < 10_000; i++) {
            refuse("10.0.%d.%d".formatted(i / 250, i % 250), "GET /");
        }
        assertThat(told()).hasSizeLessThanOrEqualTo(AuditedRefusals.MOST + 1);
        refusals.tell(true);
        assertThat(told().stream().mapToInt(AuditEvent::occurrences).sum()).isEqualTo(10_000);
    }

    @Test
    void what_the_server_itself_could_not_do_is_no_refusal() {
        Authority.leave(null);
        refusals.happened(AuditOutcome.FAILED, null, "anything");
        assertThat(told()).isEmpty();
    }

    private void refuse(String address, String operation) {
        Authority.nobody(new Origin(address, "", "", operation)).enter();
        refusals.happened(AuditOutcome.REFUSED, null, "The credential is not known to this server");
    }

    private List<AuditEvent> told() {
        while (trail.seal(1000) > 0) {
            // until nothing waits
        }
        return trail.links(0, AuditQuery.ALL, 100_000);
    }
}
