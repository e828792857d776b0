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
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.shared.IdSource;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;

/** MLflow's {@code runs/*} about runs themselves; what is logged to them is {@link RunLoggingResource}'s. */
@Path("2.0/mlflow/runs")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class RunsResource {
    private static final String NAME_TAG = "mlflow.runName";
    private static final String USER_TAG = "mlflow.user";

    @Inject
    RunLifecycle lifecycle;

    @Inject
    Tracking tracking;

    @Inject
    DefaultExperiment defaultExperiment;

    @Inject
    CurrentCaller caller;

    @Inject
    IdSource ids;

    record Create(
            @Nullable String experimentId,
            @Nullable String userId,
            @Nullable String runName,
            @Nullable Long startTime,
            @Nullable List<KeyValue> tags) {}

    record Update(
            @Nullable String runId,
            @Nullable String runUuid,
            @Nullable JsonNode status,
            @Nullable Long endTime,
            @Nullable String runName) {}

    record ById(@Nullable String runId) {}

    record Search(
            @Nullable List<String> experimentIds,
            @Nullable String filter,
            @Nullable JsonNode runViewType,
            @Nullable Integer maxResults,
            @Nullable List<String> orderBy,
            @Nullable String pageToken) {}

    record One(RunBody run) {}

    record Updated(RunBody.Info runInfo) {}

    record Found(List<RunBody> runs, @Nullable String nextPageToken) {}

    @POST
    @Path("create")
    @Audited(Trail.ROW)
    @Requires(Permission.EXPERIMENT_WRITE)
    public One create(Create request) {
        var tags = KeyValue.toMap("tags", request.tags());
        var workspace = caller.workspace();
        var begun = tracking.begin(
                workspace,
                defaultExperiment.in(workspace, Ids.experiment(request.experimentId())),
                name(Required.orEmpty(request.runName()), Required.orEmpty(tags.get(NAME_TAG))),
                user(Required.orEmpty(request.userId()), Required.orEmpty(tags.get(USER_TAG))),
                request.startTime() == null || request.startTime() == 0
                        ? null
                        : Instant.ofEpochMilli(request.startTime()),
                tags);
        return new One(RunBody.of(begun.run(), begun.data()));
    }

    @GET
    @Path("get")
    @Requires(Permission.EXPERIMENT_READ)
    public One get(@QueryParam("run_id") @Nullable String id, @QueryParam("run_uuid") @Nullable String uuid) {
        var run = lifecycle.get(caller.workspace(), Ids.run(id, uuid));
        return new One(body(run));
    }

    /** A status that is left out stays; what a job's script says of its own status changes nothing. */
    @POST
    @Path("update")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_WRITE)
    public Updated update(Update request) {
        var workspace = caller.workspace();
        var id = Ids.run(request.runId(), request.runUuid());
        var reported = RunStatus.reported(request.status());
        var run = lifecycle.getActive(workspace, id);
        if (request.runName() != null && !request.runName().isEmpty()) {
            run = tracking.rename(workspace, id, request.runName());
        }
        var endTime = request.endTime();
        if (reported == null && endTime != null && run.state().isEnded()) {
            // Only its end is corrected.
            reported = Run.Reported.valueOf(RunStatus.of(run.state()).name());
        }
        if (reported != null) {
            run = lifecycle.report(workspace, id, reported, endTime == null ? null : Instant.ofEpochMilli(endTime));
        }
        return new Updated(RunBody.Info.of(run));
    }

    @POST
    @Path("search")
    @Audited(Trail.NOTHING)
    @Requires(Permission.EXPERIMENT_READ)
    public Found search(Search request) {
        var experiments = Required.orEmpty(request.experimentIds()).stream()
                .map(id -> defaultExperiment.in(caller.workspace(), Ids.experiment(id)))
                .toList();
        var paging = Paging.RUNS.page(request.maxResults(), request.pageToken());
        var filter = RunCriteria.of(SearchGrammar.filter(SearchDialect.RUNS, request.filter()));
        var order = SearchGrammar.order(SearchDialect.RUNS, request.orderBy());
        if (experiments.isEmpty()) {
            return new Found(List.of(), null);
        }
        var page = lifecycle.search(
                new RunQuery(
                        caller.workspace(),
                        experiments,
                        Views.parse("run_view_type", request.runViewType()),
                        filter,
                        order),
                paging);
        var logged = tracking.read(page.items().stream().map(Run::id).toList());
        return new Found(
                page.items().stream()
                        .map(run -> RunBody.of(run, logged.getOrDefault(run.id(), RunData.EMPTY)))
                        .toList(),
                page.nextToken());
    }

    @POST
    @Path("delete")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty delete(ById request) {
        lifecycle.delete(caller.workspace(), Ids.run(request.runId()));
        return Empty.DONE;
    }

    @POST
    @Path("restore")
    @Requires(Permission.EXPERIMENT_WRITE)
    public Empty restore(ById request) {
        lifecycle.restore(caller.workspace(), Ids.run(request.runId()));
        return Empty.DONE;
    }

    private RunBody body(Run run) {
        return RunBody.of(run, tracking.read(List.of(run.id())).getOrDefault(run.id(), RunData.EMPTY));
    }

    private String name(String given, String tagged) {
        if (!given.isEmpty() && !tagged.isEmpty() && !given.equals(tagged)) {
            throw new RequestRefused(MlflowError.invalid(
                    "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='%s', mlflow.runName='%s')."
                            .formatted(given, tagged)));
        }
        if (!given.isEmpty()) {
            return given;
        }
        return tagged.isEmpty() ? RunNames.invent(ids) : tagged;
    }

    private String user(String given, String tagged) {
        if (!given.isEmpty()) {
            return given;
        }
        return tagged.isEmpty() ? caller.get().name() : tagged;
    }
}
