package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a running server keeps of who did what, and what becomes of somebody who tampers with it. */
@ExtendWith(RunningServer.Provider.class)
class AuditIT {
    private static final String MLFLOW = "/api/2.0/mlflow/";
    private static final String MAIN = "/api/v1/workspaces/main/";

    private final RunningServer server;
    private final TrustingHttp http;
    private final String unique = "audited-" + UUID.randomUUID().toString().substring(0, 8);

    AuditIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @Test
    void who_made_and_revoked_a_token_is_told_without_the_token() throws Exception {
        var made = json(http.postJson("/api/v1/tokens", "{\"name\":\"" + unique + "\"}", admin()));
        http.send("DELETE", "/api/v1/tokens/" + made.get("id").asText(), null, admin());

        var told = trail("part=" + made.get("id").asText());

        assertThat(told).hasSize(2);
        var revoked = told.get(0);
        var created = told.get(1);
        assertThat(created.get("principal").asText()).isEqualTo("admin");
        assertThat(created.get("action").asText()).isEqualTo("CREATE");
        assertThat(created.get("kind").asText()).isEqualTo("credential");
        assertThat(created.get("operation").asText()).isEqualTo("POST /api/v1/tokens");
        assertThat(created.get("permission").asText()).isEqualTo("OWN_CREDENTIALS");
        assertThat(created.get("credential_kind").asText()).isEqualTo("PERSONAL_TOKEN");
        assertThat(created.get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(created.get("client").asText()).startsWith("Java-http-client");
        assertThat(created.has("workspace")).isFalse();
        assertThat(created.get("after").get("name").asText()).isEqualTo(unique);
        assertThat(created.get("after").get("digest").asText()).isEqualTo("(hidden)");
        assertThat(revoked.get("operation").asText()).isEqualTo("DELETE /api/v1/tokens/{id}");
        assertThat(revoked.get("after").has("revoked_at")).isTrue();
        assertThat(told.toString()).doesNotContain(made.get("secret").asText());
    }

    @Test
    void who_promoted_a_version_is_told_with_what_it_was_before_and_after() throws Exception {
        var run = run();
        call(MLFLOW + "registered-models/create", "{\"name\":\"%s\"}".formatted(unique));
        call(
                MLFLOW + "model-versions/create",
                "{\"name\":\"%s\",\"source\":\"runs:/%s/model\",\"run_id\":\"%s\"}".formatted(unique, run, run));
        call(MAIN + "models/" + unique + "/versions/1/promote", "{\"to\":\"Production\",\"comment\":\"holds\"}");

        var told = trail("resource=" + unique + "&part=1");

        assertThat(told).extracting(entry -> entry.get("kind").asText()).containsExactly("promotion", "model", "model");
        assertThat(told.get(0).get("after").get("comment").asText()).isEqualTo("holds");
        assertThat(told.get(1).get("before").toString()).isEqualTo("{\"stage\":\"NONE\"}");
        assertThat(told.get(1).get("after").toString()).isEqualTo("{\"stage\":\"PRODUCTION\"}");
        assertThat(told.get(0).get("request")).isEqualTo(told.get(1).get("request"));
        assertThat(told).allSatisfy(entry -> {
            assertThat(entry.get("principal").asText()).isEqualTo("admin");
            assertThat(entry.get("workspace").asText()).isEqualTo("main");
        });
    }

    @Test
    void whoever_reads_keys_or_a_file_is_told_and_whoever_logs_a_metric_is_not() throws Exception {
        call(MAIN + "endpoints", "{\"name\":\"%s\"}".formatted(unique));
        http.get(MAIN + "endpoints/" + unique + "/keys", admin());
        var run = run();
        var file = "/api/2.0/mlflow-artifacts/artifacts/0/%s/artifacts/a.txt".formatted(run);
        http.send("PUT", file, "content", admin());
        assertThat(http.get(file, admin()).body()).isEqualTo("content");
        call(
                MLFLOW + "runs/log-batch",
                "{\"run_id\":\"%s\",\"metrics\":[{\"key\":\"loss\",\"value\":1,\"timestamp\":1,\"step\":0}]}"
                        .formatted(run));

        assertThat(trail("resource=" + unique + "&action=read")).singleElement().satisfies(read -> {
            assertThat(read.get("kind").asText()).isEqualTo("endpoint keys");
            assertThat(read.get("permission").asText()).isEqualTo("ENDPOINT_KEYS");
        });
        assertThat(trail("resource=" + unique + "&kind=endpoint"))
                .singleElement()
                .satisfies(
                        made -> assertThat(made.get("after").get("primary_key").asText())
                                .isEqualTo("(hidden)"));
        assertThat(trail("resource=" + encoded("0/" + run + "/artifacts/a.txt")))
                .extracting(entry -> entry.get("action").asText())
                .containsExactly("READ");
        assertThat(trail("resource=" + run))
                .extracting(entry -> entry.get("action").asText())
                .containsExactly("CREATE");
    }

    @Test
    void a_change_of_files_is_told_although_no_row_changes() throws Exception {
        var run = run();
        var path = "0/%s/artifacts/gone.txt".formatted(run);
        http.send("PUT", "/api/2.0/mlflow-artifacts/artifacts/" + path, "content", admin());

        http.send("DELETE", "/api/2.0/mlflow-artifacts/artifacts/" + path, null, admin());

        assertThat(trail("resource=" + encoded(path))).singleElement().satisfies(entry -> {
            assertThat(entry.get("action").asText()).isEqualTo("CALL");
            assertThat(entry.get("operation").asText()).isEqualTo("DELETE /api/2.0/mlflow-artifacts/artifacts/{path}");
        });
    }

    @Test
    void what_was_refused_is_told_with_the_reason_and_repetitions_are_counted() throws Exception {
        var reader = bearer(People.add(server, unique, "Reader"));
        for (var i = 0; i < 5; i++) {
            assertThat(http.postJson(MAIN + "endpoints", "{\"name\":\"" + unique + "\"}", reader)
                            .statusCode())
                    .isEqualTo(403);
        }

        assertThat(trail("actor=" + unique)).singleElement().satisfies(refused -> {
            assertThat(refused.get("outcome").asText()).isEqualTo("REFUSED");
            assertThat(refused.get("permission").asText()).isEqualTo("ENDPOINT_WRITE");
            assertThat(refused.get("operation").asText()).isEqualTo("POST /api/v1/workspaces/{workspace}/endpoints");
            assertThat(refused.get("reason").asText()).contains("holds no role with ENDPOINT_WRITE");
            assertThat(refused.get("workspace").asText()).isEqualTo("main");
        });
    }

    @Test
    void a_browser_that_signs_in_and_out_is_told() throws Exception {
        var signedIn = http.postForm("/studio/sign-in", "token=" + encoded(server.token()));
        var cookie = signedIn.headers().firstValue("set-cookie").orElseThrow().split(";")[0];
        var session = trail("action=sign_in&size=1").getFirst();
        http.postForm("/studio/sign-out", "", "Cookie", cookie);

        var told = trail("part=" + session.get("part").asText());

        assertThat(told).extracting(entry -> entry.get("action").asText()).containsExactly("SIGN_OUT", "SIGN_IN");
        assertThat(session.get("principal").asText()).isEqualTo("admin");
    }

    @Test
    void who_gives_a_role_behind_the_servers_back_is_named_by_the_database() throws Exception {
        People.add(server, unique, "Reader");

        assertThat(trail("resource=" + unique + "&part=Reader")).singleElement().satisfies(given -> {
            assertThat(given.get("principal_name").asText()).isEqualTo("Database user millwright");
            assertThat(given.get("kind").asText()).isEqualTo("role assignment");
        });
    }

    @Test
    void only_those_who_may_read_it_do_and_that_is_told() throws Exception {
        var contributor = bearer(People.add(server, unique, "Contributor"));
        for (var path : List.of("/api/v1/audit", MAIN + "audit", "/api/v1/audit/head", "/api/v1/audit/export")) {
            assertThat(http.get(path, contributor).statusCode()).as(path).isEqualTo(403);
        }

        assertThat(http.get("/api/v1/audit?resource=" + unique, admin()).statusCode())
                .isEqualTo(200);

        assertThat(trail("kind=audit%20trail&action=read&size=20"))
                .extracting(entry -> entry.path("part").asText())
                .contains("resource=" + unique);
    }

    @Test
    void a_question_that_cannot_be_answered_says_what_is_wrong_with_it() throws Exception {
        for (var question : List.of("action=burn", "outcome=maybe", "from=yesterday", "permission=FLY", "page=x")) {
            var answer = http.get("/api/v1/audit?" + question, admin());
            assertThat(answer.statusCode()).as(question).isEqualTo(400);
            assertThat(json(answer).get("field").asText()).isEqualTo(question.substring(0, question.indexOf('=')));
        }
    }

    @Test
    void an_export_is_checked_without_the_server_and_the_chain_with_a_head_that_was_noted(@TempDir Path folder)
            throws Exception {
        var file = folder.resolve("audit.jsonl");
        var head = server.command("audit", "head").requireSuccess().output().strip();
        server.command("audit", "export", "--whole-server", file.toString()).requireSuccess();

        server.command("audit", "check", "--file", file.toString()).requireSuccess();
        server.command("audit", "check", "--head", head).requireSuccess();

        var lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(2, lines.get(2).replaceFirst("\"action\":\"[A-Z_]+\"", "\"action\":\"READ\""));
        Files.write(file, lines);
        var changed = server.command("audit", "check", "--file", file.toString());
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.output()).contains("is not as it was sealed");
        var csv = folder.resolve("audit.csv");
        server.command("audit", "export", csv.toString()).requireSuccess();
        assertThat(Files.readAllLines(csv).getFirst()).startsWith("sequence,at,action");
    }

