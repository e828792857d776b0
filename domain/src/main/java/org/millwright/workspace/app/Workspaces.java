package org.millwright.workspace.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.model.Workspace;
import org.millwright.workspace.model.WorkspaceRepository;

/** Reads the workspaces of this server. */
@ApplicationScoped
@Transactional
public class Workspaces {
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
}
