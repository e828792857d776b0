package org.millwright.wire.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.ext.Provider;
import org.millwright.wire.http.PermissionFilter;
import org.millwright.workspace.WorkspaceName;

/** Our API names the workspace in the path; what is about no workspace is checked in the main one. */
@Provider
public class PathPermissionFilter extends PermissionFilter {
    static final String WORKSPACE = "workspace";

    @Override
    protected WorkspaceName workspaceOf(ContainerRequestContext request) {
        var named = request.getUriInfo().getPathParameters().getFirst(WORKSPACE);
        return named == null ? WorkspaceName.MAIN : new WorkspaceName(named);
    }
}
