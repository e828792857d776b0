package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Secrets of a workspace from where they are set to the job that asks, and that they are nowhere else: not in a file of the
 * data folder, not in a row of the database, not in an answer, not in an export.
 */
class SecretsIT {
    private static final String VALUE = "correct/horse battery#staple-8472";

    private static RunningServer server;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = new RunningServer(
                Files.createTempDirectory("millwright-secrets-test"),
                Map.of("MILLWRIGHT_WEBHOOK_HOSTS", "http://127.0.0.1:9"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void a_job_gets_the_secret_that_it_asks_for_and_nobody_else_sees_it() throws Exception {
        set("DATABASE_PASSWORD", VALUE);
        var told = folder.resolve("told");
        var script = """
                import base64, glob, os, sys
                value = os.environ["PGPASSWORD"]
                assert "DATABASE_PASSWORD" not in os.environ
                print("as it is:", value)
                print("in base64:", base64.b64encode(value.encode()).decode())
                for name in glob.glob("/proc/[0-9]*/cmdline"):
                    try:
                        assert value.encode() not in open(name, "rb").read(), name
                    except OSError:
                        pass
                print("\\n".join(sorted(os.environ)))
                sys.exit("RuntimeError: cannot connect with " + value)
                """;
        var job = submit("asks", script, "secrets: {DATABASE_PASSWORD: PGPASSWORD}");
        assertThat(job.exitCode()).as(job.joined()).isEqualTo(1);
        assertThat(job.joined()).contains("as it is: ***", "in base64: ***").doesNotContain("MILLWRIGHT_", VALUE);

        var answer = server.json("job", "show", "asks");
        assertThat(answer.at("/secrets/DATABASE_PASSWORD").asText()).isEqualTo("PGPASSWORD");
        var listed = server.json("secret", "list");
        assertThat(listed.get(0).get("last_used_by").asText()).isEqualTo("asks");
        assertThat(listed.get(0).get("set_by").asText()).isEqualTo("admin");

        server.command("export", told.toString()).requireSuccess();
        assertThat(withValue(told)).isEmpty();
        assertThat(withValue(server.data())).isEmpty();
        assertThat(rowsWithValue()).isEmpty();
        var http = server.http();
        var read = http.get("/api/v1/audit?kind=secret&action=read&run=asks", TrustingHttp.bearer(server.token()));
        assertThat(read.body()).contains("\"resource\":\"DATABASE_PASSWORD\"", "\"principal\":\"admin\"");
        for (var path : List.of(
                "/api/v1/audit?kind=secret",
                "/api/v1/workspaces/main/secrets",
                "/api/v1/workspaces/main/secrets/DATABASE_PASSWORD",
                "/api/v1/workspaces/main/jobs/asks",
                "/api/v1/workspaces/main/jobs/asks/log",
                "/api/v1/workspaces/main/jobs/asks/attempts",
                "/api/v1/workspaces/main/jobs/asks/metrics",
                "/api/v1/workspaces/main/jobs/asks/files/user_logs/std_log.txt",
                "/api/2.0/mlflow/runs/get?run_id=asks",
                "/api/v1/secret-keys")) {
            var got = http.get(path, TrustingHttp.bearer(server.token()));
            assertThat(got.statusCode()).as(path).isEqualTo(200);
            assertThat(got.body()).as(path).doesNotContain(VALUE, base64());
        }
    }

    @Test
    void a_job_that_does_not_ask_gets_nothing() throws Exception {
        set("UNASKED", VALUE);
        var job = submit("does-not-ask", """
                import os
                assert not [name for name in os.environ if name == "UNASKED" or name.startswith("MILLWRIGHT")]
                assert "%s" not in str(os.environ)
                """.formatted(base64().substring(0, 8)), "");
        assertThat(job.exitCode()).as(job.joined()).isZero();
        var databasePassword = Files.readString(server.data().resolve("secrets/database.password"))
                .strip();
        var environment = submit("shows-all", "import os; print(dict(os.environ))", "");
        assertThat(environment.joined()).doesNotContain(databasePassword, "DB_PASSWORD", "KEYSTORE");
    }

    @Test
    void a_secret_that_is_not_there_is_refused_by_name_before_anything_runs() throws Exception {
        var job = submit("asks-too-much", "print()", "secrets: [NOT_THERE]");
        assertThat(job.exitCode()).isEqualTo(3);
        assertThat(job.joined()).contains("workspace 'main' has no secret 'NOT_THERE'");
        assertThat(server.command("job", "show", "asks-too-much").exitCode()).isEqualTo(3);
    }

    @Test
    void who_may_submit_jobs_may_not_by_that_give_them_secrets() throws Exception {
        set("GUARDED", VALUE);
        try (var database = server.database();
                var role = database.prepareStatement("""
                        INSERT INTO access.role (name, description, permissions, built_in)
                        VALUES ('Submitter', '', '{WORKSPACE_READ,COMPUTE_READ,EXPERIMENT_READ,EXPERIMENT_WRITE,JOB_SUBMIT}', false)
                        """)) {
            role.executeUpdate();
        }
        var token = TrustingHttp.bearer(People.add(server, "sue", "Submitter"));
        var http = server.http();
        var asking = "{\"name\":\"sues\",\"command\":\"true\",\"secrets\":{\"GUARDED\":\"GUARDED\"}}";
        var refused = http.postJson("/api/v1/workspaces/main/jobs", asking, token);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains("SECRET_USE");
        assertThat(http.get("/api/v1/workspaces/main/secrets", token).statusCode())
                .isEqualTo(403);
        assertThat(http.postJson("/api/v1/workspaces/main/jobs", "{\"command\":\"true\"}", token)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_value_that_is_refused_is_not_repeated() throws Exception {
        var http = server.http();
        for (var body : List.of(
                "{\"value\":[\"" + VALUE + "\"]}",
                "{\"value\":{\"a\":\"" + VALUE + "\"}}",
                "{\"value\":\"" + VALUE + "\\u0000\"}",
                "{\"valeu\":\"" + VALUE + "\"}",
                "{\"value\":horse8472}",
                "{\"value\":\"" + VALUE)) {
            var answer =
                    http.putJson("/api/v1/workspaces/main/secrets/REFUSED", body, TrustingHttp.bearer(server.token()));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).doesNotContain(VALUE, "horse");
        }
    }

    @Test
    void after_a_rotation_everything_opens_and_the_old_key_can_go() throws Exception {
        set("ROTATED", VALUE);
        server.json("webhook", "create", "-n", "rotated", "--url", "http://127.0.0.1:9/", "-e", "run.failed");
        var old = server.json("secrets", "status").get("primary").asText();

        var status = server.json("secrets", "rotate");

        assertThat(status.get("pending").asInt()).isZero();
        assertThat(status.get("primary").asText()).isNotEqualTo(old);
        assertThat(rowsContaining(old)).isEmpty();
        server.command("secrets", "remove-key", old).requireSuccess();
        assertThat(Files.readAllLines(server.data().resolve("secrets/master.key")))
                .hasSize(1);
        var job = submit(
                "after-rotation",
                "import os; assert len(os.environ['ROTATED']) == %d".formatted(VALUE.length()),
                "secrets: [ROTATED]");
        assertThat(job.exitCode()).as(job.joined()).isZero();
    }

    @Test
    void a_server_with_a_wrong_key_does_not_start_and_says_which_setting_is_wrong() {
        assertThatThrownBy(() -> new RunningServer(folder.resolve("data"), Map.of("MILLWRIGHT_SECRET_KEY", "c2hvcnQ=")))
                .hasMessageContaining("A setting is wrong: Key 1 in MILLWRIGHT_SECRET_KEY has 5 bytes; it needs 32")
                .hasMessageNotContaining("c2hvcnQ");
    }

    private void set(String name, String value) throws IOException, InterruptedException {
        var file = Files.writeString(folder.resolve(name), value + "\n");
        server.command("secret", "set", name, "--from-file", file.toString()).requireSuccess();
    }

    private RunningServer.Result submit(String name, String script, String more)
            throws IOException, InterruptedException {
        var source = Files.createDirectories(folder.resolve(name));
        Files.writeString(source.resolve("main.py"), script);
        Files.writeString(folder.resolve(name + ".yml"), """
                name: %s
                experiment_name: secrets
                code: %s
                command: python main.py
                %s
                """.formatted(name, name, more));
        return server.command(
                "job", "create", "-f", folder.resolve(name + ".yml").toString(), "--stream");
    }

    private static String base64() {
        return Base64.getEncoder().withoutPadding().encodeToString(VALUE.getBytes(StandardCharsets.UTF_8));
    }

    /** The files that hold the value, also those that only the database reads. */
    private static List<Path> withValue(Path root) throws IOException {
        var found = new ArrayList<Path>();
        try (var files = Files.walk(root)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                if (file.getFileName().toString().endsWith(".jsa")) {
                    continue; // the classes that the server loads
                }
                var content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                if (content.contains(VALUE) || content.contains(base64())) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static List<String> rowsWithValue() throws Exception {
        var rows = rowsContaining(VALUE);
        rows.addAll(rowsContaining(base64()));
        return rows;
    }

    /** All rows of all tables, each as one text. */
    private static List<String> rowsContaining(String text) throws Exception {
        var found = new ArrayList<String>();
        try (var database = server.database()) {
            for (var table : tables(database)) {
                try (var query = database.prepareStatement(
                        "SELECT row_of::text FROM %s row_of WHERE strpos(row_of::text, ?) > 0".formatted(table))) {
                    query.setString(1, text);
                    var rows = query.executeQuery();
                    while (rows.next()) {
                        found.add(table + ": " + rows.getString(1));
                    }
                }
            }
        }
        return found;
    }

    private static List<String> tables(Connection database) throws SQLException {
        try (var query = database.prepareStatement("""
                SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
                """)) {
            var tables = new ArrayList<String>();
            var rows = query.executeQuery();
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
            assertThat(tables).contains("secret.workspace_secret", "experiment.run");
            return tables;
        }
    }
}
