package org.millwright.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import org.junit.jupiter.api.Test;
import org.millwright.shared.Sha256;

/** A link says in its text what it is, and by its hash that it still is. */
class AuditEventTest {
    private static final AuditEvent WAITING = new AuditEvent(
            0,
            NOON,
            AuditAction.CHANGE,
            AuditOutcome.ALLOWED,
            "say \"why\",\n\u0001 – and \\ how",
            1,
            "ada",
            null,
            null,
            null,
            null,
            "10.0.0.1",
            null,
            null,
            "PUT /x",
            null,
            "main",
            "model",
            "fraud",
            "7",
            "{\"stage\": \"STAGING\"}",
            "{\"stage\": \"PRODUCTION\"}",
            "",
            "");

    @Test
    void its_line_is_json_that_ends_with_the_hash_of_all_before_it() {
        var link = AuditEvent.sealed(WAITING, AuditHead.START);
        assertThat(link.line()).isEqualTo("""
                        {"sequence":1,"at":"%s","action":"CHANGE","outcome":"ALLOWED",\
                        "reason":"say \\"why\\",\\n\\u0001 – and \\\\ how","occurrences":1,"principal":"ada","address":"10.0.0.1",\
                        "operation":"PUT /x","workspace":"main","kind":"model","resource":"fraud","part":"7",\
                        "before":{"stage": "STAGING"},"after":{"stage": "PRODUCTION"},"previous":"%s","hash":"%s"}""".formatted(NOON, "0".repeat(64), link.hash()));
        var hashed = link.line().substring(0, link.line().lastIndexOf(",\"hash\":\""));
        assertThat(Sha256.hex(hashed)).isEqualTo(link.hash());
    }

    @Test
    void the_next_one_follows_it() {
        var first = AuditEvent.sealed(WAITING, AuditHead.START);
        var second = AuditEvent.sealed(WAITING, first.head());
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(second.previous()).isEqualTo(first.hash());
        assertThat(second.hash()).isNotEqualTo(first.hash());
        assertThat(second.isIntact()).isTrue();
    }
}
