package org.millwright.cli.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Gathers the points of one run and sends them in requests of a bounded size. */
final class PointBatch {
    private static final int MOST = 10_000;

    private final TransferClient target;
    private final String run;
    private ObjectNode request = TransferClient.JSON.createObjectNode();
    private @Nullable String key;
    private @Nullable ArrayNode points;
    private int count;
    private long sent;

    PointBatch(TransferClient target, String run) {
        this.target = target;
        this.run = run;
    }

    void add(String metric, JsonNode timestamp, JsonNode step, JsonNode value) {
        var series = points;
        if (series == null || !metric.equals(key)) {
            series = request.withArray("metrics").addObject().put("key", metric).putArray("points");
            points = series;
            key = metric;
        }
        series.addArray().add(timestamp).add(step).add(value);
        count++;
        if (count == MOST) {
            send();
        }
    }

    /** How many points were sent so far. */
    long sent() {
        return sent;
    }

    /** Sends what is left. */
    void finish() {
        if (count > 0) {
            send();
        }
    }

    private void send() {
        target.post(request, "runs", run, "metrics");
        sent += count;
        request = TransferClient.JSON.createObjectNode();
        points = null;
        count = 0;
    }
}
