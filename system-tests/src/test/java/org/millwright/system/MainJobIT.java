package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job as a newcomer does it, with nothing but the command line: a script is submitted, tracked, registered,
 * deployed and scored. The steps build on each other, so they run in order.
 */
@ExtendWith(RunningServer.Provider.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MainJobIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JOB = "breast-cancer-system-test";

    private final RunningServer server;

    MainJobIT(RunningServer server) {
        this.server = server;
    }

    @Test
    @Order(1)
    void a_job_is_submitted_and_its_log_streams_until_it_completes() throws Exception {
        var result = server.command("job", "create", "-f", "examples/breast-cancer/job.yml", "--name", JOB, "--stream");
        assertThat(result.exitCode()).as(result.errors() + result.output()).isZero();
        assertThat(result.output()).contains("accuracy");
        assertThat(json("job", "show", JOB).get("status").asText()).isEqualTo("Completed");
    }

    @Test
    @Order(2)
    void what_the_script_logged_is_on_the_run() throws Exception {
        var files = server.command("job", "download", JOB, "-o", downloads().toString())
                .requireSuccess();
        assertThat(downloads().resolve("user_logs/std_log.txt"))
                .as(files.output())
                .isNotEmptyFile();
        var model = json("model", "show", "breast-cancer");
        assertThat(model.get("latest_version").asInt()).isEqualTo(1);
        assertThat(model.get("versions").get(0).get("run").asText()).isEqualTo(JOB);
    }

    @Test
    @Order(3)
    void the_model_is_deployed_and_answers_as_scikit_learn_does() throws Exception {
        var endpoint = json("endpoint", "create", "--name", "cancer", "--model", "breast-cancer:1");
        assertThat(endpoint.get("deployments").get(0).get("state").asText()).isEqualTo("Succeeded");
        assertThat(endpoint.get("traffic").elements().next().asInt()).isEqualTo(100);

        var answer = JSON.readTree(server.command(
                        "endpoint", "invoke", "cancer", "--request-file", "examples/breast-cancer/sample-request.json")
                .requireSuccess()
                .output());
        var expected = expectedAnswer();
        assertThat(answer.get("label")).isEqualTo(expected.get("label"));
        var actual = answer.get("probabilities");
        var wanted = expected.get("probabilities");
        assertThat(actual).hasSameSizeAs(wanted);
        for (var row = 0; row < wanted.size(); row++) {
            for (var column = 0; column < wanted.get(row).size(); column++) {
                assertThat(actual.get(row).get(column).asDouble())
                        .isCloseTo(wanted.get(row).get(column).asDouble(), within(1e-5));
            }
        }
    }

    @Test
    @Order(4)
    void a_wrong_key_and_a_row_of_the_wrong_shape_are_refused_in_words() throws Exception {
        var keys = json("endpoint", "get-credentials", "cancer");
        var url = server.url() + "/endpoints/main/cancer/score";
        assertThat(curl(url, "not-a-key", "{\"data\":[[1,2,3]]}"))
                .startsWith("401")
                .contains("error");
        assertThat(curl(url, keys.get("primary_key").asText(), "{\"data\":[[1,2,3]]}"))
                .startsWith("400")
                .contains("data[0] has 3 values")
                .contains("30");
    }

    @Test
    @Order(5)
    void a_script_that_fails_gives_the_job_its_exit_code_and_says_why(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("broken.py"), "raise ValueError('no such column: age')\n");
        Files.writeString(folder.resolve("job.yml"), """
                type: command
                name: broken-system-test
                code: .
                command: python broken.py
                environment: {}
                compute: local
                """);
        var result =
                server.command("job", "create", "-f", folder.resolve("job.yml").toString(), "--stream");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.output() + result.errors()).contains("ValueError: no such column: age");
        var job = json("job", "show", "broken-system-test");
        assertThat(job.get("status").asText()).isEqualTo("Failed");
        assertThat(job.get("reason").asText()).contains("ValueError");
    }

    @Test
    @Order(6)
    void an_unknown_key_is_refused_with_its_place_and_nothing_is_submitted(@TempDir Path folder) throws Exception {
        var file = folder.resolve("job.yml");
        Files.writeString(
                file,
                "type: command\nname: never-submitted\ncomand: python train.py\nenvironment: {}\ncompute: local\n");
        var result = server.command("job", "create", "-f", file.toString());
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.errors()).contains("job.yml:3:1").contains("did you mean 'command'");
        assertThat(server.command("job", "show", "never-submitted").exitCode()).isEqualTo(3);
    }

    @Test
    @Order(7)
    void a_model_that_is_not_onnx_fails_its_deployment_with_the_reason(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("job.yml"), """
                type: command
                name: not-onnx-system-test
                command: mkdir -p outputs/model && echo 'no model' > outputs/model/model.onnx
                environment: {}
                compute: local
                """);
        server.command("job", "create", "-f", folder.resolve("job.yml").toString(), "--stream")
                .requireSuccess();
        server.command(
                        "model",
                        "register",
                        "--name",
                        "not-onnx",
                        "--job",
                        "not-onnx-system-test",
                        "--path",
                        "outputs/model")
                .requireSuccess();
        var result = server.command("endpoint", "create", "--name", "never-up", "--model", "not-onnx:1");
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.errors()).contains("not an ONNX model");
    }

    private Path downloads() {
        return server.data().resolve("downloads");
    }

    private JsonNode json(String... arguments) throws IOException, InterruptedException {
        var withFormat = new ArrayList<>(List.of(arguments));
        withFormat.addAll(List.of("--format", "json"));
        return JSON.readTree(server.command(withFormat.toArray(String[]::new))
                .requireSuccess()
                .output());
    }

    /** What scikit-learn itself says, which the training script left among its files. */
    private JsonNode expectedAnswer() throws IOException {
        return JSON.readTree(downloads().resolve("outputs/report/expected.json").toFile());
    }

    private String curl(String url, String key, String body) throws IOException, InterruptedException {
        return server.run(
                        List.of(
                                Programs.need("curl").toString(),
                                "-s",
                                "--cacert",
                                server.certificateAuthority().toString(),
                                "-H",
                                "Authorization: Bearer " + key,
                                "-H",
                                "Content-Type: application/json",
                                "-d",
                                body,
                                "-w",
                                "%{stderr}%{http_code}",
                                url),
                        Map.of())
                .joined();
    }
}
