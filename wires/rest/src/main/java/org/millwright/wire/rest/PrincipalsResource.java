package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.access.app.SignInLinks;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** People, groups and services; who is in which group; and why they may do something, or may not. */
@Path("principals")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class PrincipalsResource {
    @Inject
    Principals principals;

    @Inject
    Roles roles;

    @Inject
    AccessQuestions questions;

    @Inject
    SignInLinks links;

    @Inject
    CurrentCaller caller;

    @Inject
    ServerSettings settings;

    /**
     * Lists people, groups and services, in the order of their ids.
     *
     * @param kind user, group or service; all when it is left out
     * @param text a part of the id, the name, the username or the e-mail address, upper and lower case alike
     */
    @GET
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public Items<PrincipalBody> list(
            @QueryParam("kind") @Nullable String kind,
            @QueryParam("text") @DefaultValue("") String text,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size) {
        return Items.of(
                principals.page(kind == null ? null : PrincipalBody.kind(kind), text, Paging.of(page, size)),
                PrincipalBody::of);
    }

    /** Makes a person, who gets in by a sign-in link, or a group. Those of an identity provider come by themselves. */
    @POST
    @APIResponseSchema(value = PrincipalBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response create(NewPrincipal given) {
        var body = Bodies.given(given);
        var id = new PrincipalId(Bodies.needed("id", body.id()));
        var kind = PrincipalBody.kind(Bodies.needed("kind", body.kind()));
        if (kind == PrincipalKind.SERVICE) {
            throw Refused.invalid("kind", "a person (user) or a group is made here");
        }
        var name = body.name() == null ? id.value() : body.name();
        return created(PrincipalBody.of(principals.create(caller.get(), id, kind, name)));
    }

    /**
     * Reads a principal with their groups and all roles that they hold, where the caller may see them.
     *
     * @param name an id, a username or an e-mail address
     */
    @GET
    @Path("{principal}")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public PrincipalBody.Detail get(@PathParam("principal") String name) {
        var principal = principals.called(name);
        return PrincipalBody.Detail.of(
                principal, principals.groupsOf(principal.id()), roles.heldBy(caller.get(), principal.id()));
    }

    /**
     * Renames, disables or enables a principal: what is given. One who is disabled can do nothing with what they hold, at once;
     * a group that is disabled gives nothing. The name of a person whom an identity provider knows is the provider's.
     *
     * @param name an id, a username or an e-mail address
     */
    @PATCH
    @Path("{principal}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public PrincipalBody update(@PathParam("principal") String name, PrincipalChange given) {
        var wanted = Bodies.given(given);
        var principal = principals.called(name);
        return PrincipalBody.of(principals.update(caller.get(), principal.id(), wanted.name(), wanted.disabled()));
    }

    /**
     * Deletes a principal with all that they hold. Whom an identity provider knows is made again, without roles of their own,
     * when they sign in again: to keep somebody out, disable them.
     *
     * @param name an id, a username or an e-mail address
     */
    @DELETE
    @Path("{principal}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete(@PathParam("principal") String name) {
        principals.delete(caller.get(), principals.called(name).id());
    }

    /**
     * Answers whether a principal may do something somewhere, why, and what would allow it.
     *
     * @param name an id, a username or an e-mail address
     */
    @GET
    @Path("{principal}/why")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public WhyBody why(@PathParam("principal") String name, @BeanParam AccessAsked asked) {
        return asked.answer(
                questions, roles, caller.get(), principals.called(name).id());
    }

    /**
     * Makes a one-time link by which a person who was made here signs in to the studio. Hand it to them: whoever opens it acts as
     * them. The caller must hold all that they hold.
     *
     * @param name an id
     */
    @POST
    @Path("{principal}/sign-in-links")
    @Consumes(MediaType.WILDCARD)
    @APIResponseSchema(value = AccessResource.LinkBody.class, responseCode = "201")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public Response signInLink(@PathParam("principal") String name) {
        var link = links.issue(caller.get(), principals.called(name).id());
        return created(AccessResource.LinkBody.of(link, settings));
    }

    /** Lists who is in a group, in the order of their ids. */
    @GET
    @Path("{group}/members")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public Items<PrincipalBody> members(@PathParam("group") String group) {
        return Items.all(principals.membersOf(principals.called(group).id()).stream()
                .map(PrincipalBody::of)
                .toList());
    }

    /**
     * Puts a person or a service into a group that was made here; again is harmless. The caller must be one who may give all
     * roles that the group holds.
     *
     * @param member an id, a username or an e-mail address
     */
    @PUT
    @Path("{group}/members/{member}")
    @Consumes(MediaType.WILDCARD)
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void join(@PathParam("group") String group, @PathParam("member") String member) {
        principals.join(
                caller.get(),
                principals.called(member).id(),
                principals.called(group).id());
    }

    /**
     * Takes somebody out of a group. Who is in a group of an identity provider is changed there.
     *
     * @param member an id, a username or an e-mail address
     */
    @DELETE
    @Path("{group}/members/{member}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void leave(@PathParam("group") String group, @PathParam("member") String member) {
        principals.leave(
                caller.get(),
                principals.called(member).id(),
                principals.called(group).id());
    }

    private static Response created(Object body) {
        return Response.status(Response.Status.CREATED).entity(body).build();
    }

    /**
     * @param id for life: letters, digits, '.', '_', '@', '+' and '-'
     * @param kind user or group
     * @param name as shown to people; the id when it is left out
     */
    @Schema(
            requiredProperties = {"id", "kind"},
            examples = "{\"id\": \"vision-team\", \"kind\": \"group\", \"name\": \"The vision team\"}")
    record NewPrincipal(
            @Nullable String id,
            @Nullable String kind,
            @Nullable String name) {}

    @Schema(examples = "{\"disabled\": true}")
    record PrincipalChange(@Nullable String name, @Nullable Boolean disabled) {}
}
