package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.DeploymentStatus;
import org.millwright.engine.ServingFolder;

/** The inference server alone, over HTTP, told what to serve by its folder only. */
class ScoringIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "the-key-of-the-tests";
    private static final AtomicLong REVISION = new AtomicLong();

    @TempDir
    static Path temporary;

    private static ServingFolder folder;
    private static StandaloneServer server;

    @BeforeAll
    static void start() throws Exception {
        folder = new ServingFolder(temporary.resolve("serving"));
        publish("iris", Map.of("blue", 100), deployment("blue", "iris.onnx"), deployment("zipmap", "iris-zipmap.onnx"));
        publish("named", Map.of("blue", 100), deployment("blue", "named-columns.onnx"));
        publish("linear", Map.of("blue", 100), deployment("blue", "linear.onnx"));
        publish("failing", Map.of("blue", 100), deployment("blue", "failing.onnx"));
        publish("idle", Map.of("blue", 0), deployment("blue", "linear.onnx"));
        publish("slow", Map.of("blue", 100), limited("blue", "slow.onnx", 1, 2_000, 10_000));
        publish("small", Map.of("blue", 100), limited("blue", "linear.onnx", 8, 60_000, 1_000));
        publish("broken", Map.of("blue", 100), deployment("blue", "iris-expected.json"));
        server = StandaloneServer.start(folder.folder(), temporary);
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private static DeploymentManifest.Deployment deployment(String name, String model) throws IOException {
        return limited(name, model, 64, 60_000, 10_000_000);
    }

    private static DeploymentManifest.Deployment limited(
            String name, String model, int concurrent, long millis, long bytes) throws IOException {
        var path = ServingFolder.modelPath("main", model, "1");
        var target = folder.resolve(path);
        if (Files.notExists(target)) {
            Files.createDirectories(target);
            try (var source = Objects.requireNonNull(ScoringIT.class.getResourceAsStream("/models/" + model))) {
                Files.copy(source, target.resolve("model.onnx"));
            }
        }
        return new DeploymentManifest.Deployment(
                name, new DeploymentManifest.Model(model, "1"), path, concurrent, millis, bytes);
    }

    private static DeploymentManifest publish(
            String endpoint, Map<String, Integer> traffic, DeploymentManifest.Deployment... deployments)
            throws Exception {
        var digest = HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(KEY.getBytes(StandardCharsets.UTF_8)));
        var manifest = new DeploymentManifest(
                "main", endpoint, REVISION.incrementAndGet(), List.of(digest), traffic, List.of(deployments));
        folder.writeManifest(manifest);
        return manifest;
    }

    private static void awaitServed(DeploymentManifest manifest, String deployment) throws InterruptedException {
        while (folder.readStatus("main", manifest.endpoint(), deployment)
                .filter(status -> status.revision() >= manifest.revision())
                .isEmpty()) {
            Thread.sleep(20);
        }
    }

    private static HttpRequest.Builder score(String endpoint, String body) {
        return server.request("main/" + endpoint + "/score")
                .header("Authorization", "Bearer " + KEY)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> answer(HttpRequest.Builder request) throws InterruptedException {
        return server.send(request.build());
    }

    private static JsonNode resource(String name) throws IOException {
        try (InputStream source = Objects.requireNonNull(ScoringIT.class.getResourceAsStream("/models/" + name))) {
            return JSON.readTree(source);
        }
    }

    private static void assertError(HttpResponse<String> response, int status, String code, String words)
            throws IOException {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(response.headers().firstValue("x-request-id")).isPresent();
        var error = JSON.readTree(response.body()).get("error");
        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("message").asText()).contains(words);
    }

    @Test
    void probes_need_no_key() throws Exception {
        assertThat(answer(server.request("")).body()).isEqualTo("Healthy");
        assertThat(answer(server.request("health/live")).statusCode()).isEqualTo(200);
        assertThat(answer(server.request("health/ready")).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest(name = "deployment {0}: labels in \"{1}\", probabilities in \"{2}\"")
    @CsvSource({"blue, label, probabilities", "zipmap, output_label, output_probability"})
    void a_scikit_learn_model_answers_as_in_python(String deployment, String label, String probabilities)
            throws Exception {
        var expected = resource("iris-expected.json");
        var body = JSON.createObjectNode();
        body.putObject("input_data")
                .<ObjectNode>set(
                        "columns",
                        JSON.createArrayNode().add("a").add("b").add("c").add("d"))
                .<ObjectNode>set("index", JSON.createArrayNode().add(0).add(1).add(2))
                .set("data", expected.get("rows"));
        var response = answer(score("iris", body.toString()).header("azureml-model-deployment", deployment));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var answer = JSON.readTree(response.body());
        assertThat(answer.get(label)).isEqualTo(expected.get("label"));
        assertClose(answer.get(probabilities), expected.get("probabilities"));
    }

    @Test
    void a_model_with_named_columns_answers_as_in_python_whatever_the_order() throws Exception {
        var expected = resource("named-columns-expected.json");
        var rows = JSON.createArrayNode();
        expected.get("rows")
                .forEach(row ->
                        rows.addArray().add("passed over").add(row.get(1)).add(row.get(0)));
        var body = JSON.createObjectNode();
        body.putObject("input_data")
                .<ObjectNode>set(
                        "columns",
                        JSON.createArrayNode().add("more").add("colour").add("size"))
                .set("data", rows);
        var response = answer(score("named", body.toString()));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        var answer = JSON.readTree(response.body());
        assertThat(answer.get("label")).isEqualTo(expected.get("label"));
        assertClose(answer.get("probabilities"), expected.get("probabilities"));
    }

    private static void assertClose(JsonNode actual, JsonNode expected) {
        assertThat(actual).hasSize(expected.size());
        for (var row = 0; row < expected.size(); row++) {
            assertThat(actual.get(row)).hasSize(expected.get(row).size());
            for (var column = 0; column < expected.get(row).size(); column++) {
                assertThat(actual.get(row).get(column).asDouble())
                        .isCloseTo(expected.get(row).get(column).asDouble(), within(1e-5));
            }
        }
    }

    @Test
    void an_answer_carries_the_headers_that_azure_clients_read() throws Exception {
        var response = answer(score("linear", "{\"input_data\": [[1,1,1]]}")
                .header("x-request-id", "mine")
                .header("x-ms-client-request-id", "the-clients"));

        assertThat(response.body()).isEqualTo("[6.5]");
        var headers = response.headers();
        assertThat(headers.firstValue("x-request-id")).contains("mine");
        assertThat(headers.firstValue("x-ms-request-id")).contains("the-clients");
        assertThat(headers.firstValue("x-ms-client-request-id")).contains("the-clients");
        assertThat(headers.firstValue("azureml-model-deployment")).contains("blue");
        assertThat(headers.firstValue("x-ms-run-function-failed")).contains("False");
        assertThat(headers.firstValue("x-ms-run-fn-exec-ms").orElseThrow()).matches("\\d+\\.\\d{3}");
    }

    @Test
    void a_content_type_may_be_missing_but_not_another() throws Exception {
        var url = "main/linear/score";
        var body = HttpRequest.BodyPublishers.ofString("{\"input_data\": [[1,1,1]]}");
        assertThat(answer(server.request(url)
                                .header("Authorization", "bearer " + KEY)
                                .POST(body))
                        .body())
                .isEqualTo("[6.5]");
        assertError(
                answer(server.request(url)
                        .header("Authorization", "Bearer " + KEY)
                        .header("Content-Type", "text/csv")
                        .POST(body)),
                415,
                "UnsupportedMediaType",
                "text/csv");
    }

    @Test
    void without_a_valid_key_an_endpoint_looks_as_if_it_were_not_there() throws Exception {
        var bodies = new ArrayList<String>();
        for (var endpoint : List.of("linear", "idle", "no-such-endpoint")) {
            var response = answer(server.request("main/" + endpoint + "/score")
                    .header("Authorization", "Bearer wrong")
                    .header("azureml-model-deployment", "no-such-deployment")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")));
            assertError(response, 401, "Unauthorized", "not valid for this endpoint, or there is no such endpoint");
            assertThat(response.headers().firstValue("WWW-Authenticate")).contains("Bearer");
            bodies.add(response.body());
        }
        assertThat(bodies).containsOnly(bodies.getFirst());
        assertError(
                answer(server.request("main/linear/score").POST(HttpRequest.BodyPublishers.noBody())),
                401,
                "Unauthorized",
                "Authorization: Bearer <key>");
        assertError(answer(server.request("main/linear/swagger.json")), 401, "Unauthorized", "Bearer");
    }

    @Test
    void a_row_of_the_wrong_width_is_refused_with_its_place() throws Exception {
        assertError(
                answer(score("iris", "{\"input_data\": {\"data\": [[1,2,3,4],[1,2,3]]}}")),
                400,
                "BadInput",
                "input_data.data[1] has 3 values; the model's 'X' takes 4");
        assertError(
                answer(score("iris", "{\"input_data\": [[1,2,\"x\",4]]}")), 400, "BadInput", "input_data[0][2]: 'x'");
        assertError(answer(score("iris", "{\"input_data\"")), 400, "BadInput", "not JSON");
    }

    @Test
    void a_deployment_that_is_not_there_and_one_without_traffic_are_told_apart() throws Exception {
        var body = "{\"input_data\": [[1,1,1]]}";
        assertError(
                answer(score("linear", body).header("azureml-model-deployment", "red")),
                404,
                "DeploymentNotFound",
                "no deployment 'red'");
        assertError(answer(score("idle", body)), 404, "NoTraffic", "No deployment of this endpoint gets traffic");
        assertThat(answer(score("idle", body).header("azureml-model-deployment", "blue"))
                        .body())
                .isEqualTo("[6.5]");
    }

    @Test
    void only_post_scores() throws Exception {
        var response = answer(server.request("main/linear/score").header("Authorization", "Bearer " + KEY));

        assertError(response, 405, "MethodNotAllowed", "GET");
        assertThat(response.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void a_body_that_is_too_large_is_refused_whether_it_says_its_length_or_not() throws Exception {
        var body = "{\"input_data\": [%s[1,1,1]]}".formatted("[1,1,1],".repeat(200));
        assertError(answer(score("small", body)), 413, "RequestTooLarge", "1000 bytes");

        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var chunked = HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        assertError(answer(score("small", "").POST(chunked)), 413, "RequestTooLarge", "1000 bytes");
    }

    @Test
    void a_model_that_fails_on_its_input_is_told_from_a_server_that_fails() throws Exception {
        var response = answer(score("failing", "{\"input_data\": [7]}"));

        assertError(response, 424, "ModelError", "out of data bounds");
        assertThat(response.headers().firstValue("x-ms-run-function-failed")).contains("True");
        assertThat(answer(score("failing", "{\"input_data\": [1]}")).body()).isEqualTo("[20.0]");
    }

    @Test
    void a_run_that_takes_too_long_is_stopped_and_one_too_many_is_turned_away() throws Exception {
        var endless = "{\"input_data\": [2000000000]}";
        var quick = "{\"input_data\": [1]}";
        try (var threads = Executors.newSingleThreadExecutor()) {
            // whichever comes second is turned away: the endless one asks again until it is the one that runs
            var first = threads.submit(() -> {
                var response = answer(score("slow", endless));
                while (response.statusCode() == 429) {
                    response = answer(score("slow", endless));
                }
                return response;
            });
            var second = answer(score("slow", quick));
            while (second.statusCode() != 429 && !first.isDone()) {
                second = answer(score("slow", quick));
            }
            assertError(second, 429, "TooManyRequests", "1 requests at once");
            assertThat(second.headers().firstValue("Retry-After")).contains("1");
            assertError(first.get(), 408, "RequestTimeout", "2000 ms");
        }
        assertThat(answer(score("slow", quick)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_file_that_is_no_model_fails_its_deployment_and_says_why() throws Exception {
        var status = folder.readStatus("main", "broken", "blue").orElseThrow();

        assertThat(status.state()).isEqualTo(DeploymentStatus.State.FAILED);
        assertThat(status.reason()).isEqualTo("not an ONNX model: it looks like JSON");
        assertError(answer(score("broken", "{}")), 424, "DeploymentFailed", "not an ONNX model: it looks like JSON");
    }

    @Test
    void a_description_of_the_endpoint_is_made_from_its_model() throws Exception {
        var response = answer(server.request("main/iris/swagger.json").header("Authorization", "Bearer " + KEY));

        assertThat(response.statusCode()).isEqualTo(200);
        var document = JSON.readTree(response.body());
        assertThat(document.get("openapi").asText()).startsWith("3.");
        assertThat(document.at("/servers/0/url").asText()).endsWith("/endpoints/main/iris");
        assertThat(document.at("/paths/~1score/post/requestBody/content/application~1json/schema/properties/input_data"
                                + "/items/minItems")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void no_request_ever_gets_the_answer_of_another() throws Exception {
        try (var threads = Executors.newFixedThreadPool(16)) {
            var clients = new ArrayList<Callable<Void>>();
            for (var client = 0; client < 16; client++) {
                var random = new Random(client);
                clients.add(() -> {
                    for (var request = 0; request < 150; request++) {
                        assertOwnAnswers(random);
                    }
                    return null;
                });
            }
            for (var outcome : threads.invokeAll(clients)) {
                outcome.get();
            }
        }
    }

    private static void assertOwnAnswers(Random random) throws Exception {
        var rows = JSON.createArrayNode();
        var expected = new ArrayList<Float>();
        for (var row = 0; row <= random.nextInt(5); row++) {
            // Small whole numbers: the sums are exact in every order of adding.
            int a = random.nextInt(10_000), b = random.nextInt(10_000), c = random.nextInt(10_000);
            rows.addArray().add(a).add(b).add(c);
            expected.add(a + 2f * b + 3f * c + 0.5f);
        }
        var response = answer(score("linear", "{\"input_data\": " + rows + "}"));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(JSON.readValue(response.body(), Float[].class)).containsExactlyElementsOf(expected);
    }

    @Test
    void replacing_a_model_loses_no_request() throws Exception {
        awaitServed(publish("changing", Map.of("blue", 100), deployment("blue", "linear.onnx")), "blue");
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(4)) {
            var clients = new ArrayList<Future<Integer>>();
            for (var client = 0; client < 4; client++) {
                clients.add(threads.submit(() -> {
                    var answered = 0;
                    while (!stop.get()) {
                        var response = answer(score("changing", "{\"input_data\": [[1,1,1]]}"));
                        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
                        assertThat(response.body()).isEqualTo("[6.5]");
                        answered++;
                    }
                    return answered;
                }));
            }
            replaceAgainAndAgain();
            stop.set(true);
            for (var client : clients) {
                assertThat(client.get()).isPositive();
            }
        }
    }

    private static void replaceAgainAndAgain() throws Exception {
        var copies = List.of("linear-copy-1", "linear-copy-2");
        for (var copy : copies) {
            var target = Files.createDirectories(folder.resolve(ServingFolder.modelPath("main", copy, "1")));
            Files.copy(
                    folder.resolve(ServingFolder.modelPath("main", "linear.onnx", "1"))
                            .resolve("model.onnx"),
                    target.resolve("model.onnx"));
        }
        for (var round = 0; round < 20; round++) {
            var copy = copies.get(round % 2);
            awaitServed(publish("changing", Map.of("blue", 100), deployment("blue", copy)), "blue");
        }
    }

    @Test
    void a_withdrawn_endpoint_answers_no_more() throws Exception {
        awaitServed(publish("leaving", Map.of("blue", 100), deployment("blue", "linear.onnx")), "blue");
        var body = "{\"input_data\": [[1,1,1]]}";
        assertThat(answer(score("leaving", body)).statusCode()).isEqualTo(200);
        folder.removeManifest("main", "leaving");
        while (folder.readStatus("main", "leaving", "blue").isPresent()) {
            Thread.sleep(20);
        }

        assertError(answer(score("leaving", body)), 401, "Unauthorized", "no such endpoint");
    }
}
