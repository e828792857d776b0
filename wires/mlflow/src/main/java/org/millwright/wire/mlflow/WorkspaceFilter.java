package org.millwright.wire.mlflow;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.ext.Provider;
import org.millwright.wire.http.PermissionFilter;
import org.millwright.workspace.WorkspaceName;

/** MLflow's clients name a workspace in a header (since 3.10); those that name none mean the main one. */
@Provider
public class WorkspaceFilter extends PermissionFilter {
    private static final String HEADER = "X-MLFLOW-WORKSPACE";

    @Override
    protected WorkspaceName workspaceOf(ContainerRequestContext request) {
        var name = request.getHeaderString(HEADER);
        return name == null || name.isBlank() ? WorkspaceName.MAIN : new WorkspaceName(name.strip());
    }
}
