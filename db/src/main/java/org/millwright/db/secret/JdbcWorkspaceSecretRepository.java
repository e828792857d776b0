package org.millwright.db.secret;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.millwright.access.PrincipalId;
import org.millwright.db.Database;
import org.millwright.secret.SecretName;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.secret.model.WorkspaceSecretRepository;
import org.millwright.workspace.WorkspaceName;

/** Secrets of workspaces in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcWorkspaceSecretRepository implements WorkspaceSecretRepository {
    private final Database database;

    @Inject
    public JdbcWorkspaceSecretRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcWorkspaceSecretRepository() {
        this(null);
    }

    @Override
    public Optional<WorkspaceSecret> find(WorkspaceName workspace, SecretName name) {
        return database
                .query(
                        "SELECT * FROM secret.workspace_secret WHERE workspace = ? AND name = ?",
                        JdbcWorkspaceSecretRepository::secret,
                        workspace.value(),
                        name.value())
                .stream()
                .findFirst();
    }

    @Override
    public List<WorkspaceSecret> all(WorkspaceName workspace) {
        return database.query(
                "SELECT * FROM secret.workspace_secret WHERE workspace = ? ORDER BY name",
                JdbcWorkspaceSecretRepository::secret,
                workspace.value());
    }

    @Override
    public void set(WorkspaceSecret secret) {
        database.update(
                """
                INSERT INTO secret.workspace_secret (workspace, name, sealed, set_by, set_at, created_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (workspace, name) DO UPDATE
                SET sealed = EXCLUDED.sealed, set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at
                """,
                secret.workspace().value(),
                secret.name().value(),
                secret.sealed(),
                secret.setBy().value(),
                secret.setAt(),
                secret.createdAt());
    }

    @Override
    public boolean delete(WorkspaceName workspace, SecretName name) {
        return database.update(
                        "DELETE FROM secret.workspace_secret WHERE workspace = ? AND name = ?",
                        workspace.value(),
                        name.value())
                == 1;
    }

    @Override
    public void used(WorkspaceName workspace, Collection<SecretName> names, String run, Instant at) {
        database.update(
                """
                UPDATE secret.workspace_secret SET last_used_at = ?, last_used_by = ?
                WHERE workspace = ? AND name = ANY(?) AND (last_used_at IS NULL OR last_used_at <= ?)
                """, at, run, workspace.value(), Database.Values.of("text", List.copyOf(names), SecretName::value), at);
    }

    private static WorkspaceSecret secret(ResultSet row) throws SQLException {
        return new WorkspaceSecret(
                new WorkspaceName(row.getString("workspace")),
                new SecretName(row.getString("name")),
                row.getString("sealed"),
                new PrincipalId(row.getString("set_by")),
                Database.requiredInstant(row, "set_at"),
                Database.requiredInstant(row, "created_at"),
                Database.instant(row, "last_used_at"),
                row.getString("last_used_by"));
    }
}
