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
