package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import org.millwright.access.AuditTrace;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

/**
 * Checks the permission that a resource method names; a method that names none and is not public is refused. A wire
 * extends it to say which workspace a request is about, and lists it in its application.
 */
public abstract class PermissionFilter implements ContainerRequestFilter {
    @Inject
    CurrentCaller caller;

    @Inject
    Workspaces workspaces;

    @Context
    ResourceInfo resource;

    /** @throws Refused when the request names a workspace that no workspace can be called */
    protected abstract WorkspaceName workspaceOf(ContainerRequestContext request);

    @Override
    public void filter(ContainerRequestContext request) {
        var method = resource.getResourceMethod();
        if (method.isAnnotationPresent(Public.class)
                || resource.getResourceClass().isAnnotationPresent(Public.class)) {
            return;
        }
        var operation = AuditedOperation.of(resource.getResourceClass(), method);
        AuditTrace.current()
                .ifPresent(trace -> trace.operation(operation.name(request.getUriInfo()), operation.isChange()));
        caller.about(workspaceOf(request));
        var required = method.getAnnotation(Requires.class);
        if (required == null) {
            throw new Refused(new Problem.Forbidden(
                    "call " + request.getUriInfo().getPath(), "the operation does not say which permission it needs"));
        }
        caller.enter(required);
        // Roles on the whole server reach every workspace, also one that is not there.
        if (!caller.workspace().equals(WorkspaceName.MAIN)) {
            workspaces.get(caller.workspace());
        }
    }
}
