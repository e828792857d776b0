package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * MLflow's clients send a request again when its connection broke, and cannot know whether the server had done it. So each
 * writing route is asked twice here, the first time with its answer lost: what is stored afterwards must be the same.
 */
@ExtendWith(RunningServer.Provider.class)
class RepeatedRequestIT {
    private static final String API = "/api/2.0/mlflow/";

    private final RunningServer server;
    private final TrustingHttp http;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> names = new HashMap<>();
    private CuttingProxy proxy;

    RepeatedRequestIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @BeforeEach
    void openTheProxy() throws Exception {
        proxy = new CuttingProxy(URI.create(server.url()), TrustingHttp.trusting(server.certificateAuthority()));
    }

    @AfterEach
    void closeTheProxy() throws IOException {
        proxy.close();
    }

    /** The last column is the status of the second answer: what is already done cannot always be said to be done again. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            POST   | runs/log-batch                     | {"run_id":"{run}","metrics":[{"key":"m","value":1,"timestamp":1,"step":1},{"key":"m","value":"NaN","timestamp":2,"step":2}],"params":[{"key":"p","value":"1"}],"tags":[{"key":"t","value":"1"}]} | 200
            POST   | runs/log-metric                    | {"run_id":"{run}","key":"m","value":0.5,"timestamp":1700000000000,"step":3} | 200
            POST   | runs/log-parameter                 | {"run_id":"{run}","key":"p","value":"1"} | 200
            POST   | runs/set-tag                       | {"run_id":"{run}","key":"t","value":"1"} | 200
            POST   | runs/delete-tag                    | {"run_id":"{run}","key":"old"} | 404
            POST   | runs/log-inputs                    | {"run_id":"{run}","datasets":[{"dataset":{"name":"d","digest":"1","source_type":"local","source":"{}"},"tags":[{"key":"mlflow.data.context","value":"train"}]}],"models":[{"model_id":"{logged}"}]} | 200
            POST   | runs/outputs                       | {"run_id":"{run}","models":[{"model_id":"{logged}","step":1}]} | 200
            POST   | runs/log-model                     | {"run_id":"{run}","model_json":"{\\"run_id\\":\\"{run}\\",\\"artifact_path\\":\\"a\\",\\"flavors\\":{},\\"utc_time_created\\":\\"now\\",\\"model_uuid\\":\\"u\\"}"} | 200
            POST   | runs/update                        | {"run_id":"{run}","status":"FINISHED","end_time":1700000000000,"run_name":"renamed"} | 200
            POST   | runs/delete                        | {"run_id":"{run}"} | 200
            POST   | runs/restore                       | {"run_id":"{deleted run}"} | 200
            POST   | experiments/create                 | {"name":"{experiment name}-new"} | 400
            POST   | experiments/update                 | {"experiment_id":"{experiment}","new_name":"{experiment name}-renamed"} | 200
            POST   | experiments/set-experiment-tag     | {"experiment_id":"{experiment}","key":"t","value":"1"} | 200
            POST   | experiments/delete-experiment-tag  | {"experiment_id":"{experiment}","key":"old"} | 404
            POST   | experiments/delete                 | {"experiment_id":"{experiment}"} | 200
            POST   | experiments/restore                | {"experiment_id":"{deleted experiment}"} | 200
            PUT    | /api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/new.txt | content | 200
            DELETE | /api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/old.txt | ~~ | 200
            PATCH  | logged-models/{logged}             | {"model_id":"{logged}","status":"LOGGED_MODEL_READY"} | 200
            PATCH  | logged-models/{logged}/tags        | {"model_id":"{logged}","tags":[{"key":"t","value":"1"}]} | 200
            DELETE | logged-models/{logged}/tags/old    | {"model_id":"{logged}","tag_key":"old"} | 404
            POST   | logged-models/{logged}/params      | {"model_id":"{logged}","params":[{"key":"p","value":"1"}]} | 200
            DELETE | logged-models/{logged}             | {"model_id":"{logged}"} | 200
            POST   | registered-models/create           | {"name":"{model}-new"} | 400
            PATCH  | registered-models/update           | {"name":"{model}","description":"described"} | 200
            POST   | registered-models/rename           | {"name":"{model}","new_name":"{model}-renamed"} | 404
            POST   | registered-models/set-tag          | {"name":"{model}","key":"t","value":"1"} | 200
            DELETE | registered-models/delete-tag       | {"name":"{model}","key":"old"} | 200
            POST   | registered-models/alias            | {"name":"{model}","alias":"new","version":"1"} | 200
            DELETE | registered-models/alias            | {"name":"{model}","alias":"old"} | 200
            DELETE | registered-models/delete           | {"name":"{model}"} | 404
            PATCH  | model-versions/update              | {"name":"{model}","version":"1","description":"described"} | 200
            POST   | model-versions/transition-stage    | {"name":"{model}","version":"2","stage":"Production","archive_existing_versions":true} | 200
            POST   | model-versions/set-tag             | {"name":"{model}","version":"1","key":"t","value":"1"} | 200
            DELETE | model-versions/delete-tag          | {"name":"{model}","version":"1","key":"old"} | 200
            DELETE | model-versions/delete              | {"name":"{model}","version":"1"} | 404
            """)
    void a_request_that_is_repeated_leaves_the_same_state(String method, String path, String body, int second)
            throws Exception {
        layOut();
        var before = state();

        assertThatThrownBy(() -> send(method, path, body)).isInstanceOf(IOException.class);
        var once = state();
        var repeated = send(method, path, body);

        assertThat(once).as("the first request was done").isNotEqualTo(before);
        assertThat(repeated.statusCode()).as(repeated.body()).isEqualTo(second);
        assertThat(state()).isEqualTo(once);
    }

    @Test
    void the_real_client_repeats_by_itself_and_logs_everything_once() throws Exception {
        var variables = new HashMap<>(server.mlflowVariables());
        variables.put("MLFLOW_TRACKING_URI", proxy.url());
        var script = server.home().resolve("system-tests/src/test/python/mlflow_cut_connections_flow.py");
        var python = PythonEnvironment.ofMlflow(server, "3.17.2").python();

        var result = server.run(List.of(python.toString(), script.toString()), variables);

        assertThat(result.exitCode()).as(result.joined()).isZero();
        assertThat(proxy.cuts()).isGreaterThan(20);
    }

    /** One of everything, with an "old" of everything that can be taken away. */
    private void layOut() throws Exception {
        var suffix = UUID.randomUUID().toString();
        names.put("experiment name", "repeated-" + suffix);
        names.put("model", "repeated-" + suffix);
        names.put("experiment", experiment("repeated-" + suffix));
        names.put("deleted experiment", experiment("repeated-deleted-" + suffix));
        done("POST", API + "experiments/delete", "{\"experiment_id\":\"{deleted experiment}\"}");
        names.put("run", run());
        names.put("deleted run", run());
        done("POST", API + "runs/delete", "{\"run_id\":\"{deleted run}\"}");
        var file = "/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/";
        done("PUT", file + "old.txt", "old");
        done("PUT", file + "model/weights", "weights");
        var logged = done(
                "POST",
                API + "logged-models",
                "{\"experiment_id\":\"{experiment}\",\"name\":\"l\",\"tags\":[{\"key\":\"old\",\"value\":\"1\"}]}");
        names.put("logged", logged.at("/model/info/model_id").asText());
        done(
                "POST",
                API + "registered-models/create",
                "{\"name\":\"{model}\",\"tags\":[{\"key\":\"old\",\"value\":\"1\"}]}");
        for (var version = 1; version <= 2; version++) {
            done(
                    "POST",
                    API + "model-versions/create",
                    "{\"name\":\"{model}\",\"source\":\"runs:/{run}/model\",\"run_id\":\"{run}\",\"tags\":[{\"key\":\"old\",\"value\":\"1\"}]}");
        }
        done(
                "POST",
                API + "model-versions/transition-stage",
                "{\"name\":\"{model}\",\"version\":\"1\",\"stage\":\"Production\"}");
        done("POST", API + "registered-models/alias", "{\"name\":\"{model}\",\"alias\":\"old\",\"version\":\"1\"}");
    }

