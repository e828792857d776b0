package org.millwright.workspace.model;

import java.util.List;
import java.util.Optional;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** Keeps workspaces. */
public interface WorkspaceRepository {
    Optional<Workspace> find(WorkspaceName name);

    /** Every workspace, by name. */
    List<Workspace> all();

    void save(Change<Workspace> change);
}
