package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.app.Promotions;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Requests that ask others to approve a promotion, and what they say. */
@Path("workspaces/{workspace}/promotion-requests")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class PromotionRequestsResource {
    @Inject
    Promotions promotions;

    @Inject
    CurrentCaller caller;

    /**
     * Lists the requests that wait, the oldest first.
     *
     * @param waitingForMe only those that wait for the caller's word
     */
    @GET
    @Requires(Permission.MODEL_READ)
    public Items<RequestBody> open(@QueryParam("waiting_for_me") @DefaultValue("false") boolean waitingForMe) {
        var asked = waitingForMe
                ? promotions.waitingFor(caller.workspace(), caller.get())
                : promotions.open(caller.workspace());
        return Items.all(asked.stream().map(RequestBody::of).toList());
    }

    /** Reads a request and the votes on it. */
    @GET
    @Path("{request}")
    @Requires(Permission.MODEL_READ)
    public RequestBody request(@PathParam("request") String request) {
        return RequestBody.of(promotions.get(caller.workspace(), PromotionRequestId.parse(request)));
    }

    /** Approves a promotion. The last approval that it takes carries it out. */
    @POST
    @Path("{request}/approve")
    @Requires(Permission.MODEL_APPROVE)
    public RequestBody approve(@PathParam("request") String request, @Nullable Said said) {
        return RequestBody.of(
                promotions.approve(caller.workspace(), PromotionRequestId.parse(request), principal(), comment(said)));
    }

    /** Rejects a promotion, which ends the request. */
    @POST
    @Path("{request}/reject")
    @Requires(Permission.MODEL_APPROVE)
    public RequestBody reject(@PathParam("request") String request, @Nullable Said said) {
        return RequestBody.of(
                promotions.reject(caller.workspace(), PromotionRequestId.parse(request), principal(), comment(said)));
    }

    /** Withdraws a request that the caller made. */
    @POST
    @Path("{request}/withdraw")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.MODEL_WRITE)
    public RequestBody withdraw(@PathParam("request") String request) {
        return RequestBody.of(promotions.withdraw(caller.workspace(), PromotionRequestId.parse(request), principal()));
    }

    private PrincipalId principal() {
        return caller.get().principal();
    }

    private static String comment(@Nullable Said said) {
        return said == null ? "" : Bodies.orEmpty(said.comment());
    }

    @Schema(name = "VoteComment", examples = "{\"comment\": \"Looked at the drift report\"}")
    record Said(@Nullable String comment) {}

    record VoteBody(String by, boolean approved, String comment, Instant at) {}

    /** @param needed approvals; absent when no policy guards the place any more */
    @Schema(name = "PromotionRequest")
    record RequestBody(
            String id,
            String model,
            int version,
            String target,
            String state,
            String requester,
            String comment,
            Instant createdAt,
            int approvals,
            @Nullable Integer needed,
            @Nullable String policy,
            List<VoteBody> votes) {
        static RequestBody of(Promotions.Asked asked) {
            PromotionRequest request = asked.request();
            var policy = asked.policy();
            return new RequestBody(
                    request.id().toString(),
                    request.version().name().value(),
                    request.version().version(),
                    request.target().label(),
                    request.state().label(),
                    request.requester().value(),
                    request.comment(),
                    request.createdAt(),
                    request.approvals(policy),
                    policy == null ? null : policy.needed(),
                    policy == null ? null : policy.inWords(),
                    request.votes().stream()
                            .map(vote -> new VoteBody(vote.by().value(), vote.approved(), vote.comment(), vote.at()))
                            .toList());
        }
    }
}
