package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Registered models and their versions. */
@Path("workspaces/{workspace}/models")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class ModelsResource {
    @Inject
    ModelRegistry registry;

    @Inject
    RunArtifacts artifacts;

    @Inject
    CurrentCaller caller;

    /** Lists the registered models, without their versions. */
    @GET
    @Requires(Permission.MODEL_READ)
    public Items<ModelBody> list(
            @QueryParam("page") @Nullable String page, @QueryParam("size") @DefaultValue("100") int size) {
        var found = registry.search(caller.workspace(), List.of(), List.of(), Paging.of(page, size));
        var newest = registry.newestByStage(
                caller.workspace(),
                found.items().stream().map(RegisteredModel::name).toList());
        return Items.of(
                found,
                model -> ModelBody.of(
                        model, newest.getOrDefault(model.name(), List.of()).reversed(), false));
    }

    /** Reads a model with its versions, the newest first. */
    @GET
    @Path("{model}")
    @Requires(Permission.MODEL_READ)
    public ModelBody get(@PathParam("model") String name) {
        var model = registry.get(caller.workspace(), new ModelName(name));
        return ModelBody.of(model, versions(model), true);
    }

    /** Reads a version of a model. */
    @GET
    @Path("{model}/versions/{version}")
    @Requires(Permission.MODEL_READ)
    public VersionBody version(@PathParam("model") String name, @PathParam("version") String version) {
        return VersionBody.of(registry.getVersion(caller.workspace(), new ModelName(name), version));
    }

    /** Deletes a model with its versions. Its name is free at once, and it lies in the bin from then on. */
    @DELETE
    @Path("{model}")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.MODEL_WRITE)
    public void delete(@PathParam("model") String name) {
        registry.delete(caller.workspace(), new ModelName(name));
    }

    /** Deletes a version of a model. Its number is not given again, and it lies in the bin from then on. */
    @DELETE
    @Path("{model}/versions/{version}")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.MODEL_WRITE)
    public void deleteVersion(@PathParam("model") String name, @PathParam("version") String version) {
        registry.deleteVersion(
                caller.workspace(),
                ModelRef.parse(name + ":" + version),
                caller.get().principal());
    }

    /** Registers files that a run wrote; the model is made with its first version. */
    @POST
    @APIResponseSchema(value = VersionBody.class, responseCode = "201")
    @Requires(Permission.MODEL_WRITE)
    public Response register(NewVersion given) throws IOException {
        var body = Bodies.given(given);
        var workspace = caller.workspace();
        var name = new ModelName(Bodies.needed("name", body.name()));
        var run = new RunId(Bodies.needed("run", body.run()));
        var path = Bodies.needed("path", body.path());
        ArtifactPath root = artifacts.rootOf(workspace, run);
        artifacts.find(workspace, root.resolve(path));
        var version = registry.registerOrCreate(
                workspace,
                new ModelRegistry.Registration(
                        name,
                        "runs:/%s/%s".formatted(run, path),
                        run,
                        null,
                        "",
                        caller.get().principal().value(),
                        caller.get().principal(),
                        Bodies.orEmpty(body.description()),
                        Bodies.orEmpty(body.tags())));
        return Response.status(Response.Status.CREATED)
                .entity(VersionBody.of(version))
                .build();
    }

    private List<ModelVersion> versions(RegisteredModel model) {
        return registry.versions(model.workspace(), model.name());
    }

    @Schema(
            name = "NewModelVersion",
            requiredProperties = {"name", "run", "path"},
            examples = """
            {"name": "churn", "run": "calm_river_7kx2", "path": "model",
            "description": "Without the postal code", "tags": {"team": "risk"}}""")
    record NewVersion(
            @Nullable String name,
            @Nullable String run,
            @Nullable String path,
            @Nullable String description,
            @Nullable Map<String, String> tags) {}

    record ModelBody(
            String name,
            String description,
            Map<String, String> tags,
            Map<String, Integer> aliases,
            @Nullable Integer latestVersion,
            Instant createdAt,
            Instant updatedAt,
            @Nullable List<VersionBody> versions) {
        /** @param versions the newest first */
        static ModelBody of(RegisteredModel model, List<ModelVersion> versions, boolean whole) {
            return new ModelBody(
                    model.name().value(),
                    model.description(),
                    model.tags(),
                    model.aliases(),
                    versions.isEmpty() ? null : versions.getFirst().id().version(),
                    model.createdAt(),
                    model.updatedAt(),
                    whole ? versions.stream().map(VersionBody::of).toList() : null);
        }
    }

    @Schema(name = "ModelVersion")
    record VersionBody(
            String name,
            int version,
            String stage,
            String source,
            @Nullable String run,
            @Nullable String loggedModel,
            String user,
            String description,
            Map<String, String> tags,
            Instant createdAt,
            Instant updatedAt) {
        static VersionBody of(ModelVersion version) {
            return new VersionBody(
                    version.id().name().value(),
                    version.id().version(),
                    version.stage().label(),
                    version.source(),
                    version.run() == null ? null : version.run().value(),
                    version.loggedModel() == null ? null : version.loggedModel().value(),
                    version.user(),
                    version.description(),
                    version.tags(),
                    version.createdAt(),
                    version.updatedAt());
        }
    }
}
