package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work comes in from MLflow's own server, goes out to a folder, and comes in again at another server. */
class TransferIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void what_a_scikit_learn_user_left_on_mlflow_is_here_as_it_was_there() throws Exception {
        try (var server = new RunningServer(Files.createTempDirectory("millwright-transfer"))) {
            var python = PythonEnvironment.ofMlflow(server, "3.17.2").python();
            try (var mlflow = new StockMlflow(python, folder)) {
                python(server, python, "transfer_source.py", Map.of("MLFLOW_TRACKING_URI", mlflow.url()), "3");

                killedOnceItCopies(server, mlflow);
                var summary = server.json("import", "mlflow", "--tracking-uri", mlflow.url(), "--deleted");
                assertThat(summary.get("not_copied")).isEmpty();
                compare(server, python, mlflow);

                var repeated = server.json("import", "mlflow", "--tracking-uri", mlflow.url(), "--deleted");
                assertThat(repeated.get("copied")).as(repeated.toString()).isEmpty();

                python(server, python, "transfer_source.py", Map.of("MLFLOW_TRACKING_URI", mlflow.url()), "more");
                var news = server.json("import", "mlflow", "--tracking-uri", mlflow.url(), "--deleted");
                assertThat(news.at("/copied/runs").asInt()).as(news.toString()).isEqualTo(2);
                compare(server, python, mlflow, "without-models");
            }
            an_export_read_by_another_server_is_exported_again_byte_by_byte(server);
        }
    }

    private void an_export_read_by_another_server_is_exported_again_byte_by_byte(RunningServer server)
            throws Exception {
        aJobWithCode(server);
        var first = folder.resolve("first");
        server.command("export", first.toString()).requireSuccess();
        try (var other = new RunningServer(Files.createTempDirectory("millwright-transfer"))) {
            assertRefusedWhenAltered(other, first);

            other.command("import", first.toString()).requireSuccess();
            other.command("import", first.toString()).requireSuccess();

            var second = folder.resolve("second");
            other.command("export", second.toString()).requireSuccess();
            assertThat(files(second)).containsExactlyEntriesOf(files(first));
        }
    }

    /** Kills the command when it has begun to copy; should it have ended before, it is as if it had not been killed. */
    private void killedOnceItCopies(RunningServer server, StockMlflow mlflow) throws Exception {
        var errors = folder.resolve("import.err");
        var process = new ProcessBuilder(
                        server.home().resolve("millwright").toString(),
                        "import",
                        "mlflow",
                        "--tracking-uri",
                        mlflow.url(),
                        "--deleted",
                        "--data",
                        server.data().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        Eventually.see(
                "it copies, or has ended",
                () -> !process.isAlive() || Files.readString(errors).contains("experiment '"),
                begun -> begun);
        process.destroyForcibly().waitFor();
    }

    private static void assertRefusedWhenAltered(RunningServer server, Path export) throws Exception {
        var runs = export.resolve("runs.jsonl");
        var whole = Files.readString(runs);
        Files.writeString(runs, whole.replaceFirst("Completed", "Completef"));
        var refused = server.command("import", export.toString());
        Files.writeString(runs, whole);
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.errors()).contains("runs.jsonl is not as it was exported");
        assertThat(server.json("model", "list")).isEmpty();
    }

    private void aJobWithCode(RunningServer server) throws IOException, InterruptedException {
        var code = Files.createDirectories(folder.resolve("code"));
        Files.writeString(code.resolve("say.sh"), "echo hello; mkdir -p outputs/said; echo hello > outputs/said/it\n");
        var job = Files.writeString(folder.resolve("job.yml"), """
                experiment_name: jobs
                code: code
                command: sh say.sh
                environment: {}
                """);
        server.command("job", "create", "-f", job.toString(), "--stream").requireSuccess();
    }

    private void compare(RunningServer server, Path python, StockMlflow mlflow, String... options) throws Exception {
        var arguments = new ArrayList<>(List.of(mlflow.url(), server.url()));
        arguments.addAll(List.of(options));
        var result = python(
                server,
                python,
                "transfer_compare.py",
                Map.of(
                        "TARGET_TOKEN",
                        server.token(),
                        "MLFLOW_TRACKING_SERVER_CERT_PATH",
                        server.certificateAuthority().toString()),
                arguments.toArray(String[]::new));
        assertThat(result.output()).contains("equal: ");
    }

    private static RunningServer.Result python(
            RunningServer server, Path python, String script, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                python.toString(),
                server.home()
                        .resolve("system-tests/src/test/python")
                        .resolve(script)
                        .toString()));
        command.addAll(List.of(arguments));
        return server.run(command, new HashMap<>(variables)).requireSuccess();
    }

    /** Every file by its path; of the manifest what is not its header. */
    private static Map<String, String> files(Path export) throws IOException {
        var files = new TreeMap<String, String>();
        try (var tree = Files.walk(export)) {
            for (var file : tree.filter(Files::isRegularFile).toList()) {
                var name = export.relativize(file).toString();
                if (name.equals("manifest.json")) {
                    var manifest = (ObjectNode) JSON.readTree(file.toFile());
                    assertThat(manifest.remove("header")).isNotNull();
                    files.put(name, manifest.toString());
                } else {
                    files.put(name, new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return files;
    }
}
