package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.LoggedModels;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code model-versions/*}. */
@Path("2.0/mlflow/model-versions")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ModelVersionsResource {
    @Inject
    ModelRegistry registry;

    @Inject
    LoggedModels loggedModels;

    @Inject
    ArtifactProxyResource proxy;

    @Inject
    CurrentCaller caller;

    record Create(
            @Nullable String name,
            @Nullable String source,
            @Nullable String runId,
            @Nullable List<KeyValue> tags,
            @Nullable String runLink,
            @Nullable String description,
            @Nullable String modelId) {}

    record ById(@Nullable String name, @Nullable String version) {}

    record Update(
            @Nullable String name,
            @Nullable String version,
            @Nullable String description) {}

    record Transition(
            @Nullable String name,
            @Nullable String version,
            @Nullable String stage,
            @Nullable Boolean archiveExistingVersions) {}

    record Tag(
            @Nullable String name,
            @Nullable String version,
            @Nullable String key,
            @Nullable String value) {}

    record One(ModelVersionBody modelVersion) {}

    record Found(
            List<ModelVersionBody> modelVersions, @Nullable String nextPageToken) {}

    record Download(String artifactUri) {}

    @POST
    @Path("create")
    @Requires(Permission.MODEL_WRITE)
    public One create(Create request) {
        var name = Ids.model(request.name());
        var source = Required.text("source", request.source());
        var run = Required.orEmpty(request.runId());
        var model = Required.orEmpty(request.modelId());
        var tags = Limits.registryTags(KeyValue.toMap("tags", request.tags()));
        SourceRules.require(source, run, model);
        var registration = new Registration(
                name,
                source,
                run.isEmpty() ? null : Ids.run(run),
                model.isEmpty() ? null : Ids.loggedModel(model),
                Required.orEmpty(request.runLink()),
                caller.get().name(),
                caller.get().principal(),
                Limits.description(Required.orEmpty(request.description())),
                tags);
        var version = registry.register(caller.workspace(), registration);
        var logged = version.loggedModel();
        if (logged != null) {
            // So clients find the versions from the logged model.
            Repeat.onStale(() -> loggedModels.tag(
                    caller.workspace(),
                    logged,
                    RegisteredVersions.with(loggedModels.get(caller.workspace(), logged), version.id())));
        }
        return new One(ModelVersionBody.of(version, List.of()));
    }

    @GET
    @Path("get")
    @Requires(Permission.MODEL_READ)
    public One get(@QueryParam("name") @Nullable String name, @QueryParam("version") @Nullable String version) {
        return one(registry.getVersion(caller.workspace(), Ids.version(name, version)));
    }

    @GET
    @Path("search")
    @Requires(Permission.MODEL_READ)
    public Found search(
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("max_results") @Nullable String maxResults,
            @QueryParam("order_by") @Nullable List<String> orderBy,
            @QueryParam("page_token") @Nullable String pageToken) {
        var page = registry.searchVersions(
                caller.workspace(),
                RegistryCriteria.of(SearchGrammar.filter(SearchDialect.MODEL_VERSIONS, filter)),
                SearchGrammar.order(SearchDialect.MODEL_VERSIONS, orderBy),
                Paging.MODEL_VERSIONS.page(Required.number("max_results", maxResults), pageToken));
        var models = new HashMap<ModelName, RegisteredModel>();
        var bodies = new ArrayList<ModelVersionBody>();
        for (var version : page.items()) {
            var model = models.computeIfAbsent(version.id().name(), each -> registry.get(caller.workspace(), each));
            bodies.add(ModelVersionBody.of(version, model));
        }
        return new Found(bodies, page.nextToken());
    }

    @PATCH
    @Path("update")
    @Requires(Permission.MODEL_WRITE)
    public One update(Update request) {
        var id = Ids.version(request.name(), request.version());
        var description = Limits.description(Required.orEmpty(request.description()));
        return one(Repeat.onStale(() -> registry.describeVersion(caller.workspace(), id, description)));
    }

    @POST
    @Path("transition-stage")
    @Requires(Permission.MODEL_WRITE)
    public One transition(Transition request) {
        var id = Ids.version(request.name(), request.version());
        var stage = Stage.parse(Required.text("stage", request.stage()));
        var archive = Boolean.TRUE.equals(request.archiveExistingVersions());
        return one(Repeat.onStale(() -> registry.moveTo(
                caller.workspace(), id, stage, archive, caller.get().principal())));
    }

    @DELETE
    @Path("delete")
    @Requires(Permission.MODEL_WRITE)
    public Empty delete(ById request) {
        var id = Ids.version(request.name(), request.version());
        Repeat.onStale(() -> {
            registry.deleteVersion(caller.workspace(), id, caller.get().principal());
            return id;
        });
        return Empty.DONE;
    }

    /** Where the files are: in our store, or where the source says. */
    @GET
    @Path("get-download-uri")
    @Requires(Permission.MODEL_READ)
    public Download downloadUri(
            @QueryParam("name") @Nullable String name, @QueryParam("version") @Nullable String version) {
        var found = registry.getVersion(caller.workspace(), Ids.version(name, version));
        return new Download(found.files() == null ? found.source() : ArtifactUri.of(found.files()));
    }

    /** A file of a version, as MLflow's pages ask for it. */
    @GET
    @Path("get-artifact")
    @Produces(MediaType.WILDCARD)
    @Audited(value = Trail.READ, kind = "model files", resource = "{name}", part = "{version}/{path}")
    @Requires(Permission.MODEL_READ)
    public Response file(
            @QueryParam("name") @Nullable String name,
            @QueryParam("version") @Nullable String version,
            @QueryParam("path") @Nullable String path)
            throws IOException {
        var files = registry.filesOf(caller.workspace(), Ids.version(name, version));
        return proxy.download(files.resolve(Required.text("path", path)).value());
    }

    @POST
    @Path("set-tag")
    @Requires(Permission.MODEL_WRITE)
    public Empty setTag(Tag request) {
        var id = Ids.version(request.name(), request.version());
        var key = Limits.registryTagKey(Required.text("key", request.key()));
        var value = Limits.registryTag(Required.orEmpty(request.value()));
        Repeat.onStale(() -> registry.tagVersion(caller.workspace(), id, key, value));
        return Empty.DONE;
    }

    @DELETE
    @Path("delete-tag")
    @Requires(Permission.MODEL_WRITE)
    public Empty deleteTag(Tag request) {
        var id = Ids.version(request.name(), request.version());
        var key = Required.text("key", request.key());
        Repeat.onStale(() -> registry.untagVersion(caller.workspace(), id, key));
        return Empty.DONE;
    }

    private One one(ModelVersion version) {
        return new One(ModelVersionBody.of(
                version, registry.get(caller.workspace(), version.id().name())));
    }
}
