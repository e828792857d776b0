package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.AssignmentId;
import org.millwright.access.AuditTrace;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Origin;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.ChainCheck;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.Principal;
import org.millwright.access.model.RoleAssignment;
import org.millwright.contract.AuditContract;
import org.millwright.contract.World;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.fake.Runs;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.model.Workspace;

/** Beside what every trail does: what the database tells by itself, and what it refuses to forget. */
class PostgresAuditTest extends AuditContract {
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final PrincipalId BOB = new PrincipalId("bob");
    private static final CredentialId TOKEN = new CredentialId(new UUID(7, 1));

    private final PostgresWorld world = new PostgresWorld();

    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }

    @BeforeEach
    void people() {
        world.run(() -> {
            for (var id : List.of(ADA, BOB)) {
                world.principals().add(Principal.local(id, PrincipalKind.USER, "Mx " + id, NOON));
            }
            world.credentials().add(credential(TOKEN, CredentialKind.PERSONAL_TOKEN, ADA));
        });
        told();
        postgres("""
                SET session_replication_role = replica;
                TRUNCATE access.audit_waiting, access.audit_event RESTART IDENTITY;
                SET session_replication_role = origin;
                """);
    }

    @AfterEach
    void leave() {
        AuditTrace.end();
        Authority.leave(null);
    }

    @Test
    void a_role_that_is_given_is_told_of_with_who_gave_it_from_where_and_by_what() {
        asAda();
        var assignment = new RoleAssignment(
                new AssignmentId(new UUID(1, 1)),
                BOB,
                Grant.allow(Role.OWNER, Scope.in(WorkspaceName.MAIN)),
                NOON,
                ADA);
        world.run(() -> world.roles().assign(assignment));
        world.run(() -> world.roles().remove(assignment.id()));
        var told = told();
        assertThat(told).extracting(AuditEvent::action).containsExactly(AuditAction.CREATE, AuditAction.DELETE);
        assertThat(told).allSatisfy(event -> {
            assertThat(event.principal()).isEqualTo("ada");
            assertThat(event.principalName()).isEqualTo("Ada Lovelace");
            assertThat(event.credential()).isEqualTo(TOKEN.toString());
            assertThat(event.credentialKind()).isEqualTo("PERSONAL_TOKEN");
            assertThat(event.address()).isEqualTo("10.0.0.9");
            assertThat(event.client()).isEqualTo("curl/8");
            assertThat(event.request()).isEqualTo("request-1");
            assertThat(event.operation()).isEqualTo("POST /api/v1/roles/{role}");
            assertThat(event.permission()).isEqualTo("ACCESS_MANAGE");
            assertThat(event.workspace()).isEqualTo("main");
            assertThat(event.kind()).isEqualTo("role assignment");
            assertThat(event.resource()).isEqualTo("bob");
            assertThat(event.part()).isEqualTo("Owner");
        });
        assertThat(told.getFirst().before()).isNull();
        assertThat(told.getFirst().after()).contains("\"effect\": \"ALLOW\"");
        assertThat(told.getLast().after()).isNull();
    }

    @Test
    void a_run_that_begins_with_its_tags_is_told_of_with_who_began_it() {
        world.run(() -> run("of the server", 0));
        asAda();
        world.run(() -> world.runs().begin(Runs.track("begun", NOON), Map.of("mlflow.runName", "first")));
        assertThat(told())
                .extracting(event -> event.principal() + " " + event.resource() + " " + event.permission())
                .containsExactly("null of the server null", "ada begun ACCESS_MANAGE");
    }

    @Test
    void of_a_change_only_what_differs_is_told_also_within_a_document() {
        asAda();
        model("fraud", "{\"champion\": 3, \"old\": 1}");
        world.run(
                () -> world.database()
                        .update(
                                "UPDATE registry.registered_model SET aliases = '{\"champion\": 7, \"old\": 1}', revision = 2"));
        var change = told().getLast();
        assertThat(change.action()).isEqualTo(AuditAction.CHANGE);
        assertThat(change.resource()).isEqualTo("fraud");
        assertThat(change.before()).isEqualTo("{\"aliases\": {\"champion\": 3}}");
        assertThat(change.after()).isEqualTo("{\"aliases\": {\"champion\": 7}}");
    }

    @Test
    void a_row_that_is_written_as_it_was_is_no_change() {
        asAda();
        model("fraud", "{}");
        world.run(
                () -> world.database().update("UPDATE registry.registered_model SET revision = 2, updated_at = now()"));
        assertThat(told()).hasSize(1);
    }

    @Test
    void entities_are_written_in_somebodys_name_as_well() {
        asAda();
        var made = new WorkspaceName("made");
        world.run(() -> world.workspaces().save(Workspace.create(made, "", NOON)));
        world.run(() -> world.workspaces().delete(made));
        assertThat(told()).extracting(AuditEvent::principal).containsExactly("ada", "ada");
    }

    @Test
    void what_no_request_asked_for_is_told_of_as_nobodys() {
        model("fraud", "{}");
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.principal()).isNull();
            assertThat(event.operation()).isNull();
        });
    }

    @Test
    void the_next_transaction_of_a_connection_is_in_nobodys_name_again() {
        asAda();
        model("one", "{}");
        Authority.leave(null);
        model("two", "{}");
        assertThat(told()).extracting(AuditEvent::principal).containsExactly("ada", null);
    }

    @Test
    void who_reaches_behind_the_servers_back_is_named_by_the_database() {
        postgres("""
                INSERT INTO access.role (name, description, permissions, built_in) VALUES ('Planted', '', '{}', false);
                DELETE FROM access.role WHERE name = 'Planted';
                TRUNCATE registry.approval_policy;
                """);
        assertThat(told()).hasSize(3).allSatisfy(event -> assertThat(event.principalName())
                .isEqualTo("Database user postgres"));
    }

    @Test
    void what_is_rolled_back_was_never_told() {
        asAda();
        assertThatThrownBy(() -> world.run(() -> {
                    insertModel("fraud", "{}");
                    throw new IllegalStateException("no");
                }))
                .hasMessage("no");
        assertThat(told()).isEmpty();
    }

    @Test
    void a_browser_that_signs_in_and_out_is_told_of_in_the_persons_name() {
        var session = credential(new CredentialId(new UUID(7, 2)), CredentialKind.SESSION, BOB);
        Authority.nobody(new Origin("10.0.0.9", "Firefox", "request-1", "POST /sign-in"))
                .enter();
        world.run(() -> world.credentials().add(session));
        world.run(() -> world.credentials().touch(session.id(), NOON.plusSeconds(100), "10.0.0.9"));
        world.run(() -> world.credentials().revoke(session.id(), NOON));
        var told = told();
        assertThat(told).extracting(AuditEvent::action).containsExactly(AuditAction.SIGN_IN, AuditAction.SIGN_OUT);
        assertThat(told.getFirst().principal()).isEqualTo("bob");
        assertThat(told.getFirst().principalName()).isEqualTo("Mx bob");
        assertThat(told.getFirst().address()).isEqualTo("10.0.0.9");
    }

    @Test
    void no_secret_is_told() {
        asAda();
        world.run(() -> {
            world.database().update("""
                    INSERT INTO endpoint.online_endpoint VALUES ('main', 'score', '', '{"api_key": "TREASURE-1", "note": "mwt_abcdefghijklmnopqrstuvwxyz0123456789"}',
                        '[{"name": "blue", "environment_variables": {"DB_PASSWORD": "TREASURE-2", "SECRETS": {"a": "TREASURE-3"}, "LEVEL": "7"}}]',
                        '{}', 'TREASURE-4', 'TREASURE-5', now(), now(), 1)
                    """);
            world.database().update("UPDATE endpoint.online_endpoint SET primary_key = 'TREASURE-6'");
            world.database().update("""
                    INSERT INTO monitoring.webhook (id, workspace, name, description, url, events, secret, active, created_at, updated_at, revision)
                    VALUES (gen_random_uuid(), 'main', 'chat', 'see https://ada:TREASURE-7@example.org', 'https://u:TREASURE-8@hooks.example.org/T/TREASURE-9?k=TREASURE-10',
                        '{x}', 'TREASURE-11', true, now(), now(), 1)
                    """);
        });
        world.run(() -> world.credentials()
                .add(credential(new CredentialId(new UUID(7, 9)), CredentialKind.PERSONAL_TOKEN, BOB)));
        var told = told();
        var all = String.join("\n", told.stream().map(AuditEvent::line).toList());
        assertThat(all)
                .doesNotContain("TREASURE", "abcdefghijklmnop", "f".repeat(60))
                .contains("hooks.example.org", "\"LEVEL\": \"7\"");
        assertThat(told.get(1).before()).isEqualTo("{\"primary_key\": \"(hidden)\"}");
        assertThat(told.get(1).after()).isEqualTo("{\"primary_key\": \"(hidden)\"}");
    }

    @Test
    void columns_of_bytes_and_of_secrets_are_hidden_wherever_a_table_is_told_of() {
        var shown = world.inTransaction(() -> world.database().query("""
                        SELECT t.relname || '.' || a.attname AS name
                        FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_attribute a ON a.attrelid = t.oid
                        WHERE g.tgfoid = 'access.tell_change'::regproc AND a.attnum > 0 AND NOT a.attisdropped
                          AND (a.atttypid = 'bytea'::regtype OR a.attname ~ '(secret|digest|password|cipher|seal|_key$)')
                          AND NOT access.is_secret(a.attname)
                          AND NOT a.attname = ANY (string_to_array(split_part(encode(g.tgargs, 'escape'), '\\000', 4), ','))
                        """, row -> row.getString("name")));
        assertThat(shown).isEmpty();
    }

    @Test
    void of_a_secret_it_is_told_who_set_it_and_neither_its_value_nor_that_its_key_was_changed() {
        asAda();
        world.run(() -> world.database().update("""
                INSERT INTO secret.workspace_secret (workspace, name, sealed, set_by, set_at, created_at)
                VALUES ('main', 'PASSWORD', 'v2|key-1|a|TREASURE', 'ada', ?, ?)
                """, NOON, NOON));
        world.run(() -> world.database().update("UPDATE secret.workspace_secret SET sealed = 'v2|key-2|b|TREASURE'"));
        world.run(() -> world.database()
                .update("UPDATE secret.workspace_secret SET last_used_at = ?, last_used_by = 'train'", NOON));
        world.run(() -> world.database()
                .update(
                        "UPDATE secret.workspace_secret SET sealed = 'v2|key-2|c|JEWELS', set_by = 'bob', set_at = ?",
                        NOON.plusSeconds(1)));
        world.run(() -> world.database().update("DELETE FROM secret.workspace_secret"));

        var told = told();
        assertThat(told)
                .extracting(AuditEvent::action)
                .containsExactly(AuditAction.CREATE, AuditAction.CHANGE, AuditAction.DELETE);
        assertThat(told)
                .extracting(AuditEvent::kind, AuditEvent::resource)
                .containsOnly(org.assertj.core.api.Assertions.tuple("secret", "PASSWORD"));
        assertThat(told.toString()).doesNotContain("TREASURE", "JEWELS");
        assertThat(told.get(1).after()).contains("\"set_by\": \"bob\"");
    }

    @Test
    void a_long_text_is_told_by_its_start_its_length_and_its_digest() {
        asAda();
        world.run(() -> world.database()
                .update("UPDATE workspace.workspace SET description = ? WHERE name = 'main'", "x".repeat(5000)));
        assertThat(told().getFirst().after()).hasSizeLessThan(1300).contains("5000 characters, SHA-256 ");
    }

    @Test
    void every_table_is_told_of_or_is_known_to_hold_nothing_that_people_configure() {
        var silent =
                new TreeSet<>(world.inTransaction(() -> world.database().query("""
                        SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'public', 'pg_toast')
                          AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = 'access.tell_change'::regproc)
                        """, row -> row.getString("name"))));
        assertThat(silent)
                .as("tables without a trigger; access.audit() gives one, Attributed.UNTOLD says that none is needed")
                .isEqualTo(new TreeSet<>(Attributed.UNTOLD));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            INSERT INTO access.role (name) VALUES (?)                             | true
            WITH a AS (DELETE FROM workspace.workspace RETURNING 1) SELECT 1      | true
            UPDATE registry.model_version v SET tags = ?                          | true
            SELECT * FROM access.role FOR UPDATE                                  | false
            INSERT INTO experiment.run_tag (run, name, value) SELECT 1            | false
            WITH s AS (INSERT INTO outbox.event (type) VALUES (?)) SELECT 1       | false
            """)
    void a_statement_is_attributed_when_it_writes_what_is_told_of(String sql, boolean needed) {
        assertThat(Attributed.isNeeded(sql)).isEqualTo(needed);
    }

    @Test
    void what_a_run_logs_is_not_told_but_its_beginning_its_cancellation_and_its_deletion_are() {
        asAda();
        world.run(() -> {
            run("r1", 0);
            world.database().update("UPDATE experiment.run SET state = 'Running', started_at = now()");
            world.database().update("INSERT INTO experiment.run_tag SELECT key, 'a', 'b' FROM experiment.run");
            world.database().update("UPDATE experiment.run SET state = 'CancelRequested'");
            world.database().update("UPDATE experiment.run SET deleted_at = now()");
            world.database().update("UPDATE experiment.run SET deleted_at = NULL");
        });
        assertThat(told())
                .extracting(AuditEvent::action)
                .containsExactly(AuditAction.CREATE, AuditAction.CHANGE, AuditAction.DELETE, AuditAction.RESTORE);
    }

    @Test
    void the_runs_of_a_deleted_experiment_are_not_told_one_by_one() {
        asAda();
        world.run(() -> IntStream.range(0, 20).forEach(i -> run("r" + i, 0)));
        assertThat(told()).hasSize(20);
        world.run(() -> {
            world.runs().deleteAll(new ExperimentId(0), NOON);
            world.database().update("UPDATE experiment.experiment SET deleted_at = ?", NOON);
        });
        assertThat(told()).last().satisfies(event -> {
            assertThat(event.kind()).isEqualTo("experiment");
            assertThat(event.action()).isEqualTo(AuditAction.DELETE);
        });
        assertThat(told()).hasSize(21);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE access.audit_event SET principal = 'bob'",
                "DELETE FROM access.audit_event",
                "TRUNCATE access.audit_event",
                "UPDATE access.audit_waiting SET principal = 'bob'",
                "DELETE FROM access.audit_waiting",
                "TRUNCATE access.audit_waiting",
                "TRUNCATE access.audit_cut"
            })
    void nothing_is_changed_or_taken_away(String statement) {
        model("sealed", "{}");
        told();
        model("waiting", "{}");
        assertThatThrownBy(() -> postgres(statement)).rootCause().hasMessageContaining("only added to");
    }

    @Test
    void whoever_changes_or_takes_out_a_row_for_all_that_is_found() {
        IntStream.range(0, 6).forEach(i -> model("m" + i, "{}"));
        var whole = told();
        assertThat(check().isIntact()).isTrue();
        tamper("UPDATE access.audit_event SET resource = 'other' WHERE sequence = 3");
        assertThat(check().broken().sequence()).isEqualTo(3);
        tamper("UPDATE access.audit_event SET resource = 'm2' WHERE sequence = 3");
        assertThat(check().isIntact()).isTrue();
        tamper("DELETE FROM access.audit_event WHERE sequence = 4");
        assertThat(check().broken()).isEqualTo(new ChainCheck.Break(4, "it is missing: 5 follows 3"));
        tamper("DELETE FROM access.audit_event WHERE sequence > 3");
        // The tail is gone without a trace in the chain; a head that was noted tells.
        assertThat(check().isIntact()).isTrue();
        assertThat(check().to().sequence()).isLessThan(whole.getLast().sequence());
    }

    @Test
    void whoever_writes_a_row_anew_with_a_fitting_hash_breaks_the_next() {
        IntStream.range(0, 3).forEach(i -> model("m" + i, "{}"));
        var links = told();
        var forged =
                AuditEvent.sealed(links.get(0), new AuditHead(1, links.get(0).hash()));
        tamper("""
                DELETE FROM access.audit_event WHERE sequence = 2;
                INSERT INTO access.audit_event SELECT (jsonb_populate_record(e, '{"sequence": 2, "previous": "%s", "hash": "%s"}')).*
                FROM access.audit_event e WHERE sequence = 1
                """.formatted(links.get(0).hash(), forged.hash()));
        assertThat(check().broken().sequence()).isEqualTo(3);
    }

    @Test
    void many_writers_and_sealers_make_one_chain_of_all_that_was_committed() throws Exception {
        var works = new ArrayList<Callable<Boolean>>();
        for (var writer = 0; writer < 4; writer++) {
            var name = "w" + writer;
            works.add(() -> {
                for (var i = 0; i < 25; i++) {
                    model(name + "-" + i, "{}");
                }
                return true;
            });
        }
        for (var sealer = 0; sealer < 3; sealer++) {
            works.add(() -> {
                for (var i = 0; i < 20; i++) {
                    world.inTransaction(() -> world.audit().seal(7));
                }
                return true;
            });
        }
        try (var threads = Executors.newFixedThreadPool(works.size())) {
            for (Future<Boolean> done : threads.invokeAll(works)) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(told()).hasSize(100).extracting(AuditEvent::resource).doesNotHaveDuplicates();
        assertThat(check().isIntact()).isTrue();
    }

    @Test
    void what_waits_when_a_sealer_dies_is_sealed_by_the_next() {
        model("one", "{}");
        assertThatThrownBy(() -> world.run(() -> {
                    world.audit().seal(10);
                    throw new IllegalStateException("the power is gone");
                }))
                .hasMessage("the power is gone");
        assertThat(told()).extracting(AuditEvent::resource).containsExactly("one");
        assertThat(check().isIntact()).isTrue();
    }

    @Test
    void a_link_reads_back_from_the_database_as_it_was_sealed_whatever_stands_in_it() {
        asAda();
        model("Ünï \"q\" \\ 𝄞 \t", "{\"a\": 1.10, \"b\": 1e30, \"ä\": {\"z\": [1, null, \"\\u0001\"]}}");
        told();
        assertThat(check().isIntact()).isTrue();
    }

    private static Credential credential(CredentialId id, CredentialKind kind, PrincipalId owner) {
        var digest = "f".repeat(60) + "%04x".formatted(id.value().getLeastSignificantBits());
        return Credential.made(id, kind, owner, "c", digest, Confinement.NONE, NOON, null);
    }

    private static void asAda() {
        AuditTrace.begin().operation("POST /api/v1/roles/{role}", true);
        Authority.nobody(new Origin("10.0.0.9", "curl/8", "request-1", "POST /api/v1/roles/secret"))
                .of(new Caller(
                        ADA,
                        "Ada Lovelace",
                        List.of(Grant.allow(Role.OWNER, Scope.SERVER)),
                        Confinement.NONE,
                        TOKEN,
                        null))
                .using(Permission.ACCESS_MANAGE)
                .enter();
    }

    private void model(String name, String aliases) {
        world.run(() -> insertModel(name, aliases));
    }

    private void insertModel(String name, String aliases) {
        world.database().update("""
                        INSERT INTO registry.registered_model (workspace, name, description, tags, aliases, created_at, updated_at, revision)
                        VALUES ('main', ?, '', '{}', CAST(? AS jsonb), now(), now(), 1)
                        """, name, aliases);
    }

    private void run(String id, long experiment) {
        world.database().update("""
                        INSERT INTO experiment.run (id, workspace, experiment, name, user_name, submitter, job, state, attempt, created_at, revision)
                        VALUES (?, 'main', ?, 'n', 'ada', 'ada', '{}', 'Queued', 0, now(), 1)
                        """, id, experiment);
    }

    private List<AuditEvent> told() {
        while (world.inTransaction(() -> world.audit().seal(100)) > 0) {
            // until nothing waits
        }
        return world.inTransaction(() -> world.audit().links(0, AuditQuery.ALL, 10_000));
    }

    private ChainCheck check() {
        return ChainCheck.of(AuditHead.START, told());
    }

    private static void postgres(String sql) {
        PostgresForTests.get().execute(sql);
    }

    /** As somebody does who owns the database and switches the triggers off. */
    private static void tamper(String sql) {
        postgres("SET session_replication_role = replica;" + sql + ";SET session_replication_role = origin");
    }
}
