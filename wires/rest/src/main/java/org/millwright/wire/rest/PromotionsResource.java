package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.Promotions;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.Target;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.rest.PromotionRequestsResource.RequestBody;

/** Promotions of model versions: at once, or by the approvals that a policy wants; roll backs, and who held what. */
@Path("workspaces/{workspace}/models")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class PromotionsResource {
    @Inject
    Promotions promotions;

    @Inject
    ModelRegistry registry;

    @Inject
    CurrentCaller caller;

    /** Promotes, or asks for the approvals that it takes: 200 when the version is there, 202 while others must agree. */
    @POST
    @Path("{model}/versions/{version}/promote")
    @APIResponseSchema(value = OutcomeBody.class, responseCode = "200")
    @APIResponse(
            responseCode = "202",
            description = "Others must agree.",
            content = @Content(schema = @Schema(implementation = OutcomeBody.class)))
    @Requires(Permission.MODEL_WRITE)
    public Response promote(@PathParam("model") String name, @PathParam("version") String version, NewPromotion given) {
        var wanted = Bodies.given(given);
        var target = Target.parse(Bodies.needed("to", wanted.to()));
        var id = registry.getVersion(caller.workspace(), new ModelName(name), version)
                .id();
        var outcome = promotions.promote(caller.workspace(), id, target, principal(), Bodies.orEmpty(wanted.comment()));
        return switch (outcome) {
            case Promotions.Outcome.Promoted(var promotion) ->
                Response.ok(new OutcomeBody("promoted", PromotionBody.of(promotion), null))
                        .build();
            case Promotions.Outcome.Unchanged() ->
                Response.ok(new OutcomeBody("unchanged", null, null)).build();
            case Promotions.Outcome.Waiting(var request, var policy) ->
                Response.status(Response.Status.ACCEPTED)
                        .entity(new OutcomeBody("waiting", null, RequestBody.of(new Promotions.Asked(request, policy))))
                        .build();
        };
    }

    /** Gives a place back to the version that held it before. */
    @POST
    @Path("{model}/roll-back")
    @Requires(Permission.MODEL_WRITE)
    public PromotionBody rollBack(@PathParam("model") String name, RollBack given) {
        var wanted = Bodies.given(given);
        return PromotionBody.of(promotions.rollBack(
                caller.workspace(),
                new ModelName(name),
                Target.parse(Bodies.needed("target", wanted.target())),
                caller.get(),
                Bodies.orEmpty(wanted.comment())));
    }

    /**
     * Lists who held which place of the model, the newest first.
     *
     * @param target a stage or an @alias; all when left out
     */
    @GET
    @Path("{model}/promotions")
    @Requires(Permission.MODEL_READ)
    public Items<PromotionBody> history(
            @PathParam("model") String name, @QueryParam("target") @Nullable String target) {
        var model = registry.get(caller.workspace(), new ModelName(name));
        return Items.all(
                promotions
                        .history(caller.workspace(), model.name(), target == null ? null : Target.parse(target))
                        .stream()
                        .map(PromotionBody::of)
                        .toList());
    }

    /** Lists which places of the model are guarded, and by whom. */
    @GET
    @Path("{model}/policies")
    @Requires(Permission.MODEL_READ)
    public Items<PolicyBody> policies(@PathParam("model") String name) {
        var model = registry.get(caller.workspace(), new ModelName(name));
        return Items.all(promotions.policies(caller.workspace(), model.name()).stream()
                .map(PolicyBody::of)
                .toList());
    }

    /**
     * Guards a place: promotions to it need approvals from then on.
     *
     * @param target a stage or an @alias
     */
    @PUT
    @Path("{model}/policies/{target}")
    @Requires(Permission.MODEL_POLICY)
    public PolicyBody guard(@PathParam("model") String name, @PathParam("target") String target, NewPolicy given) {
        var wanted = Bodies.given(given);
        var approvers = new HashSet<PrincipalId>();
        Bodies.orEmpty(wanted.approvers())
                .forEach(approver -> approvers.add(new PrincipalId(Bodies.needed("approvers", approver))));
        return PolicyBody.of(promotions.guard(
                caller.workspace(),
                new ModelName(name),
                Target.parse(target),
                Bodies.needed("needed", wanted.needed()),
                approvers,
                principal()));
    }

    /**
     * Guards a place no more.
     *
     * @param target a stage or an @alias
     */
    @DELETE
    @Path("{model}/policies/{target}")
    @Requires(Permission.MODEL_POLICY)
    public void unguard(@PathParam("model") String name, @PathParam("target") String target) {
        promotions.unguard(caller.workspace(), new ModelName(name), Target.parse(target));
    }

    /** Lists the requests of a model, the newest first, those that have ended too. */
    @GET
    @Path("{model}/promotion-requests")
    @Requires(Permission.MODEL_READ)
    public Items<RequestBody> requests(@PathParam("model") String name) {
        var model = registry.get(caller.workspace(), new ModelName(name));
        return Items.all(promotions.requests(caller.workspace(), model.name()).stream()
                .map(RequestBody::of)
                .toList());
    }

    private PrincipalId principal() {
        return caller.get().principal();
    }

    @Schema(requiredProperties = "to", examples = "{\"to\": \"Production\", \"comment\": \"Better on every segment\"}")
    record NewPromotion(@Nullable String to, @Nullable String comment) {}

    @Schema(
            requiredProperties = "target",
            examples = "{\"target\": \"Production\", \"comment\": \"Slower than promised\"}")
    record RollBack(@Nullable String target, @Nullable String comment) {}

    @Schema(
            name = "NewApprovalPolicy",
            requiredProperties = "needed",
            examples = "{\"needed\": 2, \"approvers\": [\"ben\", \"cleo\"]}")
    record NewPolicy(@Nullable Integer needed, @Nullable List<String> approvers) {}

    /** @param outcome promoted, unchanged or waiting */
    @Schema(name = "PromotionOutcome")
    record OutcomeBody(
            String outcome,
            @Nullable PromotionBody promotion,
            @Nullable RequestBody request) {}

    record PromotionBody(
            String model,
            String target,
            @Nullable Integer version,
            @Nullable Integer previous,
            String how,
            String by,
            String comment,
            @Nullable String request,
            Instant at) {
        static PromotionBody of(Promotion promotion) {
            return new PromotionBody(
                    promotion.model().value(),
                    promotion.target().label(),
                    promotion.version(),
                    promotion.previous(),
                    promotion.how().name().toLowerCase(Locale.ROOT),
                    promotion.by().value(),
                    promotion.comment(),
                    promotion.request() == null ? null : promotion.request().toString(),
                    promotion.at());
        }
    }

    @Schema(name = "ApprovalPolicy")
    record PolicyBody(
            String target, int needed, List<String> approvers, String inWords, String changedBy, Instant changedAt) {
        static PolicyBody of(ApprovalPolicy policy) {
            return new PolicyBody(
                    policy.target().label(),
                    policy.needed(),
                    policy.approvers().stream().map(PrincipalId::value).sorted().toList(),
                    policy.inWords(),
                    policy.changedBy().value(),
                    policy.changedAt());
        }
    }
}
