package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.app.AuditChain;
import org.millwright.access.app.AuditSearch;
import org.millwright.access.model.AuditHead;
import org.millwright.access.model.ChainCheck;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** The whole server's audit trail: found, exported, checked, and cut after its oldest part was exported. */
@Path("audit")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class AuditResource {
    private static final int PIECES = 20;

    @Inject
    AuditSearch search;

    @Inject
    AuditChain chain;

    @Inject
    CurrentCaller caller;

    /** Newest first. */
    @GET
    @Audited(value = Trail.READ, kind = "audit trail", resource = "search", part = "{?}")
    @Requires(value = Permission.AUDIT_READ, on = Extent.SERVER)
    public Items<AuditBody> list(
            @BeanParam AuditFilters filters,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(search.page(filters.query(search, null), Paging.of(page, size)), AuditBody::of);
    }

    /** In the order of the chain. */
    @GET
    @Path("export")
    @Produces({"application/jsonl", "text/csv"})
    @Audited(value = Trail.READ, kind = "audit trail", resource = "export", part = "{?}")
    @APIResponse(
            responseCode = "200",
            content = {@Content(mediaType = "application/jsonl"), @Content(mediaType = "text/csv")})
    @Requires(value = Permission.AUDIT_READ, on = Extent.SERVER)
    public Response export(
            @BeanParam AuditFilters filters, @QueryParam("format") @DefaultValue("jsonl") String format) {
        return AuditExport.of(search, filters.query(search, null), format);
    }

    /** How far the chain goes: to be noted where nobody who can write to the database can write. */
    @GET
    @Path("head")
    @Requires(value = Permission.AUDIT_READ, on = Extent.SERVER)
    public HeadBody head() {
        return HeadBody.of(chain.head());
    }

    /**
     * Checks a part of the chain: from its beginning, or behind an entry that a check before came to. It is over when
     * {@code complete} is said, or something is broken.
     */
    @GET
    @Path("check")
    @Audited(value = Trail.READ, kind = "audit trail", resource = "check", part = "{?}")
    @Requires(value = Permission.AUDIT_READ, on = Extent.SERVER)
    public CheckBody check(@QueryParam("after") @Nullable Long after, @QueryParam("hash") @Nullable String hash) {
        var from = after == null ? chain.begin() : new AuditHead(after, Bodies.needed("hash", hash));
        var to = from;
        for (var i = 0; i < PIECES; i++) {
            var piece = chain.check(to);
            if (!piece.isIntact() || piece.to().equals(to)) {
                return CheckBody.of(from, piece.to(), true, piece.broken());
            }
            to = piece.to();
        }
        return CheckBody.of(from, to, false, null);
    }

    /** Takes away the oldest entries, up to one that was exported with all before it. */
    @POST
    @Path("cuts")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public CutBody cut(NewCut given) {
        var cut = Bodies.given(given);
        var last = new AuditHead(Bodies.needed("sequence", cut.sequence()), Bodies.needed("hash", cut.hash()));
        return new CutBody(chain.cut(caller.get(), last, Bodies.needed("archive", cut.archive())));
    }

    record HeadBody(long sequence, String hash) {
        static HeadBody of(AuditHead head) {
            return new HeadBody(head.sequence(), head.hash());
        }
    }

    /**
     * @param from the entry behind which was checked
     * @param to the last that fits
     * @param complete whether this was the end of the chain, or of what holds
     * @param brokenAt the first entry that does not fit; absent when all do
     */
    record CheckBody(
            HeadBody from,
            HeadBody to,
            boolean complete,
            boolean intact,
            @Nullable Long brokenAt,
            @Nullable String reason) {
        static CheckBody of(AuditHead from, AuditHead to, boolean complete, ChainCheck.@Nullable Break broken) {
            return new CheckBody(
                    HeadBody.of(from),
                    HeadBody.of(to),
                    complete,
                    broken == null,
                    broken == null ? null : broken.sequence(),
                    broken == null ? null : broken.why());
        }
    }

    /** @param archive SHA-256 of the file that has them */
    record NewCut(
            @Nullable Long sequence,
            @Nullable String hash,
            @Nullable String archive) {}

    record CutBody(int removed) {}
}
