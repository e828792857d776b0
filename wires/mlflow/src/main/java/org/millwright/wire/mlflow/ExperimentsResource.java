package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.Experiments;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** MLflow's {@code experiments/*}. */
@Path("2.0/mlflow/experiments")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ExperimentsResource {
    @Inject
    Experiments experiments;

    @Inject
    CurrentCaller caller;

    record Create(
            @Nullable String name,
            @Nullable String artifactLocation,
            @Nullable List<KeyValue> tags) {}

    record Created(String experimentId) {}

    record ById(@Nullable String experimentId) {}

    record Update(@Nullable String experimentId, @Nullable String newName) {}

    record SetTag(
            @Nullable String experimentId,
            @Nullable String key,
            @Nullable String value) {}

    record Search(
            @Nullable Integer maxResults,
            @Nullable String pageToken,
            @Nullable String filter,
            @Nullable List<String> orderBy,
            @Nullable String viewType) {}

    record One(ExperimentBody experiment) {}

    record Found(List<ExperimentBody> experiments, @Nullable String nextPageToken) {}

    @POST
    @Path("create")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Created create(Create request) {
        if (!Required.orEmpty(request.artifactLocation()).isEmpty()) {
            throw new RequestRefused(MlflowError.invalid(
                    "artifact_location",
                    MlflowJson.quoted(Required.orEmpty(request.artifactLocation())),
                    "this server keeps the artifacts of every experiment in its own store; leave it out."));
        }
        var created = experiments.create(
                caller.workspace(), Required.text("name", request.name()), KeyValue.toMap("tags", request.tags()));
        return new Created(created.id().toString());
    }

    @GET
    @Path("get")
    @Requires(Permission.EXPERIMENT_READ)
    public One get(@QueryParam("experiment_id") @Nullable String id) {
        return new One(ExperimentBody.of(experiments.get(caller.workspace(), Ids.experiment(id))));
    }

    @GET
    @Path("get-by-name")
    @Requires(Permission.EXPERIMENT_READ)
    public One getByName(@QueryParam("experiment_name") @Nullable String name) {
        return new One(
                ExperimentBody.of(experiments.getByName(caller.workspace(), Required.text("experiment_name", name))));
    }

    @POST
    @Path("search")
    @Requires(Permission.EXPERIMENT_READ)
    public Found search(Search request) {
        var page = experiments.search(
                caller.workspace(),
                Views.parse(request.viewType()),
                SearchGrammar.filter(SearchDialect.EXPERIMENTS, request.filter()),
                SearchGrammar.order(SearchDialect.EXPERIMENTS, request.orderBy()),
                Paging.EXPERIMENTS.page(request.maxResults(), request.pageToken()));
        return new Found(page.items().stream().map(ExperimentBody::of).toList(), page.nextToken());
    }

    @GET
    @Path("search")
    @Requires(Permission.EXPERIMENT_READ)
    public Found search(
            @QueryParam("max_results") @Nullable String maxResults,
            @QueryParam("page_token") @Nullable String pageToken,
            @QueryParam("filter") @Nullable String filter,
            @QueryParam("order_by") @Nullable List<String> orderBy,
            @QueryParam("view_type") @Nullable String viewType) {
        return search(new Search(Required.number("max_results", maxResults), pageToken, filter, orderBy, viewType));
    }

    @POST
    @Path("delete")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty delete(ById request) {
        var id = Ids.experiment(request.experimentId());
        Repeat.onStale(() -> experiments.delete(caller.workspace(), id));
        return Empty.DONE;
    }

    @POST
    @Path("restore")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty restore(ById request) {
        var id = Ids.experiment(request.experimentId());
        Repeat.onStale(() -> experiments.restore(caller.workspace(), id));
        return Empty.DONE;
    }

    @POST
    @Path("update")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty update(Update request) {
        var id = Ids.experiment(request.experimentId());
        var name = Required.text("new_name", request.newName());
        Repeat.onStale(() -> experiments.rename(caller.workspace(), id, name));
        return Empty.DONE;
    }

    @POST
    @Path("set-experiment-tag")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty setTag(SetTag request) {
        var id = Ids.experiment(request.experimentId());
        var key = Required.text("key", request.key());
        Repeat.onStale(() -> experiments.tag(caller.workspace(), id, key, Required.orEmpty(request.value())));
        return Empty.DONE;
    }

    @POST
    @Path("delete-experiment-tag")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty deleteTag(SetTag request) {
        var id = Ids.experiment(request.experimentId());
        var key = Required.text("key", request.key());
        Repeat.onStale(() -> experiments.untag(caller.workspace(), id, key));
        return Empty.DONE;
    }
}
