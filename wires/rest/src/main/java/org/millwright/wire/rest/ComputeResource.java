package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.millwright.access.Permission;
import org.millwright.compute.ComputeName;
import org.millwright.compute.VmSizes;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.app.TargetTrials;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** What jobs run on, how busy it is, and who waits for it. */
@Path("workspaces/{workspace}/compute")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ComputeResource {

    @Inject
    ComputeTargets targets;

    @Inject
    TargetTrials trials;

    @Inject
    CurrentCaller caller;

    /** Lists what jobs run on, and how busy it is. */
    @GET
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody.Answer> list() {
        return Items.all(targets.list(caller.workspace()).stream()
                .map(ComputeBody.Answer::of)
                .toList());
    }

    /** Makes a cluster on the server's machine, or attaches compute that there is elsewhere. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @APIResponseSchema(value = ComputeBody.Answer.class, responseCode = "201")
    @Requires(Permission.COMPUTE_WRITE)
    public Response create(ComputeBody.Creation given) {
        var body = Bodies.given(given);
        var name = new ComputeName(Bodies.needed("name", body.name()));
        var settings = body.settings();
        requireSecret(settings);
        targets.create(caller.workspace(), name, settings.toKind(targets), settings.description());
        return Response.status(Response.Status.CREATED)
                .entity(get(name.value()))
                .build();
    }

    /** Says how busy a compute target is, and with what. */
    @GET
    @Path("{compute}")
    @Requires(Permission.COMPUTE_READ)
    public ComputeBody.Answer get(@PathParam("compute") String name) {
        return ComputeBody.Answer.of(targets.get(caller.workspace(), new ComputeName(name)));
    }

    /** Changes a compute target, its size for example. What runs on nodes that are too many goes on to its end. */
    @PATCH
    @Path("{compute}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.Answer update(@PathParam("compute") String name, ComputeBody.Settings given) {
        var body = Bodies.given(given);
        requireSecret(body);
        targets.change(caller.workspace(), new ComputeName(name), target -> body.change(target, targets));
        return get(name);
    }

    /** A target gives its secret to whatever is at its address. */
    private void requireSecret(ComputeBody.Settings body) {
        if (body.credential() != null || body.address() != null) {
            caller.get().require(Permission.SECRET_USE, caller.workspace());
        }
    }

    /** Deletes a compute target that nothing uses or waits for. */
    @DELETE
    @Path("{compute}")
    @Requires(Permission.COMPUTE_WRITE)
    public void delete(@PathParam("compute") String name) {
        targets.delete(caller.workspace(), new ComputeName(name));
    }

    /** Tries whether the target can be reached and used as it is described. Whoever tries it uses its secret. */
    @POST
    @Path("{compute}/check")
    @Audited(Trail.NOTHING)
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.CheckBody check(@PathParam("compute") String name) {
        caller.get().require(Permission.SECRET_USE, caller.workspace());
        return ComputeBody.CheckBody.of(trials.obstacles(caller.workspace(), new ComputeName(name)));
    }

    /** Lets no further job start on it. What runs goes on. */
    @POST
    @Path("{compute}/pause")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.Answer pause(@PathParam("compute") String name) {
        targets.pause(caller.workspace(), new ComputeName(name));
        return get(name);
    }

    /** Lets jobs start on it again. */
    @POST
    @Path("{compute}/resume")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.Answer resume(@PathParam("compute") String name) {
        targets.resume(caller.workspace(), new ComputeName(name));
        return get(name);
    }

    /** Takes a node out of service once it has ended what it has. */
    @POST
    @Path("{compute}/nodes/{node}/drain")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.Answer drain(@PathParam("compute") String name, @PathParam("node") String node) {
        targets.drain(caller.workspace(), new ComputeName(name), number(node), true);
        return get(name);
    }

    /** Lets a drained node take jobs again. */
    @POST
    @Path("{compute}/nodes/{node}/undrain")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.Answer undrain(@PathParam("compute") String name, @PathParam("node") String node) {
        targets.drain(caller.workspace(), new ComputeName(name), number(node), false);
        return get(name);
    }

    /**
     * Lists the runs that wait for a compute target, by priority and age; fair share may let some pass others.
     *
     * @param size how many at most, 1 to 1000
     */
    @GET
    @Path("{compute}/queue")
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody.QueuedBody> queue(
            @PathParam("compute") String name, @QueryParam("size") @DefaultValue("50") int size) {
        return Items.all(targets
                .queue(
                        caller.workspace(),
                        new ComputeName(name),
                        Paging.of(null, size).size())
                .stream()
                .map(ComputeBody.QueuedBody::of)
                .toList());
    }

    /**
     * Lists why a cluster got more or fewer nodes, the latest first.
     *
     * @param size how many at most, 1 to 1000
     */
    @GET
    @Path("{compute}/scalings")
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody.ScalingBody> scalings(
            @PathParam("compute") String name, @QueryParam("size") @DefaultValue("50") int size) {
        return Items.all(
                targets
                        .scalings(
                                caller.workspace(),
                                new ComputeName(name),
                                Paging.of(null, size).size())
                        .stream()
                        .map(ComputeBody.ScalingBody::of)
                        .toList());
    }

    /** Lists how many nodes of a compute target teams and users may hold. */
    @GET
    @Path("{compute}/quotas")
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody.QuotaBody> quotas(@PathParam("compute") String name) {
        return Items.all(targets.quotas(caller.workspace(), new ComputeName(name)).stream()
                .map(ComputeBody.QuotaBody::of)
                .toList());
    }

    /**
     * Says how many nodes of a compute target a team or a user may hold.
     *
     * @param holder team or user
     * @param subject the id of a group or of a user
     */
    @PUT
    @Path("{compute}/quotas/{holder}/{subject}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody.QuotaBody setQuota(
            @PathParam("compute") String name,
            @PathParam("holder") String holder,
            @PathParam("subject") String subject,
            ComputeBody.QuotaSettings given) {
        var quota = Bodies.given(given).toQuota(holder, subject);
        targets.setQuota(caller.workspace(), new ComputeName(name), quota);
        return ComputeBody.QuotaBody.of(quota);
    }

    /**
     * Lets a team or a user hold what there is.
     *
     * @param holder team or user
     * @param subject the id of a group or of a user
     */
    @DELETE
    @Path("{compute}/quotas/{holder}/{subject}")
    @Requires(Permission.COMPUTE_WRITE)
    public void removeQuota(
            @PathParam("compute") String name,
            @PathParam("holder") String holder,
            @PathParam("subject") String subject) {
        targets.removeQuota(caller.workspace(), new ComputeName(name), ComputeBody.holderOf(holder), subject);
    }

    /** Lists the sizes that a cluster's nodes may have. */
    @GET
    @Path("sizes/all")
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody.SizeBody> sizes() {
        return Items.all(VmSizes.all().stream().map(ComputeBody.SizeBody::of).toList());
    }

    private static int number(String node) {
        try {
            return Integer.parseInt(node);
        } catch (NumberFormatException no) {
            throw Refused.notFound("node", node);
        }
    }
}
