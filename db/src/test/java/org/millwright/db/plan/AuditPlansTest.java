package org.millwright.db.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.db.PostgresForTests;
import org.millwright.db.PostgresWorld;
import org.millwright.shared.PageRequest;

/** Each question about the audit trail is answered from the index that is made for it, however long the trail is. */
class AuditPlansTest {
    private static final Set<String> TRAIL = Set.of("access.audit_event");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static PostgresWorld world;

    @BeforeAll
    static void grow() {
        world = new PostgresWorld();
        PostgresForTests.get().execute("""
                SET session_replication_role = replica;
                INSERT INTO access.audit_event
                    (sequence, at, action, outcome, occurrences, principal, address, request, run, operation, permission, workspace,
                     kind, resource, part, previous, hash)
                SELECT i, timestamptz '2026-01-01 00:00:00+00' + i * interval '1 minute',
                    (ARRAY['CREATE', 'CHANGE', 'READ', 'CALL', 'DELETE', 'RESTORE'])[1 + i % 6],
                    CASE WHEN i % 200 = 0 THEN 'REFUSED' ELSE 'ALLOWED' END, 1,
                    'p' || i % 50, '10.0.0.' || i % 100, 'request' || i, CASE WHEN i % 40 = 0 THEN 'run' || i % 400 END, 'POST /' || i % 60,
                    'PERMISSION_' || i % 25, 'w' || i % 20, 'kind' || i % 25, 'thing' || i % 3000,
                    CASE WHEN i % 2 = 0 THEN 'part' || i % 900 END, repeat('0', 64), repeat('0', 64)
                FROM generate_series(1, 60000) i;
                SET session_replication_role = origin;
                ANALYZE access.audit_event;
                """);
    }

    @AfterAll
    static void clear() {
        PostgresForTests.get().clear();
    }

    static Stream<Arguments> questions() {
        return Stream.of(
                question("the newest", AuditQuery.ALL),
                question("of a workspace", query("w1", null, null, null, null, null, null, null, null)),
                question("by somebody", query(null, "p1", null, null, null, null, null, null, null)),
                question("of an action", query(null, null, AuditAction.RESTORE, null, null, null, null, null, null)),
                question("refused", query(null, null, null, AuditOutcome.REFUSED, null, null, null, null, null)),
                question("by an operation", query(null, null, null, null, "POST /1", null, null, null, null)),
                question("by a permission", query(null, null, null, null, null, "PERMISSION_1", null, null, null)),
                question("of a kind", query(null, null, null, null, null, null, "kind1", null, null)),
                question("of a thing", query(null, null, null, null, null, null, null, "thing1", null)),
                question("of a part", query(null, null, null, null, null, null, null, null, "part2")),
                question("by somebody at a workspace", query("w1", "p1", null, null, null, null, null, null, null)),
                question("from an address", address("10.0.0.1")),
                question("by a run's token", run("run40")),
                question("of a request", request("request77")),
                question("of a day", between(START.plusSeconds(86_400), START.plusSeconds(2 * 86_400))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("questions")
    void it_is_answered_from_an_index(String name, AuditQuery query) throws Exception {
        var plans = WatchedDataSource.plansOf(() -> world.inTransaction(() -> {
            var token = world.audit().page(query, PageRequest.first(20)).nextToken();
            return token == null ? null : world.audit().page(query, new PageRequest(token, 20));
        }));
        assertThat(plans).isNotEmpty().allSatisfy(plan -> assertThat(plan.scannedTables())
                .as(plan.toString())
                .doesNotContainAnyElementsOf(TRAIL));
    }

    private static Arguments question(String name, AuditQuery query) {
        return Arguments.of(name, query);
    }

    private static AuditQuery query(
            @Nullable String workspace,
            @Nullable String principal,
            @Nullable AuditAction action,
            @Nullable AuditOutcome outcome,
            @Nullable String operation,
            @Nullable String permission,
            @Nullable String kind,
            @Nullable String resource,
            @Nullable String part) {
        return new AuditQuery(
                workspace,
                principal == null ? List.of() : List.of(principal),
                action,
                outcome,
                operation,
                permission,
                kind,
                resource,
                part,
                null,
                null,
                null,
                null,
                null);
    }

    private static AuditQuery address(String address) {
        return new AuditQuery(
                null, List.of(), null, null, null, null, null, null, null, address, null, null, null, null);
    }

    private static AuditQuery run(String run) {
        return new AuditQuery(null, List.of(), null, null, null, null, null, null, null, null, run, null, null, null);
    }

    private static AuditQuery request(String request) {
        return new AuditQuery(
                null, List.of(), null, null, null, null, null, null, null, null, null, request, null, null);
    }

    private static AuditQuery between(Instant from, Instant until) {
        return new AuditQuery(null, List.of(), null, null, null, null, null, null, null, null, null, null, from, until);
    }
}
