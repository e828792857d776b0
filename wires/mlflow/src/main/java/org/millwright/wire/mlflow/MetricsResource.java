package org.millwright.wire.mlflow;

import static jakarta.ws.rs.core.MediaType.APPLICATION_JSON;

import com.fasterxml.jackson.core.JsonGenerator;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Sampling;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** MLflow's {@code metrics/*}: the history of a metric. */
@Path("2.0/mlflow/metrics")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class MetricsResource {
    /** How many points are read at once, however many are asked for. */
    private static final int LONGEST_PAGE = 25_000;

    private static final int MOST_SAMPLES = 2500;
    private static final int MOST_RUNS = 100;

    @Inject
    Tracking tracking;

    @Inject
    CurrentCaller caller;

    record Found(List<MetricBody> metrics) {}

    /**
     * The points by timestamp, step and value. Without {@code max_results} it is the whole history, however long: it is
     * read page by page and written as it is read.
     */
    @GET
    @Path("get-history")
    @Requires(Permission.EXPERIMENT_READ)
    public StreamingOutput history(
            @QueryParam("run_id") @Nullable String id,
            @QueryParam("run_uuid") @Nullable String uuid,
            @QueryParam("metric_key") @Nullable String metric,
            @QueryParam("max_results") @Nullable String maxResults,
            @QueryParam("page_token") @Nullable String pageToken) {
        var workspace = caller.workspace();
        var run = Ids.run(id, uuid);
        var key = Required.text("metric_key", metric);
        var size = Required.number("max_results", maxResults);
        if (size != null && size < 1) {
            throw new RequestRefused(MlflowError.invalid(
                    "Invalid value %d for parameter 'max_results' supplied. It must be a positive integer."
                            .formatted(size)));
        }
        var token = pageToken == null || pageToken.isEmpty() ? null : pageToken;
        // Read before the answer begins, so that a refusal can still become one.
        var first = tracking.history(workspace, run, key, pageOf(size, token));
        return output -> {
            try (var json = MlflowJson.MAPPER.getFactory().createGenerator(output)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.writeStartObject();
                var page = first;
                var left = size;
                if (!first.items().isEmpty()) {
                    json.writeArrayFieldStart("metrics");
                    while (true) {
                        write(json, page.items());
                        left = left == null ? null : left - page.items().size();
                        if (page.nextToken() == null || (left != null && left == 0)) {
                            break;
                        }
                        page = tracking.history(workspace, run, key, pageOf(left, page.nextToken()));
                    }
                    json.writeEndArray();
                }
                if (page.nextToken() != null) {
                    json.writeStringField("next_page_token", page.nextToken());
                }
                json.writeEndObject();
            }
        };
    }

    /** For charts: of each run some points that lie evenly among all, in the order of steps. */
    @GET
    @Path("get-history-bulk-interval")
    @Requires(Permission.EXPERIMENT_READ)
    public Found sampled(
            @QueryParam("run_ids") @Nullable List<String> ids,
            @QueryParam("metric_key") @Nullable String metric,
            @QueryParam("start_step") @Nullable String startStep,
            @QueryParam("end_step") @Nullable String endStep,
            @QueryParam("max_results") @Nullable String maxResults) {
        var runs = runs("GetMetricHistoryBulkInterval", Required.list("run_ids", ids));
        var key = Required.text("metric_key", metric);
        var most = Required.number("max_results", maxResults);
        if (most != null && (most < 1 || most > MOST_SAMPLES)) {
            throw new RequestRefused(
                    MlflowError.invalid("max_results must be between 1 and %d.".formatted(MOST_SAMPLES)));
        }
        var sampling = new Sampling(most == null ? MOST_SAMPLES : most, steps(startStep, endStep));
        var found = new ArrayList<MetricBody>();
        for (var run : runs) {
            for (var point : tracking.sample(caller.workspace(), run, key, sampling)) {
                found.add(MetricBody.of(point, run.value()));
            }
        }
        return new Found(found);
    }

    /** The histories of several runs one after the other, by the runs' ids; runs that are not there have none. */
    @GET
    @Path("get-history-bulk")
    @Requires(Permission.EXPERIMENT_READ)
    public Found histories(
            @QueryParam("run_id") @Nullable List<String> ids,
            @QueryParam("metric_key") @Nullable String metric,
            @QueryParam("max_results") @Nullable String maxResults) {
        if (Required.orEmpty(ids).isEmpty()) {
            throw new RequestRefused(
                    MlflowError.invalid("GetMetricHistoryBulk request must specify at least one run_id."));
        }
        if (metric == null) {
            throw new RequestRefused(MlflowError.invalid("GetMetricHistoryBulk request must specify a metric_key."));
        }
        var most = Required.number("max_results", maxResults);
        if (most != null && most < 1) {
            throw new RequestRefused(MlflowError.invalid("max_results", most.toString(), "It must be at least 1"));
        }
        var left = most == null ? LONGEST_PAGE : Math.min(most, LONGEST_PAGE);
        var workspace = caller.workspace();
        var found = new ArrayList<MetricBody>();
        var runs = runs("GetMetricHistoryBulk", Required.orEmpty(ids)).stream()
                .distinct()
                .sorted(Comparator.comparing(RunId::value))
                .toList();
        for (var run : runs) {
            if (left > found.size() && tracking.knows(workspace, run)) {
                tracking.history(workspace, run, metric, PageRequest.first(left - found.size()))
                        .items()
                        .forEach(point -> found.add(MetricBody.of(point, run.value())));
            }
        }
        return new Found(found);
    }

    private static List<RunId> runs(String request, List<String> ids) {
        if (ids.size() > MOST_RUNS) {
            throw new RequestRefused(
                    MlflowError.invalid("%s request cannot specify more than %d run_ids. Received %d run_ids."
                            .formatted(request, MOST_RUNS, ids.size())));
        }
        return ids.stream().map(Ids::run).toList();
    }

    private static Sampling.@Nullable Steps steps(@Nullable String start, @Nullable String end) {
        var first = Required.whole("start_step", start);
        var last = Required.whole("end_step", end);
        if (first == null && last == null) {
            return null;
        }
        if (first == null || last == null) {
            throw new RequestRefused(
                    MlflowError.invalid("If either start step or end step are specified, both must be specified."));
        }
        if (first > last) {
            throw new RequestRefused(
                    MlflowError.invalid("end_step must be greater than start_step. Found start_step=%d and end_step=%d."
                            .formatted(first, last)));
        }
        return new Sampling.Steps(first, last);
    }

    private static PageRequest pageOf(@Nullable Integer size, @Nullable String token) {
        return new PageRequest(token, size == null ? LONGEST_PAGE : Math.min(size, LONGEST_PAGE));
    }

    private static void write(JsonGenerator json, List<Metric> metrics) throws IOException {
        for (var metric : metrics) {
            json.writeStartObject();
            json.writeStringField("key", metric.key());
            json.writeNumberField("value", metric.value());
            json.writeNumberField("timestamp", metric.timestamp());
            json.writeNumberField("step", metric.step());
            json.writeEndObject();
        }
    }
}
