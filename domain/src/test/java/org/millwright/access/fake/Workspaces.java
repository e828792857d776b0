package org.millwright.access.fake;

import java.util.List;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;

/** A server's workspaces, with the usual settings. */
public record Workspaces(List<WorkspaceName> names) implements WorkspaceDirectory {
    @Override
    public WorkspaceSettings settingsOf(WorkspaceName workspace) {
        if (!names.contains(workspace)) {
            throw Refused.notFound("workspace", workspace);
        }
        return WorkspaceSettings.USUAL;
    }
}
