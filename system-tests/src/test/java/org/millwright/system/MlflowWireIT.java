package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What of MLflow's protocol concerns the whole server: workspaces, and the addresses that MLflow's pages use. */
@ExtendWith(RunningServer.Provider.class)
class MlflowWireIT {
    private static final String MAIN = "";
    private static final String WORKSPACES = "/api/3.0/mlflow/workspaces";

    private final RunningServer server;
    private final TrustingHttp http;

    MlflowWireIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @Test
    void a_workspace_is_made_described_and_deleted_by_the_protocol() throws Exception {
        var name = fresh("made");
        var made = post(WORKSPACES, "{'name': '%s', 'description': 'Forecasts'}".formatted(name));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(json(made).at("/workspace/name").asText()).isEqualTo(name);
        assertThat(post(WORKSPACES, "{'name': '%s'}".formatted(name)).body()).contains("RESOURCE_ALREADY_EXISTS");

        var described = send("PATCH", WORKSPACES + "/" + name, "{'description': 'Weather'}");
        assertThat(json(described).at("/workspace/description").asText()).isEqualTo("Weather");
        assertThat(get(WORKSPACES).body()).contains("\"default\"", "\"" + name + "\"");

        assertThat(send("DELETE", WORKSPACES + "/" + name, null).statusCode()).isEqualTo(204);
        assertThat(get(WORKSPACES + "/" + name).statusCode()).isEqualTo(404);
    }

