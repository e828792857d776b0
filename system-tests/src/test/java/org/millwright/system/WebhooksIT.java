package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Webhooks by MLflow's own client and by our command, on a server whose operator allows two receivers on this machine. */
class WebhooksIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> received = new CopyOnWriteArrayList<>();
    private static final AtomicInteger status = new AtomicInteger(200);

    private static RunningServer server;
    private static HttpServer receiver;
    private static int pythonPort;

    @BeforeAll
    static void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        receiver.createContext("/", exchange -> {
            received.add(exchange.getRequestHeaders().getFirst("X-MLflow-Delivery-Id")
                    + JSON.readTree(exchange.getRequestBody()).at("/data/name").asText());
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        receiver.start();
        pythonPort = RunningServer.freePort();
        server = new RunningServer(
                Files.createTempDirectory("millwright-webhook-test"),
                Map.of(
                        "MILLWRIGHT_WEBHOOK_HOSTS",
                        "http://127.0.0.1:%d,http://127.0.0.1:%d".formatted(port(), pythonPort)));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        receiver.stop(0);
    }

    @Test
    void the_flow_of_a_user_of_mlflows_webhooks_passes_with_the_real_client() throws Exception {
        var environment = PythonEnvironment.of(server, List.of("mlflow==3.17.2", "scikit-learn==1.7.2"));
        var variables = new HashMap<>(server.mlflowVariables());
        variables.put("RECEIVER_PORT", Integer.toString(pythonPort));
        variables.put("WEBHOOK_GUIDE", server.home().resolve("docs/webhooks.md").toString());

        var result = server.run(
                List.of(
                        environment.python().toString(),
                        server.home()
                                .resolve("system-tests/src/test/python/mlflow_webhook_flow.py")
                                .toString()),
                variables);

        assertThat(result.exitCode()).as(result.joined()).isZero();
    }

    @Test
    void what_was_given_up_is_replayed_by_the_command() throws Exception {
        var webhook =
                server.json("webhook", "create", "-n", "ci", "--url", url("/ci"), "-e", "registered_model.created");
        assertThat(webhook.get("secret").asText()).hasSizeGreaterThan(40);
        assertThat(server.json("webhook", "show", "ci").has("secret")).isFalse();
        assertThat(server.json("webhook", "test", "ci").get("success").asBoolean())
                .isTrue();
        status.set(500);
        try {
            assertThat(server.command("webhook", "test", "ci").exitCode()).isEqualTo(1);
            createModel("given-up");
            Eventually.see(
                    "it was tried",
                    () -> delivery("ci"),
                    each -> each.path("status").asInt() == 500);
            // Its nine other tries take hours.
            execute("UPDATE monitoring.delivery SET attempts = 9, due_at = now() WHERE state = 'WAITING'");
            var givenUp = Eventually.see("it is given up", () -> delivery("ci"), each -> each.path("state")
                    .asText()
                    .equals("gave_up"));
            assertThat(givenUp.get("problem").asText()).isEqualTo("The receiver answered 500");
        } finally {
            status.set(200);
        }
        var replayed = server.json("webhook", "replay", "ci", "--since", "2000-01-01T00:00:00Z");
        assertThat(replayed.get("replayed").asInt()).isEqualTo(1);
        var arrived = Eventually.see("it arrives", () -> delivery("ci"), each -> each.path("state")
                .asText()
                .equals("delivered"));
        assertThat(received).contains(arrived.get("id").asText() + "given-up");
        server.command("webhook", "delete", "ci").requireSuccess();
    }

    @Test
    void what_was_committed_before_everything_is_killed_is_sent_after_the_next_start() throws Exception {
        server.json("webhook", "create", "-n", "late", "--url", url("/late"), "-e", "registered_model.created");
        server.command("webhook", "update", "late", "--disable").requireSuccess();
        server.command("webhook", "update", "late", "--enable").requireSuccess();
        var state = server.json("status");
        createModel("survivor");
        // The launcher first: it would start the others again.
        for (var name : List.of("launcher", "server", "postgres")) {
            var process = ProcessHandle.of(state.get(name).asLong()).orElseThrow();
            process.destroyForcibly();
            process.onExit().get(1, TimeUnit.MINUTES);
        }
        server.up().requireSuccess();
        Eventually.see("it arrives", () -> received, all -> all.stream().anyMatch(each -> each.endsWith("survivor")));
        server.command("webhook", "delete", "late").requireSuccess();
    }

    private static JsonNode delivery(String webhook) throws IOException, InterruptedException {
        return server.json("webhook", "deliveries", webhook).path(0);
    }

    private static void createModel(String name) throws Exception {
        var answer = server.http()
                .postJson(
                        "/api/2.0/mlflow/registered-models/create",
                        "{\"name\":\"%s\"}".formatted(name),
                        TrustingHttp.bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static void execute(String sql) throws Exception {
        try (var database = server.database();
                var statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String url(String path) {
        return "http://127.0.0.1:%d%s".formatted(port(), path);
    }

    private static int port() {
        return receiver.getAddress().getPort();
    }
}
