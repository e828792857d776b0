package org.millwright.access.fake;

import java.util.List;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;

/** A server's workspaces, of which only the names are asked for. */
public record Workspaces(List<WorkspaceName> names) implements WorkspaceDirectory {
    @Override
    public WorkspaceSettings settingsOf(WorkspaceName workspace) {
        throw new UnsupportedOperationException();
    }
}
