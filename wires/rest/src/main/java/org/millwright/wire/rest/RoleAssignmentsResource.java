package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Effect;
import org.millwright.access.Permission;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Who holds which role where, and to whom it is denied. What is given or taken holds from the next request on. */
@Path("role-assignments")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class RoleAssignmentsResource {
    @Inject
    Roles roles;

    @Inject
    Principals principals;

    @Inject
    CurrentCaller caller;

    /**
     * Lists roles that were given and denied, the newest first, where the caller may see them.
     *
     * @param principal an id, a username or an e-mail address; with what they hold through groups
     * @param scope of a workspace also those on single things in it; all when it is left out
     */
    @GET
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public Items<AssignmentBody> list(
            @QueryParam("principal") @Nullable String principal, @BeanParam ScopeFilters scope) {
        var on = scope.read(roles, caller.get());
        var given = principal == null
                ? roles.assignments(caller.get(), on)
                : roles.heldBy(
                        caller.get(),
                        ScopeBody.there("principal", () -> principals.called(principal))
                                .id(),
                        on);
        return Items.all(given.stream().map(AssignmentBody::of).toList());
    }

    /**
     * Gives a role to somebody, or denies it to them; again is harmless, and answers what there is. The caller must manage access
     * there, and hold all that they give.
     */
    @POST
    @APIResponseSchema(value = AssignmentBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public Response give(NewAssignment wanted) {
        var body = Bodies.given(wanted);
        var scope = Bodies.needed("scope", body.scope()).read(roles, caller.get(), "scope.");
        var name = Bodies.needed("principal", body.principal());
        var role = Bodies.needed("role", body.role());
        var given = roles.give(
                caller.get(),
                ScopeBody.there("principal", () -> principals.called(name)).id(),
                ScopeBody.there("role", () -> roles.get(role)),
                body.effect() == null ? Effect.ALLOW : AssignmentBody.effect(body.effect()),
                scope);
        return Response.status(Response.Status.CREATED)
                .entity(AssignmentBody.of(given))
                .build();
    }

    /** Takes a role away, or lifts a denial. To lift a denial, the caller must hold all that it denies. */
    @DELETE
    @Path("{assignment}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void take(@PathParam("assignment") String id) {
        roles.remove(caller.get(), AssignmentId.parse(id));
    }

    /**
     * @param principal an id, a username or an e-mail address
     * @param effect allow or deny; allow when it is left out
     */
    @Schema(
            name = "NewRoleAssignment",
            requiredProperties = {"principal", "role", "scope"},
            examples = """
                    {"principal": "ana@example.org", "role": "Contributor",
                    "scope": {"on": "workspace", "workspace": "vision"}}""")
    record NewAssignment(
            @Nullable String principal,
            @Nullable String role,
            @Nullable String effect,
            @Nullable ScopeBody scope) {}
}
