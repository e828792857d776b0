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
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Metric;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** MLflow's {@code metrics/*}: the history of a metric. */
@Path("2.0/mlflow/metrics")
@Produces(APPLICATION_JSON)
@ApplicationScoped
public class MetricsResource {
    @Inject
    Tracking tracking;

    @Inject
    CurrentCaller caller;

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
        // Read before the answer begins, so that a refusal can still become one.
        var first = tracking.history(workspace, run, key, Paging.HISTORY.page(size, pageToken));
        var whole = size == null;
        return output -> {
            try (var json = MlflowJson.MAPPER.getFactory().createGenerator(output)) {
                json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
                json.writeStartObject();
                if (!first.items().isEmpty()) {
                    json.writeArrayFieldStart("metrics");
                    write(json, first.items());
                    for (Page<Metric> page = first; whole && page.nextToken() != null; ) {
                        page = tracking.history(
                                workspace, run, key, new PageRequest(page.nextToken(), Paging.HISTORY.usual()));
                        write(json, page.items());
                    }
                    json.writeEndArray();
                }
                if (!whole && first.nextToken() != null) {
                    json.writeStringField("next_page_token", first.nextToken());
                }
                json.writeEndObject();
            }
        };
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
