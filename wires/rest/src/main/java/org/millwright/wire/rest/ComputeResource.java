package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Isolation;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What jobs run on, and how busy it is. */
@Path("workspaces/{workspace}/compute")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ComputeResource {
    @Inject
    ComputeTargets targets;

    @Inject
    CurrentCaller caller;

    /** Lists what jobs run on, and how busy it is. */
    @GET
    @Requires(Permission.COMPUTE_READ)
    public Items<ComputeBody> list() {
        return Items.all(
                targets.list(caller.workspace()).stream().map(ComputeBody::of).toList());
    }

    /** Says how busy a compute target is, and with what. */
    @GET
    @Path("{compute}")
    @Requires(Permission.COMPUTE_READ)
    public ComputeBody get(@PathParam("compute") String name) {
        return ComputeBody.of(targets.get(caller.workspace(), new ComputeName(name)));
    }

    /** Lets no further job start on it. What runs goes on. */
    @POST
    @Path("{compute}/pause")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody pause(@PathParam("compute") String name) {
        targets.pause(caller.workspace(), new ComputeName(name));
        return get(name);
    }

    /** Lets jobs start on it again. */
    @POST
    @Path("{compute}/resume")
    @Requires(Permission.COMPUTE_WRITE)
    public ComputeBody resume(@PathParam("compute") String name) {
        targets.resume(caller.workspace(), new ComputeName(name));
        return get(name);
    }

    @Schema(name = "ComputeSlot")
    record SlotBody(int slot, String run) {}

    /** @param kind sandbox, user, none or refused @param obstacle why it is not more; null when there is no more */
    @Schema(name = "JobIsolation")
    record IsolationBody(
            String kind,
            boolean ownUser,
            boolean barred,
            String limits,
            String summary,
            @Nullable String obstacle) {
        static IsolationBody of(Isolation isolation) {
            return new IsolationBody(
                    isolation.kind().name().toLowerCase(Locale.ROOT),
                    isolation.ownUser(),
                    isolation.barred(),
                    isolation.limits(),
                    isolation.summary(),
                    isolation.obstacle());
        }
    }

    record ComputeBody(
            String name,
            String type,
            int slots,
            long busy,
            int waiting,
            boolean paused,
            IsolationBody isolation,
            List<SlotBody> running) {
        static ComputeBody of(ComputeTargets.Load load) {
            return new ComputeBody(
                    load.target().name().value(),
                    "local",
                    load.target().kind().maxNodes(),
                    load.busy(),
                    load.waiting(),
                    load.target().paused(),
                    IsolationBody.of(load.isolation()),
                    load.slots().stream()
                            .filter(use -> use.run() != null)
                            .map(use -> new SlotBody(use.slot(), String.valueOf(use.run())))
                            .toList());
        }
    }
}
