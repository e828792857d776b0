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
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code registered-models/*}. */
@Path("2.0/mlflow/registered-models")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class RegisteredModelsResource {
    @Inject
    ModelRegistry registry;

    @Inject
    CurrentCaller caller;

    record Create(
            @Nullable String name,
            @Nullable List<KeyValue> tags,
            @Nullable String description) {}

    record ByName(@Nullable String name) {}

    record Rename(@Nullable String name, @Nullable String newName) {}

    record Update(@Nullable String name, @Nullable String description) {}

    record Tag(
            @Nullable String name,
            @Nullable String key,
            @Nullable String value) {}

    record Alias(
            @Nullable String name,
            @Nullable String alias,
            @Nullable String version) {}

    record Latest(@Nullable String name, @Nullable List<String> stages) {}

    record One(RegisteredModelBody registeredModel) {}

    record Found(
            List<RegisteredModelBody> registeredModels,
            @Nullable String nextPageToken) {}

    @POST
    @Path("create")
    @Requires(value = Permission.MODEL_WRITE, on = Extent.NEW_RESOURCE)
    public One create(Create request) {
        return one(registry.create(
                caller.workspace(),
                Ids.model(request.name()),
                Limits.description(Required.orEmpty(request.description())),
                Limits.registryTags(KeyValue.toMap("tags", request.tags()))));
    }

    @GET
    @Path("get")
    @Requires(Permission.MODEL_READ)
    public One get(@QueryParam("name") @Nullable String name) {
        return one(registry.get(caller.workspace(), Ids.model(name)));
    }

    @POST
    @Path("rename")
    @Requires(Permission.MODEL_WRITE)
    public One rename(Rename request) {
        var to = Required.text("new_name", request.newName());
        return one(registry.rename(caller.workspace(), Ids.model(request.name()), new ModelName(to)));
    }

    @PATCH
    @Path("update")
    @Requires(Permission.MODEL_WRITE)
    public One update(Update request) {
        var name = Ids.model(request.name());
        var description = Limits.description(Required.orEmpty(request.description()));
        return one(Repeat.onStale(() -> registry.describe(caller.workspace(), name, description)));
    }

    @DELETE
    @Path("delete")
    @Requires(Permission.MODEL_WRITE)
    public Empty delete(ByName request) {
        registry.delete(caller.workspace(), Ids.model(request.name()));
        return Empty.DONE;
    }

    @GET
    @Path("search")
    @Requires(Permission.MODEL_READ)
    public Found search(
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("max_results") @Nullable String maxResults,
            @QueryParam("order_by") @Nullable List<String> orderBy,
            @QueryParam("page_token") @Nullable String pageToken) {
        var page = registry.search(
                caller.workspace(),
                RegistryCriteria.of(SearchGrammar.filter(SearchDialect.REGISTERED_MODELS, filter)),
                SearchGrammar.order(SearchDialect.REGISTERED_MODELS, orderBy),
                Paging.REGISTERED_MODELS.page(Required.number("max_results", maxResults), pageToken));
        var versions = registry.newestByStage(
                caller.workspace(),
                page.items().stream().map(RegisteredModel::name).toList());
        return new Found(
                page.items().stream()
                        .map(model -> RegisteredModelBody.of(model, versions.getOrDefault(model.name(), List.of())))
                        .toList(),
                page.nextToken());
    }

    @POST
    @Path("get-latest-versions")
    @Audited(Trail.NOTHING)
    @Requires(Permission.MODEL_READ)
    public ModelVersionsResource.Found latest(Latest request) {
        var name = Ids.model(request.name());
        var stages = EnumSet.noneOf(Stage.class);
        Required.orEmpty(request.stages()).forEach(stage -> stages.add(Stage.parse(stage)));
        var model = registry.get(caller.workspace(), name);
        return new ModelVersionsResource.Found(
                registry.newestByStage(caller.workspace(), List.of(name)).getOrDefault(name, List.of()).stream()
                        .filter(version -> stages.isEmpty() || stages.contains(version.stage()))
                        .map(version -> ModelVersionBody.of(version, model))
                        .toList(),
                null);
    }

    @GET
    @Path("get-latest-versions")
    @Requires(Permission.MODEL_READ)
    public ModelVersionsResource.Found latest(
            @QueryParam("name") @Nullable String name, @QueryParam("stages") @Nullable List<String> stages) {
        return latest(new Latest(name, stages));
    }

    @POST
    @Path("set-tag")
    @Requires(Permission.MODEL_WRITE)
    public Empty setTag(Tag request) {
        var name = Ids.model(request.name());
        var key = Limits.registryTagKey(Required.text("key", request.key()));
        var value = Limits.registryTag(Required.orEmpty(request.value()));
        Repeat.onStale(() -> registry.tag(caller.workspace(), name, key, value));
        return Empty.DONE;
    }

    @DELETE
    @Path("delete-tag")
    @Requires(Permission.MODEL_WRITE)
    public Empty deleteTag(Tag request) {
        var name = Ids.model(request.name());
        var key = Required.text("key", request.key());
        Repeat.onStale(() -> registry.untag(caller.workspace(), name, key));
        return Empty.DONE;
    }

    @POST
    @Path("alias")
    @Requires(Permission.MODEL_WRITE)
    public Empty setAlias(Alias request) {
        var version = Ids.version(request.name(), request.version());
        var alias = Required.text("alias", request.alias());
        Repeat.onStale(() ->
                registry.alias(caller.workspace(), alias, version, caller.get().principal()));
        return Empty.DONE;
    }

    @DELETE
    @Path("alias")
    @Requires(Permission.MODEL_WRITE)
    public Empty deleteAlias(Alias request) {
        var name = Ids.model(request.name());
        var alias = Required.text("alias", request.alias());
        Repeat.onStale(() ->
                registry.unalias(caller.workspace(), name, alias, caller.get().principal()));
        return Empty.DONE;
    }

    @GET
    @Path("alias")
    @Requires(Permission.MODEL_READ)
    public ModelVersionsResource.One byAlias(
            @QueryParam("name") @Nullable String name, @QueryParam("alias") @Nullable String alias) {
        var model = registry.get(caller.workspace(), Ids.model(name));
        var wanted = Required.text("alias", alias);
        if (wanted.equalsIgnoreCase("latest")) {
            return newest(model);
        }
        if (!model.aliases().containsKey(wanted)) {
            // MLflow's servers call this an invalid parameter, and its clients go by that.
            throw new RequestRefused(MlflowError.invalid("Registered model alias %s not found.".formatted(wanted)));
        }
        var version = registry.getByAlias(caller.workspace(), model.name(), wanted);
        return new ModelVersionsResource.One(ModelVersionBody.of(version, model));
    }

    /** Nobody may set this alias; it is the newest version. */
    private ModelVersionsResource.One newest(RegisteredModel model) {
        return registry.versions(caller.workspace(), model.name()).stream()
                .findFirst()
                .map(version -> new ModelVersionsResource.One(ModelVersionBody.of(version, model)))
                .orElseThrow(() -> Refused.notFound("latest version of model", model.name()));
    }

    private One one(RegisteredModel model) {
        return new One(body(model));
    }

    private RegisteredModelBody body(RegisteredModel model) {
        return RegisteredModelBody.of(
                model,
                registry.newestByStage(caller.workspace(), List.of(model.name()))
                        .getOrDefault(model.name(), List.of()));
    }
}
