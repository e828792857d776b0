package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of deleted things on a running server: restored, or gone from the database and from the disk. */
@ExtendWith(RunningServer.Provider.class)
class LifecycleIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String REST = "/api/v1/workspaces/main";

    private final RunningServer server;
    private TrustingHttp http;

    LifecycleIT(RunningServer server) {
        this.server = server;
    }

    @BeforeEach
    void open() throws Exception {
        http = server.http();
    }

    @Test
    void an_experiment_is_deleted_restored_deleted_and_purged_and_its_name_is_free_again() throws Exception {
        var name = "purged-" + UUID.randomUUID();
        var id = experiment(name);
        var run = run(id);
        var other = run(experiment("stays-" + UUID.randomUUID()));
        write(run, "model/weights.bin");
        write(other, "notes.txt");
        mlflow("runs/log-batch", Map.of("run_id", run.id(), "metrics", new Object[] {
            Map.of("key", "loss", "value", 0.5, "timestamp", 1, "step", 1)
        }));

        mlflow("experiments/delete", Map.of("experiment_id", id));
        assertThat(runStage(run)).isEqualTo("deleted");
        mlflow("experiments/restore", Map.of("experiment_id", id));
        assertThat(runStage(run)).isEqualTo("active");
        mlflow("experiments/delete", Map.of("experiment_id", id));
        assertThat(post(MLFLOW + "experiments/create", Map.of("name", name))
                        .path("error_code")
                        .asText())
                .isEqualTo("RESOURCE_ALREADY_EXISTS");

        server.command("experiment", "purge", name).requireSuccess();

        var again = Eventually.see(
                "the name is free",
                () -> post(MLFLOW + "experiments/create", Map.of("name", name)),
                answer -> answer.has("experiment_id"));
        assertThat(again.get("experiment_id").asText()).isNotEqualTo(id);
        assertThat(artifacts().resolve(id)).doesNotExist();
        assertThat(get(MLFLOW + "runs/get?run_id=" + run.id())
                        .path("error_code")
                        .asText())
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        assertThat(artifacts().resolve(other.experiment() + "/" + other.id() + "/artifacts/notes.txt"))
                .exists();
        assertThat(runStage(other)).isEqualTo("active");
    }

    @Test
    void a_run_that_a_registered_version_was_made_from_stays_until_the_version_is_purged() throws Exception {
        var run = run(experiment("origin-" + UUID.randomUUID()));
        var model = register(run);
        server.command("job", "delete", run.id()).requireSuccess();

        var refused = server.command("job", "purge", run.id());
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("the origin of model version '%s:1'".formatted(model));

        server.command("model", "delete", model).requireSuccess();
        assertThat(get(MLFLOW + "registered-models/get?name=" + model)
                        .path("error_code")
                        .asText())
                .isEqualTo("RESOURCE_DOES_NOT_EXIST");
        server.command("model", "restore", model).requireSuccess();
        assertThat(get(MLFLOW + "model-versions/get?name=" + model + "&version=1")
                        .at("/model_version/run_id")
                        .asText())
                .isEqualTo(run.id());

        server.command("model", "delete", model + ":1").requireSuccess();
        server.command("model", "purge", model + ":1").requireSuccess();
        Eventually.see(
                "the run can be purged",
                () -> server.command("job", "purge", run.id()).exitCode(),
                exit -> exit == 0);
        gone(run);
    }

    @Test
    void retention_purges_what_was_deleted_long_ago_and_nothing_else() throws Exception {
        var experiment = experiment("retention-" + UUID.randomUUID());
        var old = run(experiment);
        var young = run(experiment);
        var byHand = run(experiment);
        for (var run : new Tracked[] {old, young, byHand}) {
            write(run, "out.txt");
            mlflow("runs/delete", Map.of("run_id", run.id()));
        }
        try (var database = server.database();
                var update = database.prepareStatement(
                        "UPDATE experiment.run SET deleted_at = now() - interval '31 days' WHERE id = ?")) {
            update.setString(1, old.id());
            update.executeUpdate();
        }

        // A purge by hand has the sweep look as well.
        server.command("job", "purge", byHand.id()).requireSuccess();

        gone(byHand);
        gone(old);
        assertThat(runStage(young)).isEqualTo("deleted");
        assertThat(artifacts().resolve(experiment + "/" + young.id())).exists();
        assertThat(server.json("deleted").findValuesAsText("id"))
                .contains(young.id())
                .doesNotContain(old.id());
        var dry = server.json("purge", "--older-than", "0m", "--dry-run");
        assertThat(dry.findValuesAsText("id")).contains(young.id());
        assertThat(runStage(young)).isEqualTo("deleted");
    }

    @Test
    void a_run_is_frozen_once_a_version_was_made_from_it_when_the_workspace_wants_that() throws Exception {
        var run = run(experiment("frozen-" + UUID.randomUUID()));
        write(run, "before.txt");
        var model = register(run);
        mlflow("runs/set-tag", Map.of("run_id", run.id(), "key", "a", "value", "1"));
        server.command("workspace", "update", "--freeze-registered-runs", "true")
                .requireSuccess();
        try {
            var refused = post(MLFLOW + "runs/set-tag", Map.of("run_id", run.id(), "key", "a", "value", "2"));
            assertThat(refused.path("message").asText())
                    .contains("model version '%s:1'".formatted(model), "freeze_registered_runs");
            for (var call : Map.of(
                            "runs/log-metric", Map.of("key", "m", "value", 1, "timestamp", 1),
                            "runs/log-parameter", Map.of("key", "p", "value", "1"),
                            "runs/delete-tag", Map.of("key", "a"))
                    .entrySet()) {
                var body = new java.util.HashMap<String, Object>(call.getValue());
                body.put("run_id", run.id());
                assertThat(post(MLFLOW + call.getKey(), body).path("message").asText())
                        .as(call.getKey())
                        .contains("frozen");
            }
            assertThat(put(run, "after.txt")).isGreaterThanOrEqualTo(400).isLessThan(500);
            assertThat(artifacts().resolve(run.experiment() + "/" + run.id() + "/artifacts/after.txt"))
                    .doesNotExist();
            mlflow("runs/update", Map.of("run_id", run.id(), "status", "FINISHED"));
            mlflow("runs/set-tag", Map.of("run_id", run(run.experiment()).id(), "key", "a", "value", "2"));
        } finally {
            server.command("workspace", "update", "--freeze-registered-runs", "false")
                    .requireSuccess();
        }
        mlflow("runs/set-tag", Map.of("run_id", run.id(), "key", "a", "value", "3"));
    }

    @Test
    void the_settings_of_a_workspace_are_shown_changed_and_checked() throws Exception {
        assertThat(server.json("workspace", "show")
                        .at("/settings/retention_days")
                        .asInt())
                .isEqualTo(30);
        server.command("workspace", "update", "--retention-days", "never").requireSuccess();
        assertThat(server.json("workspace", "show")
                        .at("/settings/retention_days")
                        .asText())
                .isEqualTo("never");
        server.command("workspace", "update", "--retention-days", "30").requireSuccess();
        assertThat(server.command("workspace", "update", "--retention-days", "0")
                        .exitCode())
                .isEqualTo(3);
        var refused = http.send(
                "PATCH",
                REST,
                "{\"settings\":{\"retention_days\":1.5}}",
                authorized("Content-Type", "application/json"));
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("settings.retention_days");
    }

    private record Tracked(String id, String experiment) {}

    private void gone(Tracked run) throws Exception {
        Eventually.see(
                "the run is gone",
                () -> get(MLFLOW + "runs/get?run_id=" + run.id())
                        .path("error_code")
                        .asText(),
                "RESOURCE_DOES_NOT_EXIST"::equals);
        assertThat(artifacts().resolve(run.experiment() + "/" + run.id())).doesNotExist();
    }

    private Path artifacts() {
        return server.data().resolve("artifacts");
    }

    private String experiment(String name) throws Exception {
        return mlflow("experiments/create", Map.of("name", name))
                .get("experiment_id")
                .asText();
    }

    private Tracked run(String experiment) throws Exception {
        var info = mlflow("runs/create", Map.of("experiment_id", experiment)).at("/run/info");
        return new Tracked(info.get("run_id").asText(), experiment);
    }

    private String runStage(Tracked run) throws Exception {
        return get(MLFLOW + "runs/get?run_id=" + run.id())
                .at("/run/info/lifecycle_stage")
                .asText();
    }

    private String register(Tracked run) throws Exception {
        var model = "model-" + UUID.randomUUID();
        mlflow("registered-models/create", Map.of("name", model));
        mlflow(
                "model-versions/create",
                Map.of("name", model, "source", "runs:/%s/model".formatted(run.id()), "run_id", run.id()));
        return model;
    }

    private void write(Tracked run, String path) throws Exception {
        assertThat(put(run, path)).isEqualTo(200);
        assertThat(Files.size(artifacts().resolve("%s/%s/artifacts/%s".formatted(run.experiment(), run.id(), path))))
                .isPositive();
    }

    private int put(Tracked run, String path) throws Exception {
        return http.send(
                        "PUT",
                        "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s"
                                .formatted(run.experiment(), run.id(), path),
                        "some bytes",
                        authorized())
                .statusCode();
    }

    /** A call that succeeds. */
    private JsonNode mlflow(String call, Map<String, ?> body) throws Exception {
        var answer = http.postJson(MLFLOW + call, JSON.writeValueAsString(body), authorized());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return TrustingHttp.json(answer);
    }

    private JsonNode post(String path, Map<String, ?> body) throws Exception {
        return TrustingHttp.json(http.postJson(path, JSON.writeValueAsString(body), authorized()));
    }

    private JsonNode get(String path) throws Exception {
        return TrustingHttp.json(http.get(path, authorized()));
    }

    private String[] authorized(String... more) {
        var headers = new String[2 + more.length];
        System.arraycopy(TrustingHttp.bearer(server.token()), 0, headers, 0, 2);
        System.arraycopy(more, 0, headers, 2, more.length);
        return headers;
    }
}
