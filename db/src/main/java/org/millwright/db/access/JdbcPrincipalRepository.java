package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.db.Database;
import org.millwright.shared.Notifications;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** People, groups and services in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcPrincipalRepository implements PrincipalRepository {
    private final Database database;

    @Inject
    public JdbcPrincipalRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcPrincipalRepository() {
        this(null);
    }

    @Override
    public Optional<Principal> find(PrincipalId id) {
        return database
                .query("SELECT * FROM access.principal WHERE id = ?", JdbcPrincipalRepository::principal, id.value())
                .stream()
                .findFirst();
    }

    @Override
    public Optional<Principal> find(Identity identity) {
        return database
                .query(
                        "SELECT * FROM access.principal WHERE provider = ? AND subject = ?",
                        JdbcPrincipalRepository::principal,
                        identity.provider(),
                        identity.subject())
                .stream()
                .findFirst();
    }

    @Override
    public List<Principal> findAll(Set<PrincipalId> ids) {
        return database.query(
                "SELECT * FROM access.principal WHERE id = ANY (?) ORDER BY id",
                JdbcPrincipalRepository::principal,
                Database.Values.of("text", List.copyOf(ids), PrincipalId::value));
    }

    @Override
    public List<Principal> called(String text) {
        return database.query("""
                SELECT * FROM access.principal
                WHERE id = ? OR lower(username) = lower(?) OR lower(email) = lower(?) ORDER BY id
                """, JdbcPrincipalRepository::principal, text, text, text);
    }

    @Override
    public Page<Principal> page(@Nullable PrincipalKind kind, String text, PageRequest page) {
        var part = text.toLowerCase(Locale.ROOT);
        var rows = database.query(
                """
                SELECT * FROM access.principal
                WHERE id > ? AND (CAST(? AS text) IS NULL OR kind = ?)
                  AND position(? IN lower(concat_ws(chr(10), id, name, username, email))) > 0
                ORDER BY id LIMIT ?
                """,
                JdbcPrincipalRepository::principal,
                page.token() == null ? "" : page.token(),
                kind,
                kind,
                part,
                page.size() + 1);
        if (rows.size() <= page.size()) {
            return Page.last(rows);
        }
        var shown = rows.subList(0, page.size());
        return new Page<>(shown, shown.getLast().id().value());
    }

    @Override
    public void add(Principal principal) {
        if (!addIfNew(principal)) {
            throw new Refused(
                    new Problem.AlreadyExists("principal", principal.id().value()));
        }
    }

    @Override
    public Set<PrincipalId> provide(List<Principal> principals) {
        if (principals.isEmpty()) {
            return Set.of();
        }
        var there = provided(principals);
        var added = false;
        for (var principal : principals) {
            if (!there.containsKey(identity(principal))) {
                addIfNew(principal);
                added = true;
            }
        }
        return Set.copyOf((added ? provided(principals) : there).values());
    }

    private Map<Identity, PrincipalId> provided(List<Principal> principals) {
        var found = new HashMap<Identity, PrincipalId>();
        var first = principals.getFirst();
        for (var there : database.query(
                "SELECT * FROM access.principal WHERE provider = ? AND kind = ? AND subject = ANY (?)",
                JdbcPrincipalRepository::principal,
                identity(first).provider(),
                first.kind(),
                Database.Values.of("text", principals, one -> identity(one).subject()))) {
            found.put(identity(there), there.id());
        }
        return found;
    }

    private static Identity identity(Principal provided) {
        return Objects.requireNonNull(provided.identity(), "one that no provider knows");
    }

    private boolean addIfNew(Principal principal) {
        var identity = principal.identity();
        return database.update(
                        """
                INSERT INTO access.principal
                    (id, kind, name, username, email, provider, subject, created_at, last_seen_at, disabled_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
                        principal.id().value(),
                        principal.kind(),
                        principal.name(),
                        principal.username(),
                        principal.email(),
                        identity == null ? null : identity.provider(),
                        identity == null ? null : identity.subject(),
                        principal.createdAt(),
                        principal.lastSeenAt(),
                        principal.disabledAt())
                == 1;
    }

    @Override
    public void update(Principal principal) {
        database.update(
                """
                UPDATE access.principal SET name = ?, username = ?, email = ?, last_seen_at = ?, disabled_at = ?
                WHERE id = ?
                """,
                principal.name(),
                principal.username(),
                principal.email(),
                principal.lastSeenAt(),
                principal.disabledAt(),
                principal.id().value());
        database.wake(Notifications.RIGHTS);
    }

    @Override
    public boolean delete(PrincipalId id) {
        var there = database.update("DELETE FROM access.principal WHERE id = ?", id.value()) == 1;
        database.wake(Notifications.RIGHTS);
        return there;
    }

    @Override
    public List<Principal> groupsOf(PrincipalId member) {
        return database.query("""
                SELECT p.* FROM access.membership m JOIN access.principal p ON p.id = m.grouping
                WHERE m.member = ? ORDER BY p.id
                """, JdbcPrincipalRepository::principal, member.value());
    }

    @Override
    public List<Principal> membersOf(PrincipalId group) {
        return database.query("""
                SELECT p.* FROM access.membership m JOIN access.principal p ON p.id = m.member
                WHERE m.grouping = ? ORDER BY p.id
                """, JdbcPrincipalRepository::principal, group.value());
    }

    @Override
    public boolean isProvided(PrincipalId member, PrincipalId group) {
        return !database.query(
                        "SELECT 1 FROM access.membership WHERE member = ? AND grouping = ? AND provided",
                        _ -> true,
                        member.value(),
                        group.value())
                .isEmpty();
    }

    @Override
    public void join(PrincipalId member, PrincipalId group) {
        database.update("""
                INSERT INTO access.membership (member, grouping, provided) VALUES (?, ?, false)
                ON CONFLICT (member, grouping) DO UPDATE SET provided = false
                """, member.value(), group.value());
        database.wake(Notifications.RIGHTS);
    }

    @Override
    public boolean leave(PrincipalId member, PrincipalId group) {
        var was = database.update(
                        "DELETE FROM access.membership WHERE member = ? AND grouping = ?",
                        member.value(),
                        group.value())
                == 1;
        database.wake(Notifications.RIGHTS);
        return was;
    }

    @Override
    public void joinProvided(PrincipalId member, Set<PrincipalId> groups) {
        var ids = Database.Values.of("text", List.copyOf(groups), PrincipalId::value);
        database.update(
                "DELETE FROM access.membership WHERE member = ? AND provided AND NOT grouping = ANY (?)",
                member.value(),
                ids);
        database.update("""
                INSERT INTO access.membership (member, grouping, provided)
                SELECT ?, joined, true FROM unnest(?) AS joined
                ON CONFLICT (member, grouping) DO NOTHING
                """, member.value(), ids);
        database.wake(Notifications.RIGHTS);
    }

    /** Of a row of {@code access.principal}. */
    static Principal principal(ResultSet row) throws SQLException {
        var provider = row.getString("provider");
        return new Principal(
                new PrincipalId(row.getString("id")),
                PrincipalKind.valueOf(row.getString("kind")),
                row.getString("name"),
                row.getString("username"),
                row.getString("email"),
                provider == null ? null : new Identity(provider, row.getString("subject")),
                Database.requiredInstant(row, "created_at"),
                Database.instant(row, "last_seen_at"),
                Database.instant(row, "disabled_at"));
    }
}