    @Test
    void a_workspace_that_holds_something_is_not_deleted_and_says_what() throws Exception {
        var team = workspace();
        run(team, experiment(team));

        var refused = send("DELETE", WORKSPACES + "/" + team.substring("/w/".length()), null);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused).get("message").asText()).contains("not empty", "experiments, runs");
        assertThat(send("DELETE", WORKSPACES + "/default", null).statusCode()).isEqualTo(400);
    }

    @Test
    void the_command_makes_shows_and_deletes_a_workspace() throws Exception {
        var name = fresh("typed");
        assertThat(server.json("workspace", "create", name, "--description", "Trials")
                        .get("name")
                        .asText())
                .isEqualTo(name);
        assertThat(server.json("workspace", "list").toString()).contains(name);
        server.json("workspace", "delete", name);
        assertThat(server.json("workspace", "list").toString()).doesNotContain(name);
    }

    @Test
    void a_tracking_address_or_a_header_chooses_the_workspace_and_both_must_agree() throws Exception {
        var team = workspace();
        var name = team.substring("/w/".length());
        var experiment = experiment(team);
        var get = "/api/2.0/mlflow/experiments/get?experiment_id=" + experiment;

        assertThat(json(get(team + get)).at("/experiment/workspace").asText()).isEqualTo(name);
        assertThat(inWorkspace(name, get).statusCode()).isEqualTo(200);
        assertThat(get(get).statusCode()).isEqualTo(404);
        assertThat(http.get(team + get, "Authorization", "Bearer " + server.token(), "X-MLFLOW-WORKSPACE", "main")
                        .body())
                .contains("INVALID_PARAMETER_VALUE", "Name one.");
        assertThat(inWorkspace("no-such-team", "/api/2.0/mlflow/experiments/search?max_results=1")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get(team + "/version").body()).isEqualTo(get("/version").body());
        assertThat(get(team + "/health").body()).isEqualTo("OK");
    }

    @Test
    void a_client_that_names_no_experiment_gets_the_workspaces_own_default() throws Exception {
        var team = workspace();
        var run = run(team, "0");
        var info = json(get(team + "/api/2.0/mlflow/runs/get?run_id=" + run)).at("/run/info");
        assertThat(info.get("experiment_id").asText()).isNotEqualTo("0");
        var found = post(team + "/api/2.0/mlflow/runs/search", "{'experiment_ids': ['0']}");
        assertThat(json(found).get("runs")).hasSize(1);
        assertThat(json(post(
                                "/api/2.0/mlflow/runs/search",
                                "{'experiment_ids': ['0'], 'filter': \"run_id = '%s'\"}".formatted(run)))
                        .has("runs"))
                .isFalse();
    }

    @Test
    void nothing_of_another_workspace_is_reached_by_its_id() throws Exception {
        var experiment = experiment(MAIN);
        var run = run(MAIN, experiment);
        var file = "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/secret.txt".formatted(experiment, run);
        assertThat(send("PUT", file, "secret").statusCode()).isEqualTo(200);
        var logged = json(post(
                        "/api/2.0/mlflow/logged-models",
                        "{'experiment_id': '%s', 'name': 'm', 'source_run_id': '%s'}".formatted(experiment, run)))
                .at("/model/info/model_id")
                .asText();
        var model = fresh("model");
        post("/api/2.0/mlflow/registered-models/create", "{'name': '%s'}".formatted(model));
        assertThat(post(
                                "/api/2.0/mlflow/model-versions/create",
                                "{'name': '%s', 'source': 'models:/%s', 'model_id': '%s'}"
                                        .formatted(model, logged, logged))
                        .statusCode())
                .isEqualTo(200);

        var team = workspace();
        var api = team + "/api/2.0/mlflow/";
        for (var reading : new String[] {
            api + "experiments/get?experiment_id=" + experiment,
            api + "runs/get?run_id=" + run,
            api + "metrics/get-history?metric_key=a&run_id=" + run,
            api + "artifacts/list?run_id=" + run,
            api + "logged-models/" + logged,
            api + "logged-models/" + logged + "/artifacts/directories",
            api + "logged-models/" + logged + "/artifacts/files?artifact_file_path=MLmodel",
            api + "registered-models/get?name=" + model,
            api + "model-versions/get?version=1&name=" + model,
            api + "model-versions/get-download-uri?version=1&name=" + model,
            team + file,
            team + "/get-artifact?path=secret.txt&run_uuid=" + run,
            team + "/model-versions/get-artifact?path=MLmodel&version=1&name=" + model
        }) {
            assertNotFound(reading, get(reading));
        }
        for (var writing : new String[][] {
            {"experiments/update", "{'experiment_id': '%s', 'new_name': 'x'}".formatted(experiment)},
            {"experiments/delete", "{'experiment_id': '%s'}".formatted(experiment)},
            {"runs/create", "{'experiment_id': '%s'}".formatted(experiment)},
            {"runs/update", "{'run_id': '%s', 'run_name': 'x'}".formatted(run)},
            {"runs/log-metric", "{'run_id': '%s', 'key': 'a', 'value': 1, 'timestamp': 1}".formatted(run)},
            {"runs/set-tag", "{'run_id': '%s', 'key': 'a', 'value': 'b'}".formatted(run)},
            {"runs/delete", "{'run_id': '%s'}".formatted(run)},
            {"logged-models", "{'experiment_id': '%s', 'name': 'x'}".formatted(experiment)},
            {"registered-models/set-tag", "{'name': '%s', 'key': 'a', 'value': 'b'}".formatted(model)}
        }) {
            assertNotFound(writing[0], post(api + writing[0], writing[1]));
        }
        assertNotFound("PUT", send("PUT", team + file, "overwritten"));
        assertNotFound("DELETE", send("DELETE", team + file, null));
        // A model of this workspace is not made of another's files.
        post(api + "registered-models/create", "{'name': 'mine'}");
        assertNotFound(
                "a source",
                post(
                        api + "model-versions/create",
                        "{'name': 'mine', 'source': 'runs:/%s/model', 'run_id': '%s'}".formatted(run, run)));
        assertNotFound(
                "a source",
                post(api + "model-versions/create", "{'name': 'mine', 'source': 'models:/%s/1'}".formatted(model)));
        // A search in another workspace's experiment finds nothing.
        assertThat(post(api + "runs/search", "{'experiment_ids': ['%s']}".formatted(experiment))
                        .body())
                .isEqualTo("{}");
        assertThat(post(api + "logged-models/search", "{'experiment_ids': ['%s']}".formatted(experiment))
                        .body())
                .isEqualTo("{}");
        assertThat(get(file).body()).isEqualTo("secret");
    }

    @Test
    void mlflows_pages_find_files_where_they_look_for_them() throws Exception {
        var run = run(MAIN, experiment(MAIN));
        var there = "run_uuid=" + run + "&path=notes/a.txt";
        assertThat(send("POST", "/ajax-api/2.0/mlflow/upload-artifact?" + there, "written")
                        .statusCode())
                .isEqualTo(200);

        var read = get("/get-artifact?" + there);

        assertThat(read.body()).isEqualTo("written");
        assertThat(read.headers().firstValue("content-disposition"))
                .get()
                .asString()
                .startsWith("attachment");
        assertThat(get("/get-artifact?run_uuid=" + run + "&path=../a").statusCode())
                .isEqualTo(400);
        assertThat(get("/get-artifact?run_uuid=" + run + "&path=%252e%252e/a").statusCode())
                .isEqualTo(400);
        assertThat(get("/get-artifact?run_uuid=" + run + "&path=none").statusCode())
                .isEqualTo(404);
        assertThat(http.get("/get-artifact?" + there).statusCode()).isEqualTo(401);
    }

    private String workspace() throws IOException, InterruptedException {
        var name = fresh("team");
        assertThat(post(WORKSPACES, "{'name': '%s'}".formatted(name)).statusCode())
                .isEqualTo(201);
        return "/w/" + name;
    }

    private String experiment(String workspace) throws IOException, InterruptedException {
        return created(post(
                        workspace + "/api/2.0/mlflow/experiments/create",
                        "{'name': '%s'}".formatted(fresh("experiment"))))
                .get("experiment_id")
                .asText();
    }

    private String run(String workspace, String experiment) throws IOException, InterruptedException {
        return created(post(workspace + "/api/2.0/mlflow/runs/create", "{'experiment_id': '%s'}".formatted(experiment)))
                .at("/run/info/run_id")
                .asText();
    }

    private static JsonNode created(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static void assertNotFound(String what, HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as("%s: %s", what, answer.body()).isEqualTo(404);
        assertThat(json(answer).get("error_code").asText()).as(what).isEqualTo("RESOURCE_DOES_NOT_EXIST");
    }

    private static String fresh(String word) {
        return word + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.get(path, bearer(server.token()));
    }

    private HttpResponse<String> inWorkspace(String name, String path) throws IOException, InterruptedException {
        return http.get(path, "Authorization", "Bearer " + server.token(), "X-MLFLOW-WORKSPACE", name);
    }

    /** @param body JSON, with single quotes where it has double ones and the other way round */
    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.postJson(path, swapped(body), bearer(server.token()));
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return body == null || !body.startsWith("{")
                ? http.send(method, path, body, bearer(server.token()))
                : http.send(
                        method,
                        path,
                        swapped(body),
                        "Authorization",
                        "Bearer " + server.token(),
                        "Content-Type",
                        "application/json");
    }

    private static String swapped(String body) {
        return body.replace('\'', '\0').replace('"', '\'').replace('\0', '"');
    }
}
