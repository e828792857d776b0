package org.millwright.wire.mlflow;

import org.millwright.workspace.WorkspaceName;

/** MLflow's clients call the workspace that is there from the start {@code default}; here it is {@code main}. */
final class WorkspaceNames {
    private static final String DEFAULT = "default";

    private WorkspaceNames() {}

    /** @param text either word for the first one */
    static WorkspaceName parse(String text) {
        return text.equals(DEFAULT) ? WorkspaceName.MAIN : new WorkspaceName(text);
    }

    static String of(WorkspaceName workspace) {
        return workspace.equals(WorkspaceName.MAIN) ? DEFAULT : workspace.value();
    }
}
