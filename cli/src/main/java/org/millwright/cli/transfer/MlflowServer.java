package org.millwright.cli.transfer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;

/** Reads any MLflow server, 2.x or 3.x, by its REST protocol. What fails for a moment is asked again. */
public final class MlflowServer {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration ANSWER_PATIENCE = Duration.ofMinutes(10);
    private static final Set<Integer> FOR_A_MOMENT = Set.of(408, 429, 502, 503, 504);
    private static final int MOST_TRIES = 5;
    private static final int NOT_FOUND = 404;
    private static final int FIRST_ERROR = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int RUN_PAGE = 200;
    private static final int PAGE = 1000;
    private static final int MODEL_PAGE = 100;
    private static final int HISTORY_PAGE = 25_000;

    private final String url;
    private final @Nullable String authorization;
    private final @Nullable String workspace;
    private final HttpClient http;

    /**
     * @param url of the tracking server, as clients have it
     * @param authorization the header that signs the caller in, or null
     * @param workspace of a server that has several, or null
     * @param trust whom to trust; null for whom the system trusts
     */
    public MlflowServer(
            String url, @Nullable String authorization, @Nullable String workspace, @Nullable SSLContext trust) {
        this.url = url.replaceFirst("/+$", "");
        if (!this.url.matches("https?://[^/].*")) {
            throw CommandFailed.usage(
                    "'%s' is not the address of a tracking server".formatted(url),
                    "It begins with http:// or https://; start 'mlflow server' on a folder or database first.");
        }
        this.authorization = authorization;
        this.workspace = workspace;
        var builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_PATIENCE);
        if (trust != null) {
            builder.sslContext(trust);
        }
        this.http = builder.build();
    }

    /** The header of somebody with a password. */
    public static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    String url() {
        return url;
    }

    void experiments(boolean deleted, TransferClient.Taker<JsonNode> taker) throws IOException {
        var request = object().put("max_results", PAGE).put("view_type", view(deleted));
        postPages("experiments/search", request, "experiments", taker);
    }

    Optional<JsonNode> experimentByName(String name) {
        return find("experiments/get-by-name?experiment_name=" + TransferClient.segment(name))
                .map(answer -> answer.path("experiment"));
    }

    Optional<JsonNode> experiment(String id) {
        return find("experiments/get?experiment_id=" + TransferClient.segment(id))
                .map(answer -> answer.path("experiment"));
    }

    /** Runs by their start, the oldest first, so that pages do not move when runs are added; page by page. */
    void runPages(String experiment, boolean deleted, TransferClient.Taker<ArrayNode> taker) throws IOException {
        var request = object().put("max_results", RUN_PAGE).put("run_view_type", view(deleted));
        request.putArray("experiment_ids").add(experiment);
        request.putArray("order_by").add("attributes.start_time ASC");
        JsonNode answer;
        do {
            answer = post("runs/search", request);
            if (answer.path("runs") instanceof ArrayNode runs) {
                taker.take(runs);
            }
        } while (next(request, answer));
    }

    Optional<JsonNode> run(String id) {
        return find("runs/get?run_id=" + TransferClient.segment(id)).map(answer -> answer.path("run"));
    }

    /** Every point of a metric. */
    void history(String run, String key, TransferClient.Taker<JsonNode> taker) throws IOException {
        var token = "";
        do {
            var path = "metrics/get-history?run_id=%s&metric_key=%s&max_results=%d%s"
                    .formatted(
                            TransferClient.segment(run),
                            TransferClient.segment(key),
                            HISTORY_PAGE,
                            token.isEmpty() ? "" : "&page_token=" + TransferClient.segment(token));
            try (var body = open(api(path));
                    var parser = TransferClient.JSON.createParser(body)) {
                token = points(parser, taker);
            }
        } while (!token.isEmpty());
    }

    /** Logged models of an experiment, page by page; none from a server that does not know them yet. */
    void loggedModelPages(String experiment, TransferClient.Taker<ArrayNode> taker) throws IOException {
        var request = object().put("max_results", MODEL_PAGE);
        request.putArray("experiment_ids").add(experiment);
        Optional<JsonNode> answer;
        do {
            answer = tryPost("logged-models/search", request);
            if (answer.isPresent() && answer.get().path("models") instanceof ArrayNode models) {
                taker.take(models);
            }
        } while (answer.isPresent() && next(request, answer.get()));
    }

    Optional<JsonNode> loggedModel(String id) {
        return find("logged-models/" + TransferClient.segment(id)).map(answer -> answer.path("model"));
    }

    void registeredModels(TransferClient.Taker<JsonNode> taker) throws IOException {
        getPages("registered-models/search?max_results=" + MODEL_PAGE, "registered_models", taker);
    }

    Optional<JsonNode> registeredModel(String name) {
        return find("registered-models/get?name=" + TransferClient.segment(name))
                .map(answer -> answer.path("registered_model"));
    }

    /** The versions of a model, the first first. */
    void versions(String model, TransferClient.Taker<JsonNode> taker) throws IOException {
        var quote = model.contains("'") ? "\"" : "'";
        var filter = "name=" + quote + model + quote;
        getPages(
                "model-versions/search?max_results=%d&order_by=%s&filter=%s"
                        .formatted(PAGE, TransferClient.segment("version_number ASC"), TransferClient.segment(filter)),
                "model_versions",
                taker);
    }

    /** Where the files of a version are, whatever it was made from. */
    Optional<String> download(String model, String version) {
        return find("model-versions/get-download-uri?name=%s&version=%s"
                        .formatted(TransferClient.segment(model), TransferClient.segment(version)))
                .map(answer -> answer.path("artifact_uri").asText());
    }

    /** What lies in a folder of the artifact proxy: base names. */
    JsonNode list(String folder) {
        return get(artifacts("?path=" + TransferClient.segment(folder))).path("files");
    }

    /** A file of the artifact proxy; whoever asks closes it. */
    InputStream artifact(String path) throws IOException {
        return open(artifacts(TransferClient.segments(path.split("/"))));
    }

    private static String points(JsonParser parser, TransferClient.Taker<JsonNode> taker) throws IOException {
        var token = "";
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var field = parser.currentName();
            var value = parser.nextToken();
            if (field.equals("metrics") && value == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    taker.take(parser.readValueAsTree());
                }
            } else if (field.equals("next_page_token") && value == JsonToken.VALUE_STRING) {
                token = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
        return token;
    }

    private void postPages(String path, ObjectNode request, String list, TransferClient.Taker<JsonNode> taker)
            throws IOException {
        JsonNode answer;
        do {
            answer = post(path, request);
            for (var item : answer.path(list)) {
                taker.take(item);
            }
        } while (next(request, answer));
    }

    private void getPages(String path, String list, TransferClient.Taker<JsonNode> taker) throws IOException {
        var token = "";
        do {
            var answer = get(api(token.isEmpty() ? path : path + "&page_token=" + TransferClient.segment(token)));
            for (var item : answer.path(list)) {
                taker.take(item);
            }
            token = answer.path("next_page_token").asText("");
        } while (!token.isEmpty());
    }

    private static boolean next(ObjectNode request, JsonNode answer) {
        var token = answer.path("next_page_token").asText("");
        request.put("page_token", token);
        return !token.isEmpty();
    }

    private Optional<JsonNode> find(String path) {
        var response = send(request(api(path)).build());
        return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(json(response));
    }

    private JsonNode get(String address) {
        return json(send(request(address).build()));
    }

    private JsonNode post(String path, JsonNode body) {
        return json(send(posting(path, body)));
    }

    private Optional<JsonNode> tryPost(String path, JsonNode body) {
        var response = send(posting(path, body));
        return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(json(response));
    }

    private HttpRequest posting(String path, JsonNode body) {
        return request(api(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
    }

    private InputStream open(String address) throws IOException {
        var request = request(address).build();
        for (var tries = 1; ; tries++) {
            var response = exchange(request, BodyHandlers.ofInputStream(), tries);
            if (response != null && response.statusCode() < FIRST_ERROR) {
                return response.body();
            }
            if (response != null && !(FOR_A_MOMENT.contains(response.statusCode()) && tries < MOST_TRIES)) {
                try (var body = response.body()) {
                    throw refusal(response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            rest(tries);
        }
    }

    private HttpResponse<String> send(HttpRequest request) {
        for (var tries = 1; ; tries++) {
            var response = exchange(request, BodyHandlers.ofString(), tries);
            if (response != null && !(FOR_A_MOMENT.contains(response.statusCode()) && tries < MOST_TRIES)) {
                return response;
            }
            rest(tries);
        }
    }

    /** @return null when nothing came back and it may be tried again */
    private <T> @Nullable HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> body, int tries) {
        try {
            return http.send(request, body);
        } catch (javax.net.ssl.SSLException untrusted) {
            throw CommandFailed.unreachable(
                    "The tracking server at %s does not show a certificate that is trusted: %s"
                            .formatted(url, untrusted.getMessage()),
                    "Name its authority by --ca FILE, or go on without by --insecure.");
        } catch (IOException failed) {
            if (tries < MOST_TRIES) {
                return null;
            }
            throw CommandFailed.unreachable(
                    "No tracking server answers at %s (%s)".formatted(url, failed.getMessage()),
                    "What was copied stays; run the same command again, and it goes on.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailed.failed("Interrupted", "");
        }
    }

    private static void rest(int tries) {
        try {
            Thread.sleep(Duration.ofMillis(250L << tries));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailed.failed("Interrupted", "");
        }
    }

    private HttpRequest.Builder request(String address) {
        var request = HttpRequest.newBuilder(URI.create(address)).timeout(ANSWER_PATIENCE);
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        if (workspace != null) {
            request.header("X-MLFLOW-WORKSPACE", workspace);
        }
        return request;
    }

    private JsonNode json(HttpResponse<String> response) {
        if (response.statusCode() >= FIRST_ERROR) {
            throw refusal(response, response.body());
        }
        try {
            return TransferClient.JSON.readTree(response.body());
        } catch (JsonProcessingException noJson) {
            throw CommandFailed.failed(
                    "%s answered with something that is no JSON, so it is no tracking server".formatted(url), "");
        }
    }

    private CommandFailed refusal(HttpResponse<?> response, String body) {
        var status = response.statusCode();
        var reason = "The tracking server answered %d to %s %s%s"
                .formatted(
                        status,
                        response.request().method(),
                        response.request().uri().getPath(),
                        message(body));
        return status == UNAUTHORIZED || status == FORBIDDEN
                ? CommandFailed.permission(
                        reason,
                        "Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to somebody who may read it all.")
                : CommandFailed.failed(reason, "");
    }

    private static String message(String body) {
        try {
            var message = TransferClient.JSON.readTree(body).path("message").asText("");
            return message.isEmpty() ? "" : ": " + message;
        } catch (JsonProcessingException noJson) {
            return "";
        }
    }

    private String api(String path) {
        return url + "/api/2.0/mlflow/" + path;
    }

    private String artifacts(String rest) {
        return url + "/api/2.0/mlflow-artifacts/artifacts" + rest;
    }

    private static String view(boolean deleted) {
        return deleted ? "ALL" : "ACTIVE_ONLY";
    }

    private static ObjectNode object() {
        return TransferClient.JSON.createObjectNode();
    }
}
