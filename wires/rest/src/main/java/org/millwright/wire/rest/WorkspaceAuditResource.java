package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.app.AuditSearch;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** The entries of the audit trail that are about one workspace, for those who look after it. */
@Path("workspaces/{workspace}/audit")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class WorkspaceAuditResource {
    @Inject
    AuditSearch search;

    @Inject
    CurrentCaller caller;

    /** Newest first. */
    @GET
    @Audited(value = Trail.READ, kind = "audit trail", resource = "search", part = "{?}")
    @Requires(Permission.AUDIT_READ)
    public Items<AuditBody> list(
            @BeanParam AuditFilters filters,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(search.page(filters.query(search, workspace()), Paging.of(page, size)), AuditBody::of);
    }

    /** In the order of the chain. Each line can be checked by its hash; that none is left out, only in the whole chain. */
    @GET
    @Path("export")
    @Produces({"application/jsonl", "text/csv"})
    @Audited(value = Trail.READ, kind = "audit trail", resource = "export", part = "{?}")
    @APIResponse(
            responseCode = "200",
            content = {@Content(mediaType = "application/jsonl"), @Content(mediaType = "text/csv")})
    @Requires(Permission.AUDIT_READ)
    public Response export(
            @BeanParam AuditFilters filters, @QueryParam("format") @DefaultValue("jsonl") String format) {
        return AuditExport.of(search, filters.query(search, workspace()), format);
    }

    private String workspace() {
        return caller.workspace().value();
    }
}
