package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditCut;
import org.millwright.access.model.AuditEntry;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.access.model.AuditRepository;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/** The audit trail in PostgreSQL. What changes rows is written there by triggers; this adds the rest, chains and finds. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcAuditRepository implements AuditRepository {
    /** Any number that no other lock has. */
    private static final long SEALER = 7_226_119_101L;

    private static final String ADD = """
            INSERT INTO access.audit_waiting
                (action, outcome, reason, occurrences, principal, principal_name, credential, run, address, client, request,
                 operation, permission, workspace, kind, resource, part)
            SELECT ?, ?, ?, ?, ?, ?, CAST(? AS uuid), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            """;

    private final Database database;

    @Inject
    public JdbcAuditRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcAuditRepository() {
        this(null);
    }

    @Override
    public void add(AuditEntry entry) {
        database.update(ADD, values(entry).toArray());
    }

    @Override
    public void addUnlessTold(AuditEntry entry) {
        var attribution = entry.attribution();
        var values = values(entry);
        var request = attribution == null ? null : attribution.request();
        values.add(request);
        values.add(request);
        database.update(ADD + """
                WHERE NOT EXISTS (SELECT 1 FROM access.audit_waiting WHERE request = ?)
                  AND NOT EXISTS (SELECT 1 FROM access.audit_event WHERE request = ?)
                """, values.toArray());
    }

    private static List<@Nullable Object> values(AuditEntry entry) {
        var attribution = entry.attribution();
        var workspace = entry.workspace();
        var values = new ArrayList<@Nullable Object>();
        values.add(entry.action());
        values.add(entry.outcome());
        values.add(entry.reason());
        values.add(entry.occurrences());
        values.add(attribution == null ? null : attribution.principal());
        values.add(attribution == null ? "Server" : attribution.name());
        values.add(attribution == null ? null : attribution.credential());
        values.add(attribution == null ? null : attribution.run());
        values.add(attribution == null ? null : attribution.address());
        values.add(attribution == null ? null : attribution.client());
        values.add(attribution == null ? null : attribution.request());
        values.add(attribution == null ? null : attribution.operation());
        values.add(attribution == null ? null : attribution.permission());
        values.add(workspace == null ? null : workspace.value());
        values.add(entry.kind());
        values.add(entry.resource());
        values.add(entry.part());
        return values;
    }

    @Override
    public int seal(int most) {
        if (database.query("SELECT 1 FROM access.audit_waiting LIMIT 1", _ -> true)
                .isEmpty()) {
            return 0;
        }
        // Whoever has to wait for the lock sees afterwards what the other has sealed.
        database.query("SELECT pg_advisory_xact_lock(?)", _ -> true, SEALER);
        var numbers = new ArrayList<Long>();
        var waiting = database.query(
                """
                SELECT w.*, 0 AS sequence, '' AS previous, '' AS hash, c.kind AS credential_kind,
                    coalesce(w.principal_name, p.name) AS principal_shown
                FROM access.audit_waiting w
                LEFT JOIN access.credential c ON c.id = w.credential
                LEFT JOIN access.principal p ON p.id = w.principal
                ORDER BY w.id LIMIT ?
                """,
                row -> {
                    numbers.add(row.getLong("id"));
                    return event(row, row.getString("principal_shown"));
                },
                most);
        if (waiting.isEmpty()) {
            return 0;
        }
        var head = head();
        var links = new ArrayList<AuditEvent>();
        for (var each : waiting) {
            var link = AuditEvent.sealed(each, head);
            links.add(link);
            head = link.head();
        }
        insert(links);
        database.query("SELECT set_config('millwright.audit_moving', 'audit_waiting', true)", _ -> true);
        database.update(
                "DELETE FROM access.audit_waiting WHERE id = ANY (?)", Values.of("int8", numbers, number -> number));
        return links.size();
    }

    private void insert(List<AuditEvent> links) {
        database.update(
                """
                INSERT INTO access.audit_event
                    (sequence, at, action, outcome, reason, occurrences, principal, principal_name, credential, credential_kind,
                     run, address, client, request, operation, permission, workspace, kind, resource, part, before, after,
                     previous, hash)
                SELECT sequence, at, action, outcome, reason, occurrences, principal, principal_name, CAST(credential AS uuid),
                    credential_kind, run, address, client, request, operation, permission, workspace, kind, resource, part,
                    CAST(before AS jsonb), CAST(after AS jsonb), previous, hash
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS link
                    (sequence, at, action, outcome, reason, occurrences, principal, principal_name, credential, credential_kind,
                     run, address, client, request, operation, permission, workspace, kind, resource, part, before, after,
                     previous, hash)
                """,
                Values.of("int8", links, AuditEvent::sequence),
                Values.of("timestamptz", links, link -> OffsetDateTime.ofInstant(link.at(), ZoneOffset.UTC)),
                texts(links, link -> link.action().name()),
                texts(links, link -> link.outcome().name()),
                texts(links, AuditEvent::reason),
                Values.of("int4", links, AuditEvent::occurrences),
                texts(links, AuditEvent::principal),
                texts(links, AuditEvent::principalName),
                texts(links, AuditEvent::credential),
                texts(links, AuditEvent::credentialKind),
                texts(links, AuditEvent::run),
                texts(links, AuditEvent::address),
                texts(links, AuditEvent::client),
                texts(links, AuditEvent::request),
                texts(links, AuditEvent::operation),
                texts(links, AuditEvent::permission),
                texts(links, AuditEvent::workspace),
                texts(links, AuditEvent::kind),
                texts(links, AuditEvent::resource),
                texts(links, AuditEvent::part),
                texts(links, AuditEvent::before),
                texts(links, AuditEvent::after),
                texts(links, AuditEvent::previous),
                texts(links, AuditEvent::hash));
    }

    private static Values texts(List<AuditEvent> links, Function<AuditEvent, @Nullable String> text) {
        return Values.of("text", links, text::apply);
    }

    @Override
    public AuditHead head() {
        return database
                .query(
                        "SELECT sequence, hash FROM access.audit_event ORDER BY sequence DESC LIMIT 1",
                        row -> new AuditHead(row.getLong("sequence"), row.getString("hash")))
                .stream()
                .findFirst()
                .orElseGet(() -> lastCut().map(AuditCut::last).orElse(AuditHead.START));
    }

    @Override
    public Page<AuditEvent> page(AuditQuery query, PageRequest page) {
        var conditions = new Conditions(query);
        var after = page.token() == null ? null : Place.parse(page.token());
        if (after != null) {
            conditions.add("(at, sequence) < (?, ?)", after.at, after.sequence);
        }
        conditions.values.add(page.size() + 1);
        var rows = database.query(
                "SELECT * FROM access.audit_event" + conditions.where() + " ORDER BY at DESC, sequence DESC LIMIT ?",
                row -> event(row, row.getString("principal_name")),
                conditions.values.toArray());
        if (rows.size() <= page.size()) {
            return Page.last(rows);
        }
        var shown = rows.subList(0, page.size());
        var last = shown.getLast();
        return new Page<>(shown, new Place(last.at(), last.sequence()).toString());
    }

    @Override
    public List<AuditEvent> links(long after, AuditQuery query, int most) {
        var conditions = new Conditions(query);
        conditions.add("sequence > ?", after);
        conditions.values.add(most);
        return database.query(
                "SELECT * FROM access.audit_event" + conditions.where() + " ORDER BY sequence LIMIT ?",
                row -> event(row, row.getString("principal_name")),
                conditions.values.toArray());
    }

    @Override
    public Optional<AuditCut> lastCut() {
        return database
                .query(
                        "SELECT * FROM access.audit_cut ORDER BY sequence DESC LIMIT 1",
                        row -> new AuditCut(
                                new AuditHead(row.getLong("sequence"), row.getString("hash")),
                                row.getString("archive"),
                                Database.requiredInstant(row, "at"),
                                row.getString("by")))
                .stream()
                .findFirst();
    }

    @Override
    public int cut(AuditCut cut) {
        database.update(
                "INSERT INTO access.audit_cut (sequence, hash, archive, at, by) VALUES (?, ?, ?, ?, ?)",
                cut.last().sequence(),
                cut.last().hash(),
                cut.archive(),
                cut.at(),
                cut.by());
        database.query("SELECT set_config('millwright.audit_moving', 'audit_event', true)", _ -> true);
        return database.update(
                "DELETE FROM access.audit_event WHERE sequence <= ?", cut.last().sequence());
    }

    /** Where a page ends, as the token of the next one. */
    private record Place(Instant at, long sequence) {
        static Place parse(String token) {
            try {
                var comma = token.indexOf(',');
                return new Place(Instant.parse(token.substring(0, comma)), Long.parseLong(token.substring(comma + 1)));
            } catch (RuntimeException unreadable) {
                throw Refused.invalid("page", "what the page before said");
            }
        }

        @Override
        public String toString() {
            return at + "," + sequence;
        }
    }

    /** What is asked for, as SQL. */
    private static final class Conditions {
        private final List<String> conditions = new ArrayList<>();
        private final List<@Nullable Object> values = new ArrayList<>();

        Conditions(AuditQuery query) {
            equal("workspace", query.workspace());
            if (query.principals().size() == 1) {
                equal("principal", query.principals().getFirst());
            } else if (!query.principals().isEmpty()) {
                add("principal = ANY (?)", Values.of("text", query.principals(), principal -> principal));
            }
            equal("action", query.action());
            var outcome = query.outcome();
            if (outcome != null) {
                // Most are allowed, and those have no index of their own; written so, the others' is seen to fit.
                add("outcome = '%s'".formatted(outcome));
            }
            equal("operation", query.operation());
            equal("permission", query.permission());
            equal("kind", query.kind());
            equal("resource", query.resource());
            equal("part", query.part());
            equal("address", query.address());
            equal("run", query.run());
            equal("request", query.request());
            if (query.from() != null) {
                add("at >= ?", query.from());
            }
            if (query.until() != null) {
                add("at < ?", query.until());
            }
        }

        void add(String condition, @Nullable Object... bound) {
            conditions.add(condition);
            values.addAll(List.of(bound));
        }

        private void equal(String column, @Nullable Object value) {
            if (value != null) {
                add(column + " = ?", value);
            }
        }

        String where() {
            return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        }
    }

    private static AuditEvent event(ResultSet row, @Nullable String principalName) throws SQLException {
        var credential = row.getObject("credential", UUID.class);
        return new AuditEvent(
                row.getLong("sequence"),
                Database.requiredInstant(row, "at"),
                AuditAction.valueOf(row.getString("action")),
                AuditOutcome.valueOf(row.getString("outcome")),
                row.getString("reason"),
                row.getInt("occurrences"),
                row.getString("principal"),
                principalName,
                credential == null ? null : credential.toString(),
                row.getString("credential_kind"),
                row.getString("run"),
                row.getString("address"),
                row.getString("client"),
                row.getString("request"),
                row.getString("operation"),
                row.getString("permission"),
                row.getString("workspace"),
                row.getString("kind"),
                row.getString("resource"),
                row.getString("part"),
                row.getString("before"),
                row.getString("after"),
                row.getString("previous"),
                row.getString("hash"));
    }
}
