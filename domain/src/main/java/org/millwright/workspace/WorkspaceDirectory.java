package org.millwright.workspace;

import java.util.List;

/** What other contexts may ask about workspaces. */
public interface WorkspaceDirectory {
    List<WorkspaceName> names();

    /** @throws org.millwright.shared.Refused with NotFound when there is no such workspace */
    WorkspaceSettings settingsOf(WorkspaceName workspace);
}
