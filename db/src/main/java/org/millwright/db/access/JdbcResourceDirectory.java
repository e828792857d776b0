package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.spi.ResourceDirectory;
import org.millwright.db.Database;
import org.millwright.workspace.WorkspaceName;

/** The things of all contexts that a role can be given on, in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcResourceDirectory implements ResourceDirectory {
    private final Database database;

    @Inject
    public JdbcResourceDirectory(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcResourceDirectory() {
        this(null);
    }

    @Override
    public Optional<Resource> find(ResourceKind kind, WorkspaceName workspace, String name) {
        var ids =
                switch (kind) {
                    // A number is a number before it is a name.
                    case EXPERIMENT ->
                        database.query("""
                            SELECT id::text FROM experiment.experiment
                            WHERE workspace = ? AND deleted_at IS NULL AND (id::text = ? OR name = ?)
                            ORDER BY id::text = ? DESC
                            """, row -> row.getString(1), workspace.value(), name, name, name);
                    case MODEL -> named("registry.registered_model", workspace, name);
                    case ENDPOINT -> named("endpoint.online_endpoint", workspace, name);
                    case COMPUTE -> named("compute.target", workspace, name);
                };
        return ids.stream().findFirst().map(id -> new Resource(kind, workspace, id));
    }

    private List<String> named(String table, WorkspaceName workspace, String name) {
        return database.query(
                "SELECT name FROM " + table + " WHERE workspace = ? AND name = ?",
                row -> row.getString(1),
                workspace.value(),
                name);
    }

    @Override
    public Map<Resource, String> names(Collection<Resource> resources) {
        var numbered = resources.stream()
                .filter(resource -> resource.kind() == ResourceKind.EXPERIMENT)
                .toList();
        var names = new HashMap<Resource, String>();
        if (!numbered.isEmpty()) {
            database.query(
                            """
                            SELECT workspace, id::text, name FROM experiment.experiment
                            WHERE id = ANY (SELECT one::bigint FROM unnest(?) AS one WHERE one ~ '^[0-9]{1,18}$')
                            """,
                            row -> Map.entry(
                                    new Resource(
                                            ResourceKind.EXPERIMENT,
                                            new WorkspaceName(row.getString(1)),
                                            row.getString(2)),
                                    row.getString(3)),
                            Database.Values.of("text", numbered, Resource::id))
                    .forEach(found -> names.put(found.getKey(), found.getValue()));
            names.keySet().retainAll(numbered);
        }
        return names;
    }
}
