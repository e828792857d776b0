package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code runs/*} by which clients log. A request that is repeated changes nothing the second time. */
@Path("2.0/mlflow/runs")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class RunLoggingResource {
    private static final int MOST_INPUTS = 1000;

    @Inject
    Tracking tracking;

    @Inject
    CurrentCaller caller;

    record Pair(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable String key,
            @Nullable String value) {}

    record LogInputs(
            @Nullable String runId,
            @Nullable List<RunBody.DatasetInputBody> datasets,
            @Nullable List<RunBody.ModelInput> models) {}

    record LogOutputs(@Nullable String runId, @Nullable List<RunBody.ModelOutput> models) {}

    record LogModel(@Nullable String runId, @Nullable String modelJson) {}

    @POST
    @Path("log-metric")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logMetric(LogMetric request) {
        log(request.runId(), request.runUuid(), new TrackingBatch(List.of(request.metric()), Map.of(), Map.of()));
        return Empty.DONE;
    }

    @POST
    @Path("log-parameter")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logParameter(Pair request) {
        var parameter = Map.of(Required.text("key", request.key()), Required.orEmpty(request.value()));
        log(request.runId(), request.runUuid(), new TrackingBatch(List.of(), parameter, Map.of()));
        return Empty.DONE;
    }

    @POST
    @Path("log-batch")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logBatch(LogBatch request) {
        tracking.log(caller.workspace(), request.run(), request.batch());
        return Empty.DONE;
    }

    @POST
    @Path("set-tag")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty setTag(Pair request) {
        log(
                request.runId(),
                request.runUuid(),
                TrackingBatch.tag(Required.text("key", request.key()), Required.orEmpty(request.value())));
        return Empty.DONE;
    }

    @POST
    @Path("delete-tag")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty deleteTag(Pair request) {
        var run = Ids.run(request.runId(), request.runUuid());
        tracking.deleteTag(caller.workspace(), run, Required.text("key", request.key()));
        return Empty.DONE;
    }

    @POST
    @Path("log-inputs")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logInputs(LogInputs request) {
        var run = Ids.run(request.runId());
        var datasets = datasets(Required.orEmpty(request.datasets()));
        var models = new ArrayList<ModelLink>();
        for (var model : Required.orEmpty(request.models())) {
            models.add(new ModelLink(Ids.loggedModel(model.modelId()).value(), 0, ModelLink.Direction.INPUT));
        }
        requireFew("datasets", datasets.size());
        requireFew("models", models.size());
        if (!datasets.isEmpty()) {
            tracking.addDatasets(caller.workspace(), run, datasets);
        }
        if (!models.isEmpty()) {
            tracking.addModels(caller.workspace(), run, models);
        }
        return Empty.DONE;
    }

    /** What a client of 3.x says after it made a logged model. */
    @POST
    @Path("outputs")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logOutputs(LogOutputs request) {
        var run = Ids.run(request.runId());
        var models = new ArrayList<ModelLink>();
        for (var model : Required.value("models", request.models())) {
            var step = model.step() == null ? 0 : model.step();
            models.add(new ModelLink(Ids.loggedModel(model.modelId()).value(), step, ModelLink.Direction.OUTPUT));
        }
        requireFew("models", models.size());
        tracking.addModels(caller.workspace(), run, models);
        return Empty.DONE;
    }

    /** What a client of 2.x says instead: it is kept in a tag of the run. */
    @POST
    @Path("log-model")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty logModel(LogModel request) {
        var run = Ids.run(request.runId());
        var model = ModelHistory.parse(Required.text("model_json", request.modelJson()), run);
        tracking.changeTag(caller.workspace(), run, ModelHistory.TAG, history -> ModelHistory.append(history, model));
        return Empty.DONE;
    }

    private void log(@Nullable String run, @Nullable String uuid, TrackingBatch batch) {
        tracking.log(caller.workspace(), Ids.run(run, uuid), batch);
    }

    private static List<DatasetInput> datasets(List<RunBody.DatasetInputBody> inputs) {
        var datasets = new ArrayList<DatasetInput>();
        for (var index = 0; index < inputs.size(); index++) {
            var place = "datasets[%d].dataset".formatted(index);
            var input = inputs.get(index);
            var dataset = Required.value(place, input.dataset());
            datasets.add(new DatasetInput(
                    Limits.within(place + ".name", Required.text(place + ".name", dataset.name()), 500),
                    Limits.within(place + ".digest", Required.orEmpty(dataset.digest()), 36),
                    Required.orEmpty(dataset.sourceType()),
                    Limits.within(place + ".source", Required.orEmpty(dataset.source()), 65_535),
                    dataset.schema() == null ? null : Limits.within(place + ".schema", dataset.schema(), (1 << 20) - 1),
                    dataset.profile() == null
                            ? null
                            : Limits.within(place + ".profile", dataset.profile(), (1 << 24) - 1),
                    Limits.inputTags(KeyValue.toMap("datasets[%d].tags".formatted(index), input.tags()))));
        }
        return datasets;
    }

    private static void requireFew(String what, int count) {
        if (count > MOST_INPUTS) {
            throw new RequestRefused(MlflowError.invalid(
                    what, Integer.toString(count), "at most %d in one call".formatted(MOST_INPUTS)));
        }
    }
}
