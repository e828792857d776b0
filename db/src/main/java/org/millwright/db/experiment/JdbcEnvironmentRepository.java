package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.db.Database;
import org.millwright.db.Json;
import org.millwright.db.JsonText;
import org.millwright.experiment.model.EnvironmentRepository;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.workspace.WorkspaceName;

/** Registered environments in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcEnvironmentRepository implements EnvironmentRepository {
    private final Database database;

    @Inject
    public JdbcEnvironmentRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcEnvironmentRepository() {
        this(null);
    }

    /** A specification as it is stored; its components keep their names. */
    record SpecDocument(
            @Nullable String python,
            List<String> packages,
            @Nullable String image) {}

    @Override
    public Optional<RegisteredEnvironment> find(WorkspaceName workspace, String name, String version) {
        return database
                .query(
                        "SELECT * FROM experiment.environment WHERE workspace = ? AND name = ? AND version = ?",
                        JdbcEnvironmentRepository::environment,
                        workspace.value(),
                        name,
                        version)
                .stream()
                .findFirst();
    }

    @Override
    public List<RegisteredEnvironment> versions(WorkspaceName workspace, String name) {
        return database.query(
                "SELECT * FROM experiment.environment WHERE workspace = ? AND name = ? ORDER BY sequence DESC",
                JdbcEnvironmentRepository::environment,
                workspace.value(),
                name);
    }

    @Override
    public List<RegisteredEnvironment> newest(WorkspaceName workspace, boolean archived) {
        return database.query("""
                SELECT DISTINCT ON (name) * FROM experiment.environment
                WHERE workspace = ? AND (archived_at IS NULL OR ?)
                ORDER BY name, archived_at IS NOT NULL, sequence DESC
                """, JdbcEnvironmentRepository::environment, workspace.value(), archived);
    }

    @Override
    public boolean add(RegisteredEnvironment environment) {
        var spec = environment.spec();
        return database.update(
                        """
                        INSERT INTO experiment.environment
                            (workspace, name, version, description, tags, spec, created_by, created_at)
                        VALUES (?, ?, ?, ?, CAST(? AS jsonb), CAST(? AS jsonb), ?, ?)
                        ON CONFLICT (workspace, name, version) DO NOTHING
                        """,
                        environment.workspace().value(),
                        environment.name(),
                        environment.version(),
                        environment.description(),
                        Json.write(environment.tags()).value(),
                        Json.write(new SpecDocument(spec.pythonVersion(), spec.packages(), spec.image()))
                                .value(),
                        environment.createdBy(),
                        environment.createdAt())
                == 1;
    }

    @Override
    public void store(RegisteredEnvironment environment) {
        database.update(
                "UPDATE experiment.environment SET archived_at = ? WHERE workspace = ? AND name = ? AND version = ?",
                environment.archivedAt(),
                environment.workspace().value(),
                environment.name(),
                environment.version());
    }

    private static RegisteredEnvironment environment(ResultSet row) throws SQLException {
        var spec = Json.read(new JsonText(row.getString("spec")), SpecDocument.class);
        return new RegisteredEnvironment(
                new WorkspaceName(row.getString("workspace")),
                row.getString("name"),
                row.getString("version"),
                row.getString("description"),
                Json.texts(row.getString("tags")),
                new EnvironmentSpec(spec.python(), spec.packages(), spec.image(), null),
                row.getString("created_by"),
                Database.requiredInstant(row, "created_at"),
                Database.instant(row, "archived_at"));
    }
}
