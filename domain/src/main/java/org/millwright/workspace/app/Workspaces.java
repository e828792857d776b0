package org.millwright.workspace.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.function.UnaryOperator;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;
import org.millwright.workspace.model.Workspace;
import org.millwright.workspace.model.WorkspaceRepository;

/** Reads the workspaces of this server, and keeps what their people decide about them. */
@ApplicationScoped
@Transactional
public class Workspaces implements WorkspaceDirectory {
    private final WorkspaceRepository workspaces;

    @Inject
    public Workspaces(WorkspaceRepository workspaces) {
        this.workspaces = workspaces;
    }

    @SuppressWarnings("NullAway")
    protected Workspaces() {
        this.workspaces = null;
    }

    public Workspace get(WorkspaceName name) {
        return workspaces.find(name).orElseThrow(() -> Refused.notFound("workspace", name));
    }

    public List<Workspace> list() {
        return workspaces.all();
    }

    /** @param decision what shall hold instead of what holds now */
    public Workspace decide(WorkspaceName name, UnaryOperator<WorkspaceSettings> decision) {
        var workspace = get(name);
        var change = workspace.decide(decision.apply(workspace.settings()));
        if (!change.next().equals(workspace)) {
            workspaces.save(change);
        }
        return change.next();
    }

    @Override
    public WorkspaceSettings settingsOf(WorkspaceName name) {
        return get(name).settings();
    }

    @Override
    public List<WorkspaceName> names() {
        return workspaces.all().stream().map(Workspace::name).toList();
    }
}
