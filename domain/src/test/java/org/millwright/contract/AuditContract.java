package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Attribution;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditCut;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.ChainCheck;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.access.model.AuditRepository} does. */
public abstract class AuditContract {
    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @Test
    void an_entry_is_in_the_chain_once_it_is_sealed_as_it_was_told() {
        world.run(() -> world.audit().add(entry(AuditAction.READ, AuditOutcome.ALLOWED, "ada", "r-1", "fraud")));
        assertThat(links()).isEmpty();
        assertThat(seal(10)).isEqualTo(1);
        assertThat(seal(10)).isZero();
        assertThat(links()).singleElement().satisfies(event -> {
            assertThat(event.sequence()).isEqualTo(1);
            assertThat(event.action()).isEqualTo(AuditAction.READ);
            assertThat(event.principal()).isEqualTo("ada");
            assertThat(event.principalName()).isEqualTo("Ada L.");
            assertThat(event.credential()).isEqualTo("00000000-0000-0007-0000-000000000001");
            assertThat(event.address()).isEqualTo("10.0.0.9");
            assertThat(event.client()).isEqualTo("curl/8");
            assertThat(event.request()).isEqualTo("r-1");
            assertThat(event.operation()).isEqualTo("GET /keys");
            assertThat(event.permission()).isEqualTo("ENDPOINT_KEYS");
            assertThat(event.workspace()).isEqualTo("main");
            assertThat(event.resource()).isEqualTo("fraud");
            assertThat(event.isIntact()).isTrue();
        });
    }

    @Test
    void the_chain_has_no_gap_however_it_is_sealed() {
        world.run(() -> IntStream.range(0, 25).forEach(i -> world.audit()
                .add(entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r" + i, "x" + i))));
        assertThat(seal(10)).isEqualTo(10);
        assertThat(seal(10)).isEqualTo(10);
        assertThat(seal(10)).isEqualTo(5);
        var links = links();
        assertThat(links).hasSize(25);
        var check = ChainCheck.of(AuditHead.START, links);
        assertThat(check.isIntact()).isTrue();
        assertThat(check.to()).isEqualTo(head());
    }

    @Test
    void an_entry_is_left_out_when_its_request_is_told_of_in_the_chain_or_waiting() {
        var entry = entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r-1", "fraud");
        world.run(() -> world.audit().addUnlessTold(entry));
        world.run(() -> world.audit().addUnlessTold(entry));
        seal(10);
        world.run(() -> world.audit().addUnlessTold(entry));
        world.run(() -> world.audit().addUnlessTold(entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r-2", "a")));
        seal(10);
        assertThat(links()).extracting(AuditEvent::request).containsExactly("r-1", "r-2");
    }

    @Test
    void it_is_found_by_whatever_is_known_of_it_newest_first() {
        world.run(() -> {
            world.audit().add(entry(AuditAction.READ, AuditOutcome.ALLOWED, "ada", "r-1", "fraud"));
            world.audit().add(entry(AuditAction.READ, AuditOutcome.REFUSED, "bob", "r-2", "fraud"));
            world.audit().add(entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r-3", "churn"));
        });
        seal(10);
        assertThat(found(AuditQuery.ALL)).containsExactly("r-3", "r-2", "r-1");
        assertThat(found(query("ada", null, null, null))).containsExactly("r-3", "r-1");
        assertThat(found(query(null, AuditAction.READ, null, null))).containsExactly("r-2", "r-1");
        assertThat(found(query(null, null, AuditOutcome.REFUSED, null))).containsExactly("r-2");
        assertThat(found(query(null, null, AuditOutcome.ALLOWED, "fraud"))).containsExactly("r-1");
        assertThat(found(query("carol", null, null, null))).isEmpty();
    }

    @Test
    void pages_follow_each_other_without_gap_or_repetition() {
        world.run(() -> IntStream.range(0, 25)
                .forEach(i -> world.audit().add(entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r" + i, "x"))));
        seal(100);
        var first = world.inTransaction(() -> world.audit().page(AuditQuery.ALL, PageRequest.first(10)));
        var second =
                world.inTransaction(() -> world.audit().page(AuditQuery.ALL, new PageRequest(first.nextToken(), 10)));
        var third =
                world.inTransaction(() -> world.audit().page(AuditQuery.ALL, new PageRequest(second.nextToken(), 10)));
        assertThat(third.nextToken()).isNull();
        var all = new java.util.ArrayList<>(first.items());
        all.addAll(second.items());
        all.addAll(third.items());
        assertThat(all)
                .extracting(AuditEvent::request)
                .containsExactlyElementsOf(
                        IntStream.range(0, 25).mapToObj(i -> "r" + (24 - i)).toList());
    }

    @Test
    void the_oldest_are_cut_off_and_the_rest_is_checked_from_the_cut() {
        world.run(() -> IntStream.range(0, 5)
                .forEach(i -> world.audit().add(entry(AuditAction.CALL, AuditOutcome.ALLOWED, "ada", "r" + i, "x"))));
        seal(100);
        var last = links().get(2).head();
        var at = links().get(4).at();
        assertThat(world.inTransaction(() -> world.audit().cut(new AuditCut(last, "a".repeat(64), at, "ada"))))
                .isEqualTo(3);
        assertThat(world.inTransaction(() -> world.audit().lastCut())
                        .orElseThrow()
                        .last())
                .isEqualTo(last);
        assertThat(ChainCheck.of(last, links()).isIntact()).isTrue();
        assertThat(links()).extracting(AuditEvent::sequence).containsExactly(4L, 5L);
    }

    private static AuditEntry entry(
            AuditAction action, AuditOutcome outcome, String who, String request, String resource) {
        return new AuditEntry(
                action,
                outcome,
                outcome == AuditOutcome.ALLOWED ? null : "no role",
                1,
                new Attribution(
                        who,
                        "Ada L.",
                        "00000000-0000-0007-0000-000000000001",
                        null,
                        "10.0.0.9",
                        "curl/8",
                        request,
                        "GET /keys",
                        "ENDPOINT_KEYS"),
                WorkspaceName.MAIN,
                "endpoint keys",
                resource,
                null);
    }

    private static AuditQuery query(
            @Nullable String who,
            @Nullable AuditAction action,
            @Nullable AuditOutcome outcome,
            @Nullable String resource) {
        return new AuditQuery(
                null,
                who == null ? List.of() : List.of(who),
                action,
                outcome,
                null,
                null,
                null,
                resource,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    private int seal(int most) {
        return world.inTransaction(() -> world.audit().seal(most));
    }

    private AuditHead head() {
        return world.inTransaction(() -> world.audit().head());
    }

    private List<AuditEvent> links() {
        return world.inTransaction(() -> world.audit().links(0, AuditQuery.ALL, 1000));
    }

    private List<String> found(AuditQuery query) {
        return world.inTransaction(() -> world.audit().page(query, PageRequest.first(100))).items().stream()
                .map(AuditEvent::request)
                .toList();
    }
}
