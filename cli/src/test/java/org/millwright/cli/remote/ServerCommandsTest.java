package org.millwright.cli.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.cli.Millwright;
import org.millwright.cli.client.FakeServer;
import org.millwright.cli.client.FakeServer.Answer;
import org.millwright.cli.client.FakeServer.Asked;
import picocli.CommandLine;

/** The command as a process of its own, as a shell sees it, against a server that says what the test wants. */
class ServerCommandsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path folder;

    private record Ended(int exit, String out, String err) {}

    @BeforeEach
    void a_job() throws IOException {
        Files.writeString(folder.resolve("train.py"), "print('hello')");
        Files.writeString(folder.resolve("rows.csv"), "1,2");
        Files.writeString(folder.resolve("job.yml"), """
                code: .
                command: python train.py ${{inputs.rate}} ${{inputs.data}}
                experiment_name: e
                inputs:
                  rate: 0.1
                  data: {type: uri_file, path: rows.csv}
                environment: {packages: [numpy]}
                limits: {timeout: 60}
                """);
    }

    @ParameterizedTest(name = "{0} with exit code {1}: {2}")
    @CsvSource({"Completed, 0, 0", "Failed, 3, 3", "Failed, , 1", "Failed, -9, 1", "Canceled, , 2"})
    void the_exit_code_of_a_followed_job(String status, Integer exitCode, int expected) {
        var job = JSON.createObjectNode().put("name", "j").put("status", status).put("exit_code", exitCode);
        assertThat(Following.exitCode(parsed(job))).isEqualTo(expected);
    }

    @Test
    void a_job_is_sent_with_its_files_and_followed_to_its_end() throws Exception {
        try (var server = new FakeServer(ServerCommandsTest::answers)) {
            var ended = run(server, "job", "create", "-f", "job.yml", "--stream", "--name", "j");
            assertThat(ended.exit()).isEqualTo(7);
            assertThat(ended.out()).isEqualTo("hello\n");
            assertThat(ended.err()).contains("Failed: exit code 7");
            var bodies = server.asked.stream()
                    .filter(asked -> asked.method().equals("PUT"))
                    .toList();
            assertThat(bodies).hasSize(2).allSatisfy(put -> assertThat(
                            new String(put.body(), 0, 2, StandardCharsets.US_ASCII))
                    .isEqualTo("PK"));
            var post = server.asked.stream()
                    .filter(asked -> asked.method().equals("POST"))
                    .findFirst()
                    .orElseThrow();
            var body = JSON.readTree(post.body());
            assertThat(body.path("name").asText()).isEqualTo("j");
            assertThat(body.path("experiment_name").asText()).isEqualTo("e");
            assertThat(body.path("timeout_seconds").asInt()).isEqualTo(60);
            assertThat(body.path("environment").path("packages").path(0).asText())
                    .isEqualTo("numpy");
            assertThat(body.path("inputs").path("rate").path("value").asText()).isEqualTo("0.1");
            assertThat(body.path("inputs").path("data").path("file").asText()).isEqualTo("rows.csv");
            assertThat(bodies.getFirst().path())
                    .endsWith("/snapshots/" + body.path("code").asText());
        }
    }

    @Test
    void with_json_the_answer_alone_is_on_the_standard_output() throws Exception {
        try (var server = new FakeServer(ServerCommandsTest::answers)) {
            var ended = run(server, "job", "stream", "j", "--format", "json");
            assertThat(JSON.readTree(ended.out()).path("exit_code").asInt()).isEqualTo(7);
            assertThat(ended.err()).contains("hello");
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            400 | 3 | {"detail":"not a package","field":"environment"} | millwright: environment: not a package
            401 | 4 | {"detail":"The token is not known"}              | millwright: The token is not known
            403 | 4 | {"detail":"You may not submit jobs"}             | millwright: You may not submit jobs
            409 | 3 | {"detail":"run 'j' exists"}                      | millwright: run 'j' exists
            500 | 1 | {"title":"Internal error"}                       | millwright: Internal error
            503 | 7 | {}                                               | millwright: The server at
            """)
    void what_a_server_refuses_is_one_sentence_and_an_exit_code(int status, int exit, String problem, String said)
            throws Exception {
        try (var server = new FakeServer(asked -> Answer.json(status, problem))) {
            var ended = run(server, "compute", "list");
            assertThat(ended.err()).startsWith(said);
            assertThat(ended.exit()).isEqualTo(exit);
            assertThat(ended.out()).isEmpty();
        }
    }

    @Test
    void an_endpoint_whose_deployment_is_refused_is_taken_back() throws Exception {
        try (var server = new FakeServer(asked -> switch (asked.method()) {
            case "GET" -> Answer.json(200, "{\"name\":\"m\",\"version\":\"1\"}");
            case "POST" -> Answer.json(201, "{\"name\":\"e\"}");
            case "PUT" -> Answer.json(400, "{\"detail\":\"the model has no files\"}");
            default -> Answer.json(204, "");
        })) {
            var ended = run(server, "endpoint", "create", "--name", "e", "--model", "m:1");
            assertThat(ended.exit()).isEqualTo(3);
            assertThat(server.asked.getLast()).hasToString("DELETE /api/v1/workspaces/main/endpoints/e");
        }
    }

    @Test
    void a_deployment_that_fails_says_why() throws Exception {
        var endpoint =
                "{\"name\":\"e\",\"deployments\":[{\"name\":\"blue\",\"model\":\"m:1\",\"state\":\"%s\",\"reason\":\"not ONNX\"}]}";
        try (var server = new FakeServer(asked -> Answer.json(200, endpoint.formatted("Failed")))) {
            var ended = run(server, "endpoint", "create", "--name", "e", "--model", "m:1");
            assertThat(ended.exit()).isEqualTo(1);
            assertThat(ended.err()).startsWith("millwright: The deployment 'blue' of m:1 failed: not ONNX");
        }
        try (var server = new FakeServer(asked -> Answer.json(200, endpoint.formatted("Creating")))) {
            assertThat(run(server, "endpoint", "create", "--name", "e", "--model", "m:1", "--no-wait")
                            .exit())
                    .isZero();
        }
    }

    @Test
    void a_table_fits_a_terminal() throws Exception {
        var jobs = new ArrayList<String>();
        for (var i = 0; i < 3; i++) {
            jobs.add(
                    "{\"name\":\"%032d\",\"status\":\"CancelRequested\",\"experiment_name\":\"%s\",\"display_name\":\"%s\",\"created_at\":\"2026-11-23T10:00:00Z\"}"
                            .formatted(i, "experiment".repeat(6), "a long name ".repeat(9)));
        }
        try (var server = new FakeServer(
                asked -> Answer.json(200, "{\"items\":[%s],\"next_page\":null}".formatted(String.join(",", jobs))))) {
            var lines = run(server, "job", "list").out().lines().toList();
            assertThat(lines).hasSize(4).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
            assertThat(lines.getLast()).startsWith("0".repeat(31) + "2  CancelRequested");
        }
    }

    @Test
    void files_of_a_run_never_leave_the_folder() {
        assertThat(JobCommand.Download.target(Path.of("out"), "a/b")).isEqualTo(Path.of("out/a/b"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> JobCommand.Download.target(Path.of("out"), "../x"))
                .hasMessage("The file name '../x' leads out of out");
    }

    @Test
    void every_command_has_an_example_and_a_format() {
        assertThat(leaves(Millwright.commandLine())).hasSizeGreaterThan(30).allSatisfy(command -> {
            var usage = command.getUsageMessage();
            assertThat(usage)
                    .contains("Example")
                    .contains("./millwright "
                            + command.getCommandSpec().qualifiedName(" ").replace("millwright ", ""));
            assertThat(usage).contains("--format");
        });
    }

    private static List<CommandLine> leaves(CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            return List.of(command);
        }
        return command.getSubcommands().values().stream()
                .filter(below -> !below.getCommandSpec().usageMessage().hidden())
                .flatMap(below -> leaves(below).stream())
                .toList();
    }

    private static org.millwright.cli.client.Job parsed(JsonNode job) {
        var code = job.path("exit_code");
        return new org.millwright.cli.client.Job(
                "j", job.path("status").asText(), "", "", code.isNumber() ? code.asInt() : null, job);
    }

    private static Answer answers(Asked asked) {
        if (asked.path().endsWith("/log")) {
            return Answer.log("hello\n".getBytes(StandardCharsets.UTF_8), true);
        }
        if (asked.path().contains("/snapshots/")) {
            return Answer.json(
                    asked.method().equals("HEAD") ? 404 : 201, asked.method().equals("HEAD") ? "" : "{}");
        }
        return asked.method().equals("POST")
                ? Answer.json(201, "{\"name\":\"j\",\"status\":\"Queued\"}")
                : Answer.json(200, "{\"name\":\"j\",\"status\":\"Failed\",\"reason\":\"exit code 7\",\"exit_code\":7}");
    }

    private Ended run(FakeServer server, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Millwright.class.getName()));
        command.addAll(List.of(arguments));
        var out = folder.resolve("out.txt");
        var err = folder.resolve("err.txt");
        var builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("MILLWRIGHT_URL", server.url().toString());
        builder.environment().put("MILLWRIGHT_TOKEN", "secret");
        var exit = builder.start().waitFor();
        return new Ended(exit, Files.readString(out), Files.readString(err));
    }
}
