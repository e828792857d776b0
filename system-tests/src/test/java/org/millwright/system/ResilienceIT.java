package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a server survives: that all of it is killed, that it is stopped while a job runs, and starts that must not happen.
 * On a server of its own, whose tests run in order.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ResilienceIT {
    private static final String KILLED = "survives-a-kill";
    private static final String STOPPED = "survives-a-stop";

    @TempDir
    static Path folder;

    private static RunningServer server;

    @BeforeAll
    static void start() throws Exception {
        server = new RunningServer(Files.createTempDirectory("millwright-resilience-test"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Order(1)
    void the_database_answers_a_commit_when_it_is_on_the_disk() throws Exception {
        try (var database = server.database();
                var statement = database.createStatement()) {
            for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                try (var row = statement.executeQuery("show " + setting)) {
                    row.next();
                    assertThat(row.getString(1)).as(setting).isEqualTo("on");
                }
            }
        }
    }

    @Test
    @Order(2)
    void a_job_and_what_was_written_outlive_the_kill_of_everything() throws Exception {
        submitCounting(KILLED);
        logMetric(KILLED);
        post("/api/2.0/mlflow/registered-models/create", "{\"name\":\"kept\"}");
        post(
                "/api/2.0/mlflow/model-versions/create",
                "{\"name\":\"kept\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(KILLED, KILLED));

        kill(server.json("status"), List.of("launcher", "server", "postgres"));
        assertThat(server.command("status").exitCode()).isEqualTo(7);

        var restarted = server.up().requireSuccess();
        assertThat(restarted.errors()).doesNotContain("Exception");
        assertThat(job(KILLED).get("status").asText()).isEqualTo("Running");
        Files.createFile(goOf(KILLED));
        assertFinishesOnce(KILLED);
        assertThat(server.command("job", "metrics", KILLED).requireSuccess().output())
                .contains("loss", "0.25");
        assertThat(server.json("model", "show", "kept").get("latest_version").asInt())
                .isEqualTo(1);
    }

    @Test
    @Order(3)
    void a_job_that_ends_while_no_server_runs_is_found_as_it_ended() throws Exception {
        var name = "ends-alone";
        submitCounting(name);

        kill(server.json("status"), List.of("launcher", "server", "postgres"));
        Files.createFile(goOf(name));
        Eventually.see("the script ends", () -> Files.exists(endOf(name)), there -> there);

        server.up().requireSuccess();
        assertFinishesOnce(name);
    }

    @Test
    @Order(4)
    void what_is_killed_alone_is_started_again() throws Exception {
        kill(server.json("status"), List.of("server"));

        var status = Eventually.see(
                "the launcher starts the server again",
                () -> server.command("status", "--format", "json"),
                result -> result.exitCode() == 0);

        assertThat(status.output()).contains("\"ready\"");
        assertThat(server.command("job", "list").exitCode()).isZero();
    }

    @Test
    @Order(5)
    void without_its_database_the_server_asks_to_wait_and_works_on_when_it_is_back() throws Exception {
        var run = newRun();
        logMetric(run);
        kill(server.json("status"), List.of("postgres"));

        var answers = new ArrayList<HttpResponse<String>>();
        Eventually.see(
                "a metric is logged again",
                () -> {
                    answers.add(tryToLogMetric(run));
                    return answers.getLast();
                },
                answer -> answer.statusCode() == 200);

        assertThat(answers.subList(0, answers.size() - 1)).isNotEmpty().allSatisfy(answer -> {
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
            assertThat(answer.body()).contains("TEMPORARILY_UNAVAILABLE");
            assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        });
    }

    @Test
    @Order(6)
    void a_stop_leaves_a_running_job_alive_and_says_so_and_the_next_start_finds_it() throws Exception {
        submitCounting(STOPPED);

        var down = server.command("down").requireSuccess();

        assertThat(down.errors()).contains("1 job goes on running; the next start finds it again");
        assertThat(server.command("job", "show", STOPPED).exitCode()).isEqualTo(7);
        server.up().requireSuccess();
        assertThat(job(STOPPED).get("status").asText()).isEqualTo("Running");
        Files.createFile(goOf(STOPPED));
        assertFinishesOnce(STOPPED);
    }

    @Test
    @Order(7)
    void a_second_start_on_a_running_folder_is_told_of_the_first() throws Exception {
        var again = server.up();
        assertThat(again.exitCode()).isZero();
        assertThat(again.joined()).contains(server.url());

        var inForeground = server.command("up");
        assertThat(inForeground.exitCode()).isEqualTo(3);
        assertThat(inForeground.errors())
                .contains("A server runs on", "already: " + server.url())
                .contains("./millwright down");
        assertThat(server.command("status").exitCode()).isZero();
    }

    @Test
    @Order(8)
    void a_port_in_use_is_refused_with_who_has_it() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var other = folder.resolve("other");

            var result = up(other, taken.getLocalPort());

            assertThat(result.exitCode()).isEqualTo(3);
            assertThat(result.errors())
                    .contains("Port %d is in use by process %d"
                            .formatted(
                                    taken.getLocalPort(),
                                    ProcessHandle.current().pid()))
                    .contains("--port");
        }
    }

    @Test
    @Order(9)
    void a_folder_of_a_newer_millwright_is_refused_and_left_as_it_is() throws Exception {
        var newer = Files.createDirectory(folder.resolve("newer"));
        var format = Files.writeString(newer.resolve("format"), "format=99\nschema=\nmillwright=9.0\n");

        var result = up(newer, 0);

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.errors()).contains("was written by a newer Millwright (9.0): it has format 99");
        try (var left = Files.list(newer)) {
            assertThat(left).containsExactly(format);
        }
    }

    private static RunningServer.Result up(Path data, int port) throws IOException, InterruptedException {
        return server.run(
                List.of(
                        server.home().resolve("millwright").toString(),
                        "up",
                        "--detach",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        data.toString()),
                Map.of());
    }

    /** A job that says when it starts, and goes on until it is let go. Returns when it runs. */
    private static void submitCounting(String name) throws Exception {
        var file = Files.writeString(folder.resolve(name + ".yml"), """
                type: command
                name: %s
                command: |
                  echo started
                  touch begun
                  n=0
                  while [ ! -e go ]; do n=$((n+1)); echo "line $n"; sleep 0.2; done
                  echo "last line $n"
                  touch end
                environment: {}
                compute: local
                """.formatted(name));
        server.command("job", "create", "-f", file.toString()).requireSuccess();
        Eventually.see(name + " runs", () -> Files.exists(new JobOnDisk(server, name).file("begun")), there -> there);
        Eventually.see(name + " is known to run", () -> job(name).get("status").asText(), "Running"::equals);
    }

    /** Sees that the job that was let go completes with its whole log, in the attempt and the process that it began in. */
    private static void assertFinishesOnce(String name) throws Exception {
        Eventually.see(name + " completes", () -> job(name).get("status").asText(), "Completed"::equals);
        assertThat(job(name).get("attempt").asInt()).isEqualTo(1);
        assertThat(server.command("job", "logs", name).output().lines().filter("started"::equals))
                .hasSize(1);
        var lines = server.command("job", "logs", name)
                .requireSuccess()
                .output()
                .lines()
                .filter(line -> line.contains("line "))
                .toList();
        var count = lines.size() - 1;
        for (var number = 1; number <= count; number++) {
            assertThat(lines.get(number - 1)).isEqualTo("line " + number);
        }
        assertThat(lines.getLast()).isEqualTo("last line " + count);
    }

    private static Path goOf(String job) {
        return new JobOnDisk(server, job).file("go");
    }

    private static Path endOf(String job) {
        return new JobOnDisk(server, job).file("end");
    }

    private static void kill(JsonNode status, List<String> processes) throws Exception {
        // The launcher first: it would start the others again.
        for (var name : processes) {
            var process = ProcessHandle.of(status.get(name).asLong()).orElseThrow();
            process.destroyForcibly();
            process.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    private static void logMetric(String run) throws Exception {
        post("/api/2.0/mlflow/runs/log-metric", metric(run));
    }

    private static HttpResponse<String> tryToLogMetric(String run) throws Exception {
        return server.http().postJson("/api/2.0/mlflow/runs/log-metric", metric(run), bearer(server.token()));
    }

    private static String metric(String run) {
        return "{\"run_id\":\"%s\",\"key\":\"loss\",\"value\":0.25,\"timestamp\":1,\"step\":1}".formatted(run);
    }

    private static String newRun() throws Exception {
        var answer = server.http()
                .postJson("/api/2.0/mlflow/runs/create", "{\"experiment_id\":\"0\"}", bearer(server.token()));
        return json(answer).get("run").get("info").get("run_id").asText();
    }

    private static void post(String path, String body) throws Exception {
        var answer = server.http().postJson(path, body, bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json(answer).isObject()).isTrue();
    }

    private static JsonNode job(String name) throws IOException, InterruptedException {
        return server.json("job", "show", name);
    }
}
