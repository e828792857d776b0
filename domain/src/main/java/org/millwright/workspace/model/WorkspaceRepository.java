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

    /**
     * What keeps the workspace from being deleted, in words such as "experiments"; nothing when it is empty. Until the
     * transaction ends nobody can put anything into it.
     */
    List<String> contents(WorkspaceName name);

    /** Deletes an empty workspace. */
    void delete(WorkspaceName name);
}
