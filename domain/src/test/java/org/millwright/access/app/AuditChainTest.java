package org.millwright.access.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.InMemoryAudit;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditQuery;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** The chain shows what was done to it, and can be cut without losing that. */
class AuditChainTest {
    private static final String ARCHIVE = "a".repeat(64);

    private final SettableClock clock = new SettableClock();
    private final InMemoryAudit trail = new InMemoryAudit(clock);
    private final AuditRecords records = new AuditRecords(trail);
    private final AuditChain chain = new AuditChain(trail, clock);

    @BeforeEach
    void five_keys_are_read() {
        for (var i = 1; i <= 5; i++) {
            records.read("endpoint keys", WorkspaceName.MAIN, "endpoint-" + i, null);
        }
    }

    @Test
    void what_waits_is_in_the_chain_before_anybody_looks() {
        assertThat(chain.head().sequence()).isEqualTo(5);
        assertThat(chain.check(chain.begin()).isIntact()).isTrue();
        assertThat(chain.checkNewest().to()).isEqualTo(chain.head());
    }

    @Test
    void an_entry_that_was_changed_is_named() {
        chain.seal();
        trail.tamper(2, links().get(3));
        var check = chain.check(AuditHead.START);
        assertThat(check.to().sequence()).isEqualTo(2);
        assertThat(check.broken()).isNotNull();
        assertThat(check.broken().sequence()).isEqualTo(3);
    }

    @Test
    void a_head_that_was_noted_tells_whether_the_chain_is_still_the_same() {
        var noted = chain.head();
        records.read("endpoint keys", WorkspaceName.MAIN, "endpoint-6", null);
        assertThat(chain.check(noted).isIntact()).isTrue();
        assertThat(chain.check(new AuditHead(noted.sequence(), "b".repeat(64))).isIntact())
                .isFalse();
    }

    @Test
    void a_cut_takes_the_oldest_away_and_is_itself_told_of() {
        chain.seal();
        var last = links().get(2).head();
        assertThat(chain.cut(caller(Role.OWNER), last, ARCHIVE)).isEqualTo(3);
        assertThat(chain.begin()).isEqualTo(last);
        assertThat(chain.check(chain.begin()).isIntact()).isTrue();
        assertThat(links()).extracting(AuditEvent::sequence).containsExactly(4L, 5L, 6L);
        assertThat(links().getLast().resource()).isEqualTo("entries up to 3");
        assertThat(links().getLast().reason()).contains(ARCHIVE);
    }

    @Test
    void a_cut_is_refused_for_another_hash_the_newest_entry_and_whoever_is_not_the_servers_owner() {
        chain.seal();
        var second = links().get(1).head();
        assertRefused(
                Problem.Invalid.class, () -> chain.cut(caller(Role.OWNER), new AuditHead(2, "b".repeat(64)), ARCHIVE));
        assertRefused(Problem.Invalid.class, () -> chain.cut(caller(Role.OWNER), second, "no digest"));
        assertRefused(Problem.WrongState.class, () -> chain.cut(caller(Role.OWNER), chain.head(), ARCHIVE));
        assertRefused(Problem.Forbidden.class, () -> chain.cut(caller(Role.CONTRIBUTOR), second, ARCHIVE));
        assertThat(links()).hasSize(5);
    }

    private List<AuditEvent> links() {
        chain.seal();
        return trail.links(0, AuditQuery.ALL, 100);
    }

    private static Caller caller(Role role) {
        return new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(Grant.allow(role, Scope.SERVER)),
                Confinement.NONE,
                new CredentialId(new UUID(1, 1)),
                null);
    }
}