    private String experiment(String name) throws Exception {
        return done(
                        "POST",
                        API + "experiments/create",
                        "{\"name\":\"%s\",\"tags\":[{\"key\":\"old\",\"value\":\"1\"}]}".formatted(name))
                .get("experiment_id")
                .asText();
    }

    private String run() throws Exception {
        return done(
                        "POST",
                        API + "runs/create",
                        "{\"experiment_id\":\"{experiment}\",\"start_time\":1,\"tags\":[{\"key\":\"old\",\"value\":\"1\"}]}")
                .at("/run/info/run_id")
                .asText();
    }

    /** Everything that the routes above can change, as clients read it. */
    private Map<String, JsonNode> state() throws Exception {
        var state = new LinkedHashMap<String, JsonNode>();
        for (var path : List.of(
                "runs/get?run_id={run}",
                "runs/get?run_id={deleted run}",
                "metrics/get-history?run_id={run}&metric_key=m",
                "artifacts/list?run_id={run}",
                "experiments/get?experiment_id={experiment}",
                "experiments/get?experiment_id={deleted experiment}",
                "experiments/get-by-name?experiment_name={experiment name}-new",
                "logged-models/{logged}",
                "registered-models/get?name={model}",
                "registered-models/get?name={model}-new",
                "registered-models/get?name={model}-renamed",
                "model-versions/get?name={model}&version=1",
                "model-versions/get?name={model}&version=2")) {
            state.put(path, untimed(json(http.get(API + filled(path), bearer(server.token())))));
        }
        return state;
    }

    /** Without the times of the last change, which tell of the repetition and of nothing else. */
    private static JsonNode untimed(JsonNode answer) {
        if (answer instanceof ObjectNode fields) {
            fields.remove(List.of("last_update_time", "last_updated_timestamp", "last_updated_timestamp_ms"));
        }
        answer.forEach(RepeatedRequestIT::untimed);
        return answer;
    }

    private JsonNode done(String method, String path, String body) throws Exception {
        var answer = http.send(
                method,
                filled(path),
                filled(body),
                "Authorization",
                "Bearer " + server.token(),
                "Content-Type",
                "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body().isEmpty() ? com.fasterxml.jackson.databind.node.MissingNode.getInstance() : json(answer);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(proxy.url() + filled(path.startsWith("/") ? path : API + path)))
                .header("Authorization", "Bearer " + server.token())
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(filled(body)))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private String filled(String template) {
        var text = template;
        for (var name : names.entrySet()) {
            text = text.replace("{" + name.getKey() + "}", name.getValue());
        }
        return text;
    }
}
