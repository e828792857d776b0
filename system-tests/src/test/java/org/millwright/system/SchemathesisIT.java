package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schemathesis, which makes up requests from the OpenAPI description, right ones and wrong ones, against a server of its own:
 * nothing may answer a 5xx, a status, a media type or a body that is not described, take what the description forbids, or
 * answer without a credential.
 *
 * <p>The requests are the same in each run. For a longer search on one's own machine, some five minutes of it:
 *
 * <pre>{@code
 * ./mvnw -o -Dtest=NONE -Dit.test=SchemathesisIT -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dfailsafe.failIfNoSpecifiedTests=false -Dmillwright.schemathesis.examples=60 \
 *     -Dmillwright.schemathesis.seed=2 verify -pl system-tests -am
 * }</pre>
 *
 * <p>An operation that would end the run, or reach beyond the server, is left out below, each with its reason.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SchemathesisIT {
    private static final String WORKSPACE = "/api/v1/workspaces/main/";
    private static final String NOON = "2026-01-31T12:00:00Z";
    private static final String LOGGED_MODEL = "m-" + "0f".repeat(16);

    /** Operations that are not called at all, and why. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "compute.resume", "the made-up jobs would start, and their commands are made up too; JobControlIT calls it",
            "compute.delete", "the made-up jobs could not wait for it any more; JobControlIT calls it",
            "access.revokeToken", "it could end the token that this test has; AccessIT calls it",
            "workspaces.delete", "it is refused for the main workspace alone, and that is all it would do; AccessIT",
            "compute.check",
                    "it sends requests to an address that was made up; KubernetesDriverTest has what is behind it",
            "webhooks.test", "it sends a request to an address that was made up; WebhooksIT calls it");

    /** Operations that get wrong requests only, and why: what they make acts by itself. */
    private static final Map<String, String> ONLY_WRONG = Map.of(
            "secretKeys.rotate", "each would make a key and wrap all that is sealed anew; SecretsIT calls it",
            "webhooks.create", "events would be sent to addresses that were made up",
            "webhooks.update", "as above");

    private RunningServer server;
    private TrustingHttp http;
    private String webhook;

    @BeforeAll
    void a_server_holds_one_of_each_and_starts_no_job() throws Exception {
        server = new RunningServer(
                Files.createTempDirectory("millwright-schemathesis"),
                // It tries wrong credentials on purpose, all from one address; how those are slowed down is
                // HardeningIT's.
                Map.of("MILLWRIGHT_WEBHOOK_HOSTS", "http://127.0.0.1:9", "MILLWRIGHT_FAILED_ATTEMPTS", "1000000"));
        http = server.http();
        send("POST", "compute/local/pause", null);
        send("PUT", "import/experiments", "{\"name\":\"kept\",\"created_at\":\"%s\"}".formatted(NOON));
        send("PUT", "import/runs/kept", """
                {"id":"kept","experiment":"kept","status":"Completed","created_at":"%s","ended_at":"%s",
                 "parameters":{"rate":"0.1"},"tags":{"team":"risk"}}""".formatted(NOON, NOON));
        send(
                "POST",
                "import/runs/kept/metrics",
                "{\"metrics\":[{\"key\":\"loss\",\"points\":[[1,1,0.5],[2,2,\"NaN\"]]}]}");
        send("PUT", "import/runs/kept/files/model/MLmodel", "flavors: {}");
        send("PUT", "import/logged-models/" + LOGGED_MODEL, """
                {"id":"%s","experiment":"kept","name":"kept","status":"READY","created_at":"%s"}""".formatted(LOGGED_MODEL, NOON));
        send("POST", "models", "{\"name\":\"kept\",\"run\":\"kept\",\"path\":\"model\"}");
        send("POST", "models/kept/versions/1/promote", "{\"to\":\"Staging\"}");
        send("PUT", "models/kept/policies/Production", "{\"needed\":1}");
        send("POST", "models/kept/versions/1/promote", "{\"to\":\"Production\"}");
        send("POST", "endpoints", "{\"name\":\"kept\"}");
        send("PUT", "schedules/kept", """
                {"trigger":{"type":"cron","expression":"0 6 1 1 *"},"job":{"command":"true"}}""");
        sendToServer("principals", "{\"id\":\"kept\",\"kind\":\"group\"}");
        webhook = json(send(
                        "POST",
                        "webhooks",
                        "{\"name\":\"kept\",\"url\":\"http://127.0.0.1:9/\",\"active\":false,\"events\":[\"model_version.created\"]}"))
                .path("id")
                .asText();
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void the_server_answers_as_it_is_described_whatever_it_is_sent(@TempDir Path folder) throws Exception {
        var python = PythonEnvironment.of(server, List.of("schemathesis==4.32.5"));
        var settings = Files.writeString(folder.resolve("schemathesis.toml"), settings());

        var run = server.run(
                List.of(
                        // It keeps notes where it runs.
                        "env",
                        "--chdir=" + folder,
                        python.folder().resolve("bin/st").toString(),
                        "--config-file=" + settings,
                        "--no-color",
                        "run",
                        server.url() + "/api/v1/openapi.json",
                        "--tls-verify=" + server.certificateAuthority(),
                        "--header=Authorization: Bearer " + server.token(),
                        "--phases=examples,coverage,fuzzing,stateful",
                        // What must exist, and when, no schema says: a right-looking request may be refused.
                        "--exclude-checks=positive_data_acceptance",
                        "--max-examples=" + System.getProperty("millwright.schemathesis.examples", "6"),
                        "--seed=" + System.getProperty("millwright.schemathesis.seed", "1"),
                        "--generation-database=none",
                        "--no-shrink",
                        "--continue-on-failure",
                        "--suppress-health-check=filter_too_much,too_slow"),
                Map.of());

        assertThat(run.exitCode()).as(run.joined()).isZero();
        assertThat(run.output()).containsPattern("Tested: +\\d{2,}").doesNotContain("Errors:");
        var still = http.get(WORKSPACE + "models/kept", bearer(server.token()));
        assertThat(still.statusCode()).as("the server after all that").isIn(200, 404);
    }

    private String settings() {
        return """
                hooks = "%s"

                [parameters]
                "path.workspace" = "main"

                [[operations]]
                include-operation-id = [%s]
                enabled = false

                [[operations]]
                include-operation-id = [%s]
                generation.mode = "negative"

                # The container itself refuses TRACE, by 403, which only operations for signed-in callers may answer.
                [[operations]]
                include-path = ["/openapi.json", "/openapi.yaml", "/launcher/millwright_launcher.py"]
                checks.unsupported_method.enabled = false

                # What is read is there, so that answers can be compared with their description.
                [[operations]]
                include-method = "GET"

                [operations.parameters]
                "path.run" = "kept"
                "path.id" = "%s"
                "path.model" = "kept"
                "path.version" = "1"
                "path.endpoint" = "kept"
                "path.schedule" = "kept"
                "path.compute" = "local"
                "path.key" = "loss"
                "path.webhook" = "%s"
                "path.principal" = "admin"
                "path.group" = "kept"
                "path.role" = "Reader"
                "query.of" = "model:kept:1"
                """.formatted(
                        server.home().resolve("system-tests/src/test/python/schemathesis_hooks.py"),
                        quoted(LEFT_OUT),
                        quoted(ONLY_WRONG),
                        LOGGED_MODEL,
                        webhook);
    }

    private static String quoted(Map<String, String> operations) {
        return String.join(
                ", ",
                operations.keySet().stream().sorted().map("\"%s\""::formatted).toList());
    }

    private void sendToServer(String path, String body) throws Exception {
        assertThat(http.postJson("/api/v1/" + path, body, bearer(server.token()))
                        .statusCode())
                .isEqualTo(201);
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        var type = path.contains("/files/") ? "application/octet-stream" : "application/json";
        var answer = http.send(
                method, WORKSPACE + path, body, "Authorization", "Bearer " + server.token(), "Content-Type", type);
        assertThat(answer.statusCode())
                .as(method + " " + path + ": " + answer.body())
                .isBetween(200, 299);
        return answer;
    }
}