    @Test
    void an_entry_that_somebody_changes_in_the_database_is_found() throws Exception {
        call(MLFLOW + "registered-models/create", "{\"name\":\"%s\"}".formatted(unique));
        var sequence = trail("resource=" + unique).getFirst().get("sequence").asLong();

        tamper("UPDATE access.audit_event SET principal = 'somebody-else' WHERE sequence = " + sequence);
        try {
            var checked = server.command("audit", "check");
            assertThat(checked.exitCode()).isEqualTo(1);
            assertThat(checked.output()).contains("entry %d: its content is not what was sealed".formatted(sequence));
        } finally {
            tamper("UPDATE access.audit_event SET principal = 'admin' WHERE sequence = " + sequence);
        }
        server.command("audit", "check").requireSuccess();
    }

    @Test
    void the_studio_shows_who_did_what() throws Exception {
        call(MLFLOW + "registered-models/create", "{\"name\":\"%s\"}".formatted(unique));
        var signedIn = http.postForm("/studio/sign-in", "token=" + encoded(server.token()));
        var cookie = signedIn.headers().firstValue("set-cookie").orElseThrow().split(";")[0];

        var page = http.get("/studio/audit.xhtml?resource=" + unique, "Cookie", cookie);

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains(unique, "Local administrator", "Chain intact");
    }

    /** As the owner of the tables can, who switches off what keeps them. */
    private void tamper(String sql) throws Exception {
        try (var database = server.database();
                var statement = database.createStatement()) {
            statement.execute("ALTER TABLE access.audit_event DISABLE TRIGGER USER;" + sql
                    + ";ALTER TABLE access.audit_event ENABLE TRIGGER USER");
        }
    }

    private String run() throws Exception {
        var made = http.postJson(MLFLOW + "runs/create", "{\"experiment_id\":\"0\"}", admin());
        return json(made).at("/run/info/run_id").asText();
    }

    private void call(String path, String body) throws Exception {
        var answer = http.postJson(path, body, admin());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    private List<JsonNode> trail(String filter) throws Exception {
        var answer = http.get("/api/v1/audit?" + filter, admin());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer).get("items").valueStream().toList();
    }

    private String[] admin() {
        return bearer(server.token());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
