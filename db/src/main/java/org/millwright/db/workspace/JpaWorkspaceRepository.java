package org.millwright.db.workspace;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.millwright.db.Database;
import org.millwright.db.Outbox;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.model.Workspace;
import org.millwright.workspace.model.WorkspaceRepository;

/** Workspaces in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaWorkspaceRepository implements WorkspaceRepository {
    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaWorkspaceRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaWorkspaceRepository() {
        this(null, null);
    }

    @Override
    public Optional<Workspace> find(WorkspaceName name) {
        return database.find(WorkspaceRow.class, name.value()).map(WorkspaceRow::toWorkspace);
    }

    @Override
    public List<Workspace> all() {
        return database.entities()
                .createQuery("SELECT w FROM WorkspaceRow w ORDER BY w.name", WorkspaceRow.class)
                .getResultStream()
                .map(WorkspaceRow::toWorkspace)
                .toList();
    }

    /** Whatever refers to the workspace counts, of whichever context, unless it is told to go along with it. */
    @Override
    public List<String> contents(WorkspaceName name) {
        database.findForUpdate(WorkspaceRow.class, name.value());
        var tables = database.query(
                """
                SELECT DISTINCT format('%I.%I', n.nspname, c.relname) AS name, c.relname AS words, a.attname AS holder
                FROM pg_constraint k
                JOIN pg_class c ON c.oid = k.conrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                WHERE k.contype = 'f' AND k.confrelid = CAST('workspace.workspace' AS regclass)
                    AND k.confdeltype <> 'c' AND NOT c.relispartition
                ORDER BY words
                """, row -> new Referring(row.getString("name"), row.getString("words"), row.getString("holder")));
        return tables.stream()
                .filter(table -> holds(table, name))
                .map(Referring::plural)
                .toList();
    }

    @Override
    public void delete(WorkspaceName name) {
        database.update("DELETE FROM workspace.workspace WHERE name = ?", name.value());
    }

    /** A table with a column that names a workspace; both come from the catalog, quoted where they need it. */
    private record Referring(String table, String name, String column) {
        String plural() {
            return name.replace('_', ' ') + "s";
        }
    }

    private boolean holds(Referring table, WorkspaceName workspace) {
        return database.query(
                        "SELECT EXISTS (SELECT 1 FROM %s WHERE \"%s\" = ?) AS held"
                                .formatted(table.table(), table.column()),
                        row -> row.getBoolean("held"),
                        workspace.value())
                .getFirst();
    }

    @Override
    public void save(Change<Workspace> change) {
        var workspace = change.next();
        var name = workspace.name().value();
        if (workspace.revision().isUnsaved()) {
            database.add(new WorkspaceRow(workspace), "workspace", name);
        } else {
            database.current(WorkspaceRow.class, name, workspace.revision(), "workspace", name)
                    .write(workspace);
            database.flush("workspace", name);
        }
        outbox.append(change.events());
    }
}
