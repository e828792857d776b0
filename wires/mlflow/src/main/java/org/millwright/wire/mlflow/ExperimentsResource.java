package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Datasets;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.model.DatasetSummary;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code experiments/*}. */
@Path("2.0/mlflow/experiments")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class ExperimentsResource {
    private static final int MOST_EXPERIMENTS = 20;

    @Inject
    Experiments experiments;

    @Inject
    Datasets datasets;

    @Inject
    DefaultExperiment defaultExperiment;

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
            @Nullable JsonNode viewType) {}

    record One(ExperimentBody experiment) {}

    record SearchDatasets(@Nullable List<String> experimentIds) {}

    record DatasetSummaryBody(
            String experimentId,
            String name,
            String digest,
            @Nullable String context) {
        static DatasetSummaryBody of(DatasetSummary summary) {
            return new DatasetSummaryBody(
                    summary.experiment().toString(), summary.name(), summary.digest(), summary.context());
        }
    }

    record FoundDatasets(List<DatasetSummaryBody> datasetSummaries) {}

    record Found(List<ExperimentBody> experiments, @Nullable String nextPageToken) {}

    @POST
    @Path("create")
    @Requires(value = Permission.EXPERIMENT_WRITE, on = Extent.NEW_RESOURCE)
    public Created create(Create request) {
        var name = Required.text("name", request.name());
        ArtifactUri.requireOwnStore("artifact_location", Required.orEmpty(request.artifactLocation()));
        var tags = Limits.experimentTags(KeyValue.toMap("tags", request.tags()));
        var created = experiments.create(caller.workspace(), Limits.within("name", name, 500), tags);
        return new Created(created.id().toString());
    }

    @GET
    @Path("get")
    @Requires(Permission.EXPERIMENT_READ)
    public One get(@QueryParam("experiment_id") @Nullable String id) {
        var experiment = defaultExperiment.in(caller.workspace(), Ids.experiment(id));
        return new One(ExperimentBody.of(experiments.get(caller.workspace(), experiment)));
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
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Found search(Search request) {
        var page = experiments.search(
                caller.workspace(),
                Views.parse("view_type", request.viewType()),
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
        return search(new Search(
                Required.number("max_results", maxResults), pageToken, filter, orderBy, EnumWord.ofQuery(viewType)));
    }

    /** What the pages of an experiment show of the data that its runs read. */
    @POST
    @Path("search-datasets")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public FoundDatasets searchDatasets(SearchDatasets request) {
        var ids = Required.orEmpty(request.experimentIds());
        if (ids.isEmpty()) {
            throw new RequestRefused(
                    MlflowError.invalid("SearchDatasets request must specify at least one experiment_id."));
        }
        if (ids.size() > MOST_EXPERIMENTS) {
            throw new RequestRefused(MlflowError.invalid(
                    "SearchDatasets request cannot specify more than %d experiment_ids. Received %d experiment_ids."
                            .formatted(MOST_EXPERIMENTS, ids.size())));
        }
        var experimentIds = ids.stream().map(Ids::experiment).toList();
        return new FoundDatasets(datasets.of(caller.workspace(), experimentIds).stream()
                .map(DatasetSummaryBody::of)
                .toList());
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
        var name = Limits.within("name", Required.text("new_name", request.newName()), 500);
        requireActive(id);
        Repeat.onStale(() -> experiments.rename(caller.workspace(), id, name));
        return Empty.DONE;
    }

    @POST
    @Path("set-experiment-tag")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty setTag(SetTag request) {
        var id = Ids.experiment(request.experimentId());
        var key = Limits.experimentTagKey(Required.text("key", request.key()));
        var value = Limits.experimentTag(Required.orEmpty(request.value()));
        requireActive(id);
        Repeat.onStale(() -> experiments.tag(caller.workspace(), id, key, value));
        return Empty.DONE;
    }

    @POST
    @Path("delete-experiment-tag")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty deleteTag(SetTag request) {
        var id = Ids.experiment(request.experimentId());
        var key = Required.text("key", request.key());
        requireActive(id);
        Repeat.onStale(() -> experiments.untag(caller.workspace(), id, key));
        return Empty.DONE;
    }

    /** A deleted experiment can be read and restored, and nothing else. */
    private void requireActive(ExperimentId id) {
        if (experiments.get(caller.workspace(), id).deletedAt() != null) {
            throw new Refused(new Problem.WrongState("experiment", id.toString(), "deleted", "change"));
        }
    }
}
