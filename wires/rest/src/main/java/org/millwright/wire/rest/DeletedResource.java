package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.registry.BinId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.app.LoggedModels;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.app.RecycleBin;
import org.millwright.retention.app.StoredSizes;
import org.millwright.retention.model.DeletedItem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What is deleted: restored until it is purged, and then gone for good. */
@Path("workspaces/{workspace}/deleted")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class DeletedResource {
    @Inject
    RecycleBin bin;

    @Inject
    StoredSizes sizes;

    @Inject
    RunLifecycle runs;

    @Inject
    Experiments experiments;

    @Inject
    LoggedModels loggedModels;

    @Inject
    ModelRegistry registry;

    @Inject
    CurrentCaller caller;

    /**
     * Lists what is deleted of what the caller may read, the latest first.
     *
     * @param kinds any of run, experiment, logged-model, model, model-version; none for all
     * @param olderThan as ISO 8601 writes durations, such as P30D: only what was deleted longer ago
     * @param withSizes whether to measure the files of each, which takes its time
     */
    @GET
    @Requires(Permission.EXPERIMENT_READ)
    public Items<DeletedBody> list(
            @QueryParam("kind") @Nullable List<String> kinds,
            @QueryParam("older_than") @Nullable String olderThan,
            @QueryParam("sizes") @DefaultValue("false") boolean withSizes,
            @QueryParam("page") @Nullable String page,
            @QueryParam("size") @DefaultValue("100") int size)
            throws IOException {
        var found = bin.list(caller.workspace(), kinds(kinds), duration(olderThan), Paging.of(page, size));
        var bodies = new ArrayList<DeletedBody>();
        for (var item : found.items()) {
            bodies.add(body(item, withSizes ? sizes.of(item) : null));
        }
        return new Items<>(bodies, found.nextToken());
    }

    /**
     * Restores a run.
     *
     * @param id of the run
     */
    @POST
    @Path("run/{id}/restore")
    @Requires(Permission.EXPERIMENT_WRITE)
    public void restoreRun(@PathParam("id") String id) {
        runs.restore(caller.workspace(), new RunId(id));
    }

    /**
     * Restores an experiment with the runs that were deleted with it.
     *
     * @param id of the experiment
     */
    @POST
    @Path("experiment/{id}/restore")
    @Requires(Permission.EXPERIMENT_WRITE)
    public void restoreExperiment(@PathParam("id") String id) {
        experiments.restore(caller.workspace(), ExperimentId.parse(id));
    }

    /**
     * Restores a logged model.
     *
     * @param id of the logged model
     */
    @POST
    @Path("logged-model/{id}/restore")
    @Requires(Permission.EXPERIMENT_WRITE)
    public void restoreLoggedModel(@PathParam("id") String id) {
        loggedModels.restore(caller.workspace(), new LoggedModelId(id));
    }

    /**
     * Restores a registered model with its versions.
     *
     * @param id of its deletion, as the list has it
     */
    @POST
    @Path("model/{id}/restore")
    @Requires(Permission.MODEL_WRITE)
    public void restoreModel(@PathParam("id") String id) {
        registry.restore(caller.workspace(), BinId.parse(id));
    }

    /**
     * Restores a version of a registered model.
     *
     * @param id of its deletion, as the list has it
     */
    @POST
    @Path("model-version/{id}/restore")
    @Requires(Permission.MODEL_WRITE)
    public void restoreModelVersion(@PathParam("id") String id) {
        registry.restoreVersion(caller.workspace(), BinId.parse(id));
    }

    /**
     * Purges something for good. Accepted means that it cannot be restored any more; it is gone some moments later.
     *
     * @param kind run, experiment, logged-model, model or model-version
     * @param id as the list has it
     */
    @POST
    @Path("{kind}/{id}/purge")
    @APIResponseSchema(value = DeletedBody.class, responseCode = "202")
    @Requires(Permission.PURGE)
    public Response purge(@PathParam("kind") String kind, @PathParam("id") String id) {
        var item = bin.purge(
                caller.workspace(),
                DeletedKind.parse(kind),
                id,
                caller.get().principal().value());
        return Response.accepted(body(item, null)).build();
    }

    private DeletedBody body(DeletedItem item, @Nullable Long bytes) {
        return new DeletedBody(
                item.kind().key(),
                item.id(),
                item.name(),
                item.place().isEmpty() ? null : item.place(),
                item.deletedAt(),
                bin.purgeTime(item.workspace(), item.deletedAt()).orElse(null),
                item.beingPurged(),
                bytes);
    }

    private Set<DeletedKind> kinds(@Nullable List<String> named) {
        var wanted = EnumSet.noneOf(DeletedKind.class);
        Bodies.orEmpty(named).forEach(kind -> wanted.add(DeletedKind.parse(kind)));
        if (wanted.isEmpty()) {
            wanted.addAll(EnumSet.allOf(DeletedKind.class));
        }
        return wanted;
    }

    private static @Nullable Duration duration(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            var duration = Duration.parse(text);
            if (!duration.isNegative() && duration.toDays() <= 100_000) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // The message below says what one looks like.
        }
        throw Refused.invalid("older_than", "'%s' is not a duration such as P30D or PT12H".formatted(text));
    }

    /**
     * @param id of the run, experiment or logged model, or of the deletion of something in the registry
     * @param purgeAt when retention purges it; absent for never
     * @param beingPurged whether its purge was ordered, after which it cannot be restored
     * @param bytes of its files; absent when nobody asked
     */
    record DeletedBody(
            String kind,
            String id,
            String name,
            @Nullable String experiment,
            Instant deletedAt,
            @Nullable Instant purgeAt,
            boolean beingPurged,
            @Nullable Long bytes) {}
}
