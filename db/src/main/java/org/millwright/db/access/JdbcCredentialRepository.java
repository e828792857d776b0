package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.db.Database;
import org.millwright.shared.Notifications;
import org.millwright.workspace.WorkspaceName;

/** Credentials in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcCredentialRepository implements CredentialRepository {
    private final Database database;

    @Inject
    public JdbcCredentialRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcCredentialRepository() {
        this(null);
    }

    /** A line of the join: the credential again with each role. */
    private record Line(
            Credential credential,
            String principalName,
            boolean disabled,
            @Nullable Grant grant) {}

    @Override
    public Optional<Holder> findByDigest(String digest) {
        var lines = database.query(
                """
                SELECT c.*, p.name AS principal_name, p.disabled_at IS NOT NULL AS disabled, %s
                FROM access.credential c
                JOIN access.principal p ON p.id = c.principal
                LEFT JOIN (access.role_assignment a JOIN access.role r ON r.name = a.role)
                  ON a.principal = p.id
                  OR a.principal IN (
                      SELECT m.grouping FROM access.membership m JOIN access.principal g ON g.id = m.grouping
                      WHERE m.member = p.id AND g.disabled_at IS NULL)
                WHERE c.digest = ?
                """.formatted(Grants.COLUMNS),
                row -> new Line(
                        credential(row), row.getString("principal_name"), row.getBoolean("disabled"), Grants.read(row)),
                digest);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        var grants = new ArrayList<Grant>();
        for (var line : lines) {
            if (line.grant() != null) {
                grants.add(line.grant());
            }
        }
        var first = lines.getFirst();
        return Optional.of(
                new Holder(first.credential(), first.principalName(), first.disabled(), List.copyOf(grants)));
    }

    @Override
    public Optional<Credential> find(CredentialId id) {
        return database
                .query("SELECT * FROM access.credential WHERE id = ?", JdbcCredentialRepository::credential, id.value())
                .stream()
                .findFirst();
    }

    @Override
    public List<Credential> of(PrincipalId principal, CredentialKind kind) {
        return database.query(
                "SELECT * FROM access.credential WHERE principal = ? AND kind = ? ORDER BY created_at, id",
                JdbcCredentialRepository::credential,
                principal.value(),
                kind);
    }

    @Override
    public void add(Credential credential) {
        var confinement = credential.confinement();
        var workspace = confinement.workspace();
        var madeWith = credential.madeWith();
        database.update(
                """
                INSERT INTO access.credential
                    (id, kind, principal, name, digest, run, permissions, only_workspace, until, made_with, created_at,
                     expires_at, revoked_at, last_used_at, last_used_from)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                credential.id().value(),
                credential.kind(),
                credential.principal().value(),
                credential.name(),
                credential.digest(),
                credential.run(),
                confinement.isOfAllPermissions()
                        ? null
                        : Database.Values.of(
                                "text",
                                confinement.permissions().stream().sorted().toList(),
                                Permission::name),
                workspace == null ? null : workspace.value(),
                confinement.until(),
                madeWith == null ? null : madeWith.value(),
                credential.createdAt(),
                credential.expiresAt(),
                credential.revokedAt(),
                credential.lastUsedAt(),
                credential.lastUsedFrom());
    }

    @Override
    public boolean revoke(CredentialId id, Instant at) {
        // The second of two waits for the first's row lock, and then finds it revoked.
        var revoked = database.update(
                        "UPDATE access.credential SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                        at,
                        id.value())
                == 1;
        database.wake(Notifications.RIGHTS);
        return revoked;
    }

    @Override
    public void revokeOfRun(String run, Instant at) {
        database.update("UPDATE access.credential SET revoked_at = ? WHERE run = ? AND revoked_at IS NULL", at, run);
        database.wake(Notifications.RIGHTS);
    }

    @Override
    public void revokeMadeWith(CredentialId secret, Instant at) {
        database.update(
                "UPDATE access.credential SET revoked_at = ? WHERE made_with = ? AND revoked_at IS NULL",
                at,
                secret.value());
        database.wake(Notifications.RIGHTS);
    }

    @Override
    public void touch(CredentialId id, Instant at, String address) {
        // Requests with one token come together; one of them writing is enough, and none waits for another.
        database.update("""
                UPDATE access.credential SET last_used_at = ?, last_used_from = ?
                WHERE id IN (
                    SELECT id FROM access.credential
                    WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)
                    FOR UPDATE SKIP LOCKED)
                """, at, address, id.value(), at);
    }

    @Override
    public void forgetAccessTokens(Instant endedBefore) {
        database.update("""
                DELETE FROM access.credential
                WHERE id IN (
                    SELECT id FROM access.credential WHERE kind = 'ACCESS_TOKEN' AND expires_at < ?
                    LIMIT 5000 FOR UPDATE SKIP LOCKED)
                """, endedBefore);
    }

    @Override
    public boolean useOnce(String digest, Instant until, Instant now) {
        database.update("""
                DELETE FROM access.used_statement
                WHERE digest IN (
                    SELECT digest FROM access.used_statement WHERE until < ? LIMIT 5000 FOR UPDATE SKIP LOCKED)
                """, now);
        // The second of two waits for the first's commit, and then finds the row.
        return database.update(
                        "INSERT INTO access.used_statement (digest, until) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        digest,
                        until)
                == 1;
    }

    private static Confinement confinement(ResultSet row) throws SQLException {
        var permissions = row.getArray("permissions");
        var workspace = row.getString("only_workspace");
        return new Confinement(
                permissions == null ? Confinement.NONE.permissions() : permissions((String[]) permissions.getArray()),
                workspace == null ? null : new WorkspaceName(workspace),
                Database.instant(row, "until"));
    }

    private static Set<Permission> permissions(String[] names) {
        return Arrays.stream(names).map(Permission::valueOf).collect(Collectors.toUnmodifiableSet());
    }

    private static Credential credential(ResultSet row) throws SQLException {
        var madeWith = row.getObject("made_with", UUID.class);
        return new Credential(
                new CredentialId(row.getObject("id", UUID.class)),
                CredentialKind.valueOf(row.getString("kind")),
                new PrincipalId(row.getString("principal")),
                row.getString("name"),
                row.getString("digest"),
                row.getString("run"),
                confinement(row),
                madeWith == null ? null : new CredentialId(madeWith),
                Database.requiredInstant(row, "created_at"),
                Database.instant(row, "expires_at"),
                Database.instant(row, "revoked_at"),
                Database.instant(row, "last_used_at"),
                row.getString("last_used_from"));
    }
}
