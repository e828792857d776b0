package org.millwright.wire.mlflow;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.ext.Provider;
import org.millwright.wire.http.PermissionFilter;
import org.millwright.workspace.WorkspaceName;

/**
 * MLflow's clients name a workspace in a header (since 3.10), or in the address that they are pointed at; those that name
 * none mean the first one.
 */
@Provider
public class WorkspaceFilter extends PermissionFilter {
    private static final String HEADER = "X-MLFLOW-WORKSPACE";

    @Override
    protected WorkspaceName workspaceOf(ContainerRequestContext request) {
        var addressed = WorkspaceAddress.of(request);
        var header = request.getHeaderString(HEADER);
        var named = header == null || header.isBlank() ? null : WorkspaceNames.parse(header.strip());
        if (addressed == null) {
            return named == null ? WorkspaceName.MAIN : named;
        }
        var workspace = WorkspaceNames.parse(addressed);
        if (named != null && !named.equals(workspace)) {
            throw new RequestRefused(MlflowError.invalid(
                    "The tracking address names workspace '%s' and the header %s names '%s'. Name one."
                            .formatted(workspace, HEADER, named)));
        }
        return workspace;
    }
}
