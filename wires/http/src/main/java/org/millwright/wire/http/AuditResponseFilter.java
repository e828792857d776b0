package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import org.millwright.access.AuditTrace;
import org.millwright.access.app.AuditRecords;
import org.millwright.workspace.WorkspaceName;

/**
 * Puts on the audit trail which secret or data is about to be sent, and which operation changed something without a row
 * that tells of it. Each wire lists it in its application. When the trail cannot be written, nothing is given out.
 */
@Provider
public class AuditResponseFilter implements ContainerResponseFilter {
    private static final int FIRST_ERROR = 400;

    @Inject
    AuditRecords records;

    @Context
    ResourceInfo resource;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        var method = resource.getResourceMethod();
        if (method == null || response.getStatus() >= FIRST_ERROR) {
            return;
        }
        var operation = AuditedOperation.of(resource.getResourceClass(), method);
        var address = request.getUriInfo();
        WorkspaceName workspace =
                AuditTrace.current().flatMap(AuditTrace::workspace).orElse(null);
        switch (operation.trail()) {
            case CHANGE ->
                records.called(workspace, operation.kind(), operation.resource(address), operation.part(address));
            case READ -> {
                if (!request.getMethod().equals("HEAD")) {
                    var of = operation.resource(address);
                    records.read(operation.kind(), workspace, of == null ? "" : of, operation.part(address));
                }
            }
            case ROW, NOTHING -> {
                // Told by the database, or not at all.
            }
        }
    }
}
