package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is read of a metric is what was logged, by the rules of MLflow's protocol, whatever points came in whatever order
 * and portions, some of them twice. The points are made from a seed, which names the case; they go the whole way, through
 * HTTP to PostgreSQL and back.
 */
@ExtendWith(RunningServer.Provider.class)
class MetricPropertiesIT {
    private static final String API = "/api/2.0/mlflow/";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Few enough that points meet at the same step and time. */
    private static final List<Long> WHOLE =
            List.of(Long.MIN_VALUE, -1L, 0L, 1L, 2L, 1_700_000_000_000L, (1L << 53) + 1, Long.MAX_VALUE);

    private static final List<Double> VALUES = List.of(
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0.0,
            -0.0,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL / 2,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            0.1,
            1.0 / 3,
            -1.5,
            1e16 + 2);

    /** By time, step and value; NaN is kept as 0 with a mark, so it stands where 0 does. */
    private static final Comparator<Point> HISTORY = Comparator.comparingLong(Point::timestamp)
            .thenComparingLong(Point::step)
            .thenComparingDouble(Point::order);

    private static final Comparator<Point> LATEST = Comparator.comparingLong(Point::step)
            .thenComparingLong(Point::timestamp)
            .thenComparingDouble(Point::order);

    private final RunningServer server;
    private final TrustingHttp http;

    MetricPropertiesIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    /** A point as the protocol stores it: infinities are the largest doubles, and there is one zero. */
    private record Point(long timestamp, long step, double value) {
        Point {
            if (Double.isInfinite(value)) {
                value = Math.copySign(Double.MAX_VALUE, value);
            }
            value += 0.0;
        }

        static Point read(JsonNode metric) {
            assertThat(metric.get("timestamp").isIntegralNumber()).isTrue();
            assertThat(metric.get("step").isIntegralNumber()).isTrue();
            var value = metric.get("value");
            return new Point(
                    metric.get("timestamp").longValue(),
                    metric.get("step").longValue(),
                    value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue());
        }

        double order() {
            return Double.isNaN(value) ? 0 : value;
        }
    }

    /** @param metric as it is sent; @param point as it is to be stored */
    private record Sent(Map<String, Object> metric, Point point) {}

    static IntStream seeds() {
        return IntStream.range(0, 30);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void what_is_read_of_a_metric_is_what_was_logged(long seed) throws Exception {
        var random = new Random(seed);
        var run = newRun();
        var sent = points(random, "m");
        var others = points(random, "m/other");

        log(random, run, sent);
        log(random, run, others);

        var expected = stored(sent);
        var whole = history(run, "m", "");
        assertThat(whole).containsExactlyInAnyOrderElementsOf(expected).isSortedAccordingTo(HISTORY);
        assertThat(pages(run, "m", 1 + random.nextInt(7))).isEqualTo(whole);
        assertThat(history(run, "m/other", "")).containsExactlyInAnyOrderElementsOf(stored(others));
        var latest = json(http.get(API + "runs/get?run_id=" + run, bearer(server.token())))
                .at("/run/data/metrics");
        assertThat(latest).hasSize(2);
        for (var metric : latest) {
            assertLatest(Point.read(metric), metric.get("key").asText().equals("m") ? expected : stored(others));
        }
    }

    /** Of NaN and 0 at one step and time either may be the latest: the protocol does not say. */
    private static void assertLatest(Point latest, LinkedHashSet<Point> points) {
        assertThat(points).contains(latest);
        assertThat(points).noneMatch(point -> LATEST.compare(point, latest) > 0);
    }

    private static LinkedHashSet<Point> stored(List<Sent> sent) {
        var points = new LinkedHashSet<Point>();
        sent.forEach(each -> points.add(each.point()));
        return points;
    }

    private static List<Sent> points(Random random, String key) {
        var points = new ArrayList<Sent>();
        for (var left = 1 + random.nextInt(60); left > 0; left--) {
            if (!points.isEmpty() && random.nextInt(5) == 0) {
                points.add(anyOf(random, points));
                continue;
            }
            var value = random.nextBoolean() ? anyOf(random, VALUES) : Double.valueOf(random.nextGaussian());
            var point = new Point(whole(random), whole(random), value);
            points.add(new Sent(
                    Map.of(
                            "key",
                            key,
                            "value",
                            wire(random, value),
                            "timestamp",
                            wire(random, point.timestamp()),
                            "step",
                            wire(random, point.step())),
                    point));
        }
        return points;
    }

    private static long whole(Random random) {
        return random.nextInt(3) == 0 ? random.nextLong() : anyOf(random, WHOLE);
    }

    /** Clients write numbers as numbers or, as protocol buffers do, as texts. */
    private static Object wire(Random random, double value) {
        return Double.isNaN(value) || Double.isInfinite(value) || random.nextInt(4) == 0
                ? Double.toString(value)
                : (Object) value;
    }

    private static Object wire(Random random, long value) {
        return random.nextInt(4) == 0 ? Long.toString(value) : (Object) value;
    }

    /** In portions of any size, by either of the two routes. */
    private void log(Random random, String run, List<Sent> points) throws Exception {
        for (var from = 0; from < points.size(); ) {
            var to = Math.min(points.size(), from + 1 + random.nextInt(20));
            var portion = points.subList(from, to);
            if (portion.size() == 1) {
                var single = new java.util.HashMap<>(portion.getFirst().metric());
                single.put("run_id", run);
                post("runs/log-metric", single);
            } else {
                post(
                        "runs/log-batch",
                        Map.of(
                                "run_id",
                                run,
                                "metrics",
                                portion.stream().map(Sent::metric).toList()));
            }
            from = to;
        }
    }

    private List<Point> pages(String run, String key, int size) throws Exception {
        var points = new ArrayList<Point>();
        var token = "";
        do {
            var page =
                    page(run, key, "&max_results=%d%s".formatted(size, token.isEmpty() ? "" : "&page_token=" + token));
            page.path("metrics").forEach(metric -> points.add(Point.read(metric)));
            token = java.net.URLEncoder.encode(
                    page.path("next_page_token").asText(""), java.nio.charset.StandardCharsets.UTF_8);
        } while (!token.isEmpty());
        return points;
    }

    private List<Point> history(String run, String key, String more) throws Exception {
        var points = new ArrayList<Point>();
        page(run, key, more).path("metrics").forEach(metric -> {
            assertThat(metric.get("key").asText()).isEqualTo(key);
            points.add(Point.read(metric));
        });
        return points;
    }

    private JsonNode page(String run, String key, String more) throws Exception {
        var answer = http.get(
                API + "metrics/get-history?run_id=%s&metric_key=%s%s".formatted(run, key, more),
                bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private String newRun() throws Exception {
        var experiment = post("experiments/create", Map.of("name", "properties-" + UUID.randomUUID()));
        return post("runs/create", Map.of("experiment_id", experiment.get("experiment_id")))
                .at("/run/info/run_id")
                .asText();
    }

    private JsonNode post(String path, Map<String, ?> body) throws Exception {
        var answer = http.postJson(API + path, JSON.writeValueAsString(body), bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static <T> T anyOf(Random random, List<T> items) {
        return items.get(random.nextInt(items.size()));
    }
}
