package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.experiment.app.Tracking;
import org.millwright.registry.app.LoggedModels;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelQuery.By;
import org.millwright.registry.model.LoggedModelQuery.MeasuredOn;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Ordering;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code logged-models} (3.x): models that runs wrote, before anybody registers them. */
@Path("2.0/mlflow/logged-models")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class LoggedModelsResource {
    @Inject
    LoggedModels models;

    @Inject
    Tracking tracking;

    @Inject
    DefaultExperiment defaultExperiment;

    @Inject
    RunArtifacts artifacts;

    @Inject
    ArtifactProxyResource proxy;

    @Inject
    CurrentCaller caller;

    record Create(
            @Nullable String experimentId,
            @Nullable String name,
            @Nullable String modelType,
            @Nullable String sourceRunId,
            @Nullable List<KeyValue> params,
            @Nullable List<KeyValue> tags) {}

    /** @param status a name or a number, so it is read as it comes */
    record Finish(com.fasterxml.jackson.databind.@Nullable JsonNode status) {}

    record Tags(@Nullable List<KeyValue> tags) {}

    record Parameters(@Nullable List<KeyValue> params) {}

    record OrderBy(
            @Nullable String fieldName,
            @Nullable Boolean ascending,
            @Nullable String datasetName,
            @Nullable String datasetDigest) {}

    record Dataset(@Nullable String datasetName, @Nullable String datasetDigest) {}

    record Search(
            @Nullable List<String> experimentIds,
            @Nullable String filter,
            @Nullable List<Dataset> datasets,
            @Nullable Integer maxResults,
            @Nullable List<OrderBy> orderBy,
            @Nullable String pageToken) {}

    record One(LoggedModelBody model) {}

    record Found(List<LoggedModelBody> models, @Nullable String nextPageToken) {}

    @POST
    @Audited(Trail.ROW)
    @Requires(Permission.EXPERIMENT_WRITE)
    public One create(Create request) {
        var experiment = defaultExperiment.in(caller.workspace(), Ids.experiment(request.experimentId()));
        var run = Required.orEmpty(request.sourceRunId());
        var model = models.create(
                caller.workspace(),
                experiment,
                name(Required.orEmpty(request.name())),
                Required.orEmpty(request.modelType()),
                run.isEmpty() ? null : Ids.run(run),
                KeyValue.toMap("params", request.params()),
                KeyValue.toMap("tags", request.tags()));
        return new One(LoggedModelBody.of(model, List.of()));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.EXPERIMENT_READ)
    public One get(@PathParam("id") String id) {
        return one(models.get(caller.workspace(), Ids.loggedModel(id)));
    }

    @PATCH
    @Path("{id}")
    @Requires(Permission.EXPERIMENT_WRITE)
    public One finish(@PathParam("id") String id, Finish request) {
        var model = Ids.loggedModel(id);
        var status = LoggedModelStatus.parse(
                Required.value("status", request.status()).asText());
        return one(Repeat.onStale(() -> models.finish(caller.workspace(), model, status.status())));
    }

    @DELETE
    @Path("{id}")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty delete(@PathParam("id") String id) {
        var model = Ids.loggedModel(id);
        Repeat.onStale(() -> {
            models.delete(caller.workspace(), model);
            return model;
        });
        return Empty.DONE;
    }

    @PATCH
    @Path("{id}/tags")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty setTags(@PathParam("id") String id, Tags request) {
        var model = Ids.loggedModel(id);
        var tags = KeyValue.toMap("tags", request.tags());
        Repeat.onStale(() -> models.tag(caller.workspace(), model, tags));
        return Empty.DONE;
    }

    @DELETE
    @Path("{id}/tags/{key: .+}")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty deleteTag(@PathParam("id") String id, @PathParam("key") String key) {
        var model = Ids.loggedModel(id);
        if (!models.get(caller.workspace(), model).tags().containsKey(key)) {
            throw Refused.notFound("tag", key);
        }
        Repeat.onStale(() -> models.untag(caller.workspace(), model, key));
        return Empty.DONE;
    }

    @POST
    @Path("{id}/params")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty addParameters(@PathParam("id") String id, Parameters request) {
        var model = Ids.loggedModel(id);
        var parameters = KeyValue.toMap("params", request.params());
        Repeat.onStale(() -> models.addParameters(caller.workspace(), model, parameters));
        return Empty.DONE;
    }

    @POST
    @Path("search")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Found search(Search request) {
        var experiments = Required.value("experiment_ids", request.experimentIds()).stream()
                .map(Ids::experiment)
                .toList();
        var query = new LoggedModelQuery(
                experiments,
                criteria(request.filter()),
                Required.orEmpty(request.datasets()).stream()
                        .map(LoggedModelsResource::dataset)
                        .toList(),
                order(Required.orEmpty(request.orderBy())));
        // Here 0 says nothing.
        var size = request.maxResults() == null || request.maxResults() == 0 ? null : request.maxResults();
        var page = models.search(caller.workspace(), query, Paging.LOGGED_MODELS.page(size, request.pageToken()));
        var measured = tracking.ofModels(
                page.items().stream().map(model -> model.id().value()).toList());
        return new Found(
                page.items().stream()
                        .map(model -> LoggedModelBody.of(
                                model, measured.getOrDefault(model.id().value(), List.of())))
                        .toList(),
                page.nextToken());
    }

    @GET
    @Path("{id}/artifacts/directories")
    @Requires(Permission.EXPERIMENT_READ)
    public ArtifactsResource.Listing list(
            @PathParam("id") String id, @QueryParam("artifact_directory_path") @Nullable String path)
            throws IOException {
        var root = models.get(caller.workspace(), Ids.loggedModel(id)).artifacts();
        var folder = root.resolve(ArtifactProxyResource.stripped(Required.orEmpty(path)));
        return new ArtifactsResource.Listing(
                ArtifactUri.of(root),
                artifacts.list(caller.workspace(), folder).stream()
                        .map(file -> FileBody.of(
                                file.path().value().substring(root.value().length() + 1), file))
                        .toList());
    }

    @GET
    @Path("{id}/artifacts/files")
    @Produces(MediaType.WILDCARD)
    @Audited(value = Trail.READ, kind = "file", resource = "{id}", part = "{artifact_file_path}")
    @Requires(Permission.EXPERIMENT_READ)
    public Response file(@PathParam("id") String id, @QueryParam("artifact_file_path") @Nullable String path)
            throws IOException {
        var root = models.get(caller.workspace(), Ids.loggedModel(id)).artifacts();
        return proxy.download(
                root.resolve(Required.text("artifact_file_path", path)).value());
    }

    private One one(LoggedModel model) {
        var id = model.id().value();
        return new One(LoggedModelBody.of(model, tracking.ofModels(List.of(id)).getOrDefault(id, List.of())));
    }

    private static String name(String name) {
        if (name.matches(".*[/:.%\"'].*")) {
            throw new RequestRefused(MlflowError.invalid(
                    "Invalid model name ('%s') provided. Model name must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%%', '\"', \"'\")"
                            .formatted(name)));
        }
        return name;
    }

    private static List<Criterion> criteria(@Nullable String filter) {
        return SearchGrammar.filter(SearchDialect.LOGGED_MODELS, filter).stream()
                .map(criterion -> criterion.subject() == Subject.ATTRIBUTE
                                && criterion.key().equals("status")
                        ? new Criterion(
                                Subject.ATTRIBUTE,
                                "status",
                                criterion.operator(),
                                criterion.values().stream()
                                        .<Object>map(value -> LoggedModelStatus.inFilter(value.toString()))
                                        .toList())
                        : criterion)
                .toList();
    }

    private static MeasuredOn dataset(Dataset dataset) {
        var name = Required.orEmpty(dataset.datasetName());
        if (name.isEmpty()) {
            throw new RequestRefused(MlflowError.invalid("`dataset_name` in the `datasets` clause must be specified."));
        }
        return new MeasuredOn(name, orNull(dataset.datasetDigest()));
    }

    private static @Nullable String orNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static List<By> order(List<OrderBy> clauses) {
        var order = new ArrayList<By>();
        for (var index = 0; index < clauses.size(); index++) {
            var clause = clauses.get(index);
            var field = Required.text("order_by[%d].field_name".formatted(index), clause.fieldName());
            var ascending = clause.ascending() == null || clause.ascending();
            if (field.startsWith("metrics.")) {
                var name = orNull(clause.datasetName());
                order.add(new By(
                        new Ordering(Subject.METRIC, field.substring("metrics.".length()), ascending),
                        name == null ? null : new MeasuredOn(name, orNull(clause.datasetDigest()))));
            } else {
                order.add(new By(
                        new Ordering(
                                Subject.ATTRIBUTE,
                                SearchDialect.LOGGED_MODELS.orderKey(Subject.ATTRIBUTE, field.strip()),
                                ascending),
                        null));
            }
        }
        return order;
    }
}
