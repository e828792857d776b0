package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.BrowserContext;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was published as vulnerabilities of ClearML, Kubeflow, JupyterHub and Jupyter Server, and could apply here, tried on
 * this server. docs/security.md says which is which, and which are tried by other tests.
 */
@ExtendWith(RunningServer.Provider.class)
class PublishedDefectsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String API = "/api/v1/workspaces/main/";
    private static final String MLFLOW = "/api/2.0/mlflow/";

    /** Markup that sets a mark when a browser takes it for its own, in text, in attributes, in scripts and as Markdown. */
    private static final String MARKUP = "\"'></title></script><script>window.struck=1</script>"
            + "<img src=x onerror=window.struck=1><svg/onload=window.struck=1>"
            + "[link](javascript:window.struck=1) ${7*7}#{7*7}{{7*7}}";

    private final RunningServer server;
    private final TrustingHttp http;
    private final String suffix = UUID.randomUUID().toString();

    @TempDir
    Path folder;

    PublishedDefectsIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @Test
    void markup_in_whatever_people_write_runs_on_no_page() throws Exception {
        var experiment = post("experiments/create", Map.of("name", "xss-" + suffix + MARKUP));
        var experimentId = json(experiment).get("experiment_id").asText();
        var run = json(post("runs/create", Map.of("experiment_id", experimentId, "run_name", MARKUP)))
                .at("/run/info/run_id")
                .asText();
        for (var key : List.of("mlflow.note.content", "mlflow.source.name", "mlflow.source.git.repoURL", "plain")) {
            post("runs/set-tag", Map.of("run_id", run, "key", key, "value", MARKUP));
        }
        post("runs/set-tag", Map.of("run_id", run, "key", "mlflow.source.name", "value", "javascript:window.struck=1"));
        post("runs/log-parameter", Map.of("run_id", run, "key", "parameter", "value", MARKUP));
        post("runs/log-metric", Map.of("run_id", run, "key", "loss", "value", 0.5, "timestamp", 1, "step", 1));
        post("experiments/set-experiment-tag", Map.of("experiment_id", experimentId, "key", "a", "value", MARKUP));
        for (var name : List.of("page.html", "picture.svg", "table.json", "notes.md")) {
            var file = "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/%s".formatted(experimentId, run, name);
            assertThat(http.send("PUT", file, MARKUP, bearer(server.token())).statusCode())
                    .isEqualTo(200);
        }
        var model = "xss-" + suffix;
        var tags = List.of(Map.of("key", "tag", "value", MARKUP));
        post("registered-models/create", Map.of("name", model, "description", MARKUP, "tags", tags));
        var version = new LinkedHashMap<String, Object>(Map.of("name", model, "run_id", run, "description", MARKUP));
        version.put("source", "runs:/%s/page.html".formatted(run));
        version.put("tags", tags);
        post("model-versions/create", version);

        var pages = new ArrayList<>(List.of(
                "index.xhtml",
                "jobs.xhtml",
                "experiments.xhtml",
                "jobs.xhtml?experiment=" + encoded("xss-" + suffix + MARKUP),
                "models.xhtml",
                "model.xhtml?name=" + model,
                "model.xhtml?name=" + model + "&version=1",
                "lineage.xhtml?name=" + model + "&version=1",
                "run.xhtml?id=" + run));
        for (var tab : List.of("overview", "metrics", "parameters", "files", "log", "details", "tags")) {
            pages.add("run.xhtml?id=%s&tab=%s".formatted(run, tab));
        }
        assertThat(visit(pages)).as("pages that show what was written").isGreaterThan(6);
    }

    @Test
    void markup_in_an_address_runs_on_no_page() throws Exception {
        var markup = encoded(MARKUP);
        visit(List.of(
                "jobs.xhtml?q=" + markup,
                "jobs.xhtml?state=" + markup,
                "jobs.xhtml?experiment=" + markup,
                "run.xhtml?id=" + markup,
                "run.xhtml?id=x&tab=" + markup,
                "models.xhtml?q=" + markup,
                "model.xhtml?name=" + markup + "&version=" + markup,
                "endpoint.xhtml?name=" + markup,
                "webhook.xhtml?id=" + markup,
                "sign-in.xhtml?refused=" + markup + "&next=" + markup,
                markup + ".xhtml",
                "proxy/" + markup));
    }

    /**
     * Goes to the pages in a browser with a session, and sees that none of them ran what it shows, or offers to.
     *
     * @return how many show it
     */
    private int visit(List<String> pages) throws Exception {
        try (var browser = new StudioBrowser();
                BrowserContext person = browser.person()) {
            var page = person.newPage();
            page.navigate(server.signInLink());
            var shown = 0;
            for (var address : pages) {
                page.navigate(server.url() + "/studio/" + address);
                assertThat(page.evaluate("() => window.struck === undefined"))
                        .as(address)
                        .isEqualTo(true);
                assertThat(page.locator("a[href^='javascript:' i], iframe[src^='javascript:' i]")
                                .count())
                        .as(address)
                        .isZero();
                assertThat(page.locator("script:has-text('window.struck'), img[onerror], svg[onload]")
                                .count())
                        .as(address)
                        .isZero();
                assertThat(page.content()).as(address).doesNotContain("${49}", "#{49}", "{{49}}");
                shown += page.locator("body").innerText().contains("window.struck=1") ? 1 : 0;
            }
            return shown;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "///evil.example",
                "////evil.example/studio/",
                "https:///evil.example/",
                "https:evil.example",
                "/%2Fevil.example",
                "/\t/evil.example",
                "/studio/@evil.example",
                "/studio/../..//evil.example",
                "http://127.0.0.1.evil.example/studio/"
            })
    void a_sign_in_leads_to_this_server_only(String next) throws Exception {
        var answer =
                http.postForm("/studio/sign-in", "token=%s&next=%s".formatted(encoded(server.token()), encoded(next)));

        assertThat(answer.statusCode()).isEqualTo(302);
        var location = URI.create(server.url())
                .resolve(answer.headers().firstValue("location").orElseThrow());
        assertThat(location.getAuthority()).isEqualTo(URI.create(server.url()).getAuthority());
    }

    @Test
    void a_cookie_that_was_planted_is_not_the_session_that_begins() throws Exception {
        var name = session().split("=", 2)[0];
        var planted = name + "=mws_planted-by-another-host";

        var signedIn = http.postForm("/studio/sign-in", "token=" + encoded(server.token()), "Cookie", planted);

        assertThat(signedIn.headers().firstValue("set-cookie"))
                .get()
                .asString()
                .startsWith(name + "=")
                .doesNotContain("planted");
        assertThat(http.get(API + "jobs", "Cookie", planted).statusCode()).isEqualTo(401);
    }

    @Test
    void a_form_that_another_site_sends_without_cors_changes_nothing() throws Exception {
        var session = session();
        var body = "{\"name\":\"forged\"}";

        for (var site : List.of("cross-site", "same-site")) {
            var answer = http.send(
                    "POST",
                    "/api/v1/tokens",
                    body,
                    "Content-Type",
                    "text/plain",
                    "Cookie",
                    session,
                    "Sec-Fetch-Mode",
                    "no-cors",
                    "Sec-Fetch-Site",
                    site);
            assertThat(answer.statusCode()).as(site).isBetween(400, 499);
        }
        assertThat(http.get("/api/v1/tokens", bearer(server.token())).body()).doesNotContain("forged");
    }

    @Test
    void no_other_origin_may_read_answers_however_much_its_name_is_like_ours() throws Exception {
        for (var origin : List.of(server.url() + ".evil.example", "https://evil.example", "null")) {
            for (var path : List.of(API + "jobs", MLFLOW + "experiments/search?max_results=1")) {
                var answer = http.get(path, "Cookie", session(), "Origin", origin);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                        .as(origin)
                        .isEmpty();
            }
        }
    }

    /** A pickle and a YAML file that make what they like of whoever loads them. */
    @Test
    void an_uploaded_model_is_neither_unpickled_nor_does_its_description_make_objects() throws Exception {
        var mark = folder.resolve("struck");
        var experiment = json(post("experiments/create", Map.of("name", "pickle-" + suffix)))
                .get("experiment_id")
                .asText();
        var run = json(post("runs/create", Map.of("experiment_id", experiment)))
                .at("/run/info/run_id")
                .asText();
        var pickle = "cposix\nsystem\n(S'touch %s'\ntR.".formatted(mark);
        var description = """
                artifact_path: model
                flavors:
                  python_function: {loader_module: os, data: python_model.pkl}
                  struck: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["file://%s"]]]]
                """.formatted(mark);
        for (var file :
                Map.of("python_model.pkl", pickle, "MLmodel", description).entrySet()) {
            http.send(
                    "PUT",
                    "/api/2.0/mlflow-artifacts/artifacts/%s/%s/artifacts/model/%s"
                            .formatted(experiment, run, file.getKey()),
                    file.getValue(),
                    bearer(server.token()));
        }
        var model = "pickle-" + suffix;
        post("registered-models/create", Map.of("name", model));
        var version = http.postJson(
                MLFLOW + "model-versions/create",
                JSON.writeValueAsString(Map.of("name", model, "source", "runs:/" + run + "/model", "run_id", run)),
                bearer(server.token()));

        assertThat(version.statusCode()).isLessThan(500);
        assertThat(http.get(API + "models/" + model, bearer(server.token())).statusCode())
                .isLessThan(500);
        assertThat(mark).doesNotExist();
    }

    @Test
    void an_archive_that_leads_out_of_its_folder_starts_no_job() throws Exception {
        for (var name : List.of("../../../planted-" + suffix, "a/../../../../planted-" + suffix)) {
            var digest = keepSnapshot(zip(name));
            var job = "zip-" + UUID.randomUUID();
            var submitted = http.postJson(
                    API + "jobs",
                    JSON.writeValueAsString(Map.of(
                            "name",
                            job,
                            "experiment_name",
                            "zip",
                            "code",
                            digest,
                            "command",
                            "true",
                            "environment",
                            Map.of("packages", List.of()),
                            "compute",
                            "local")),
                    bearer(server.token()));
            if (submitted.statusCode() == 201) {
                Eventually.see(
                        "the job has failed",
                        () -> json(http.get(API + "jobs/" + job, bearer(server.token())))
                                .get("status")
                                .asText(),
                        "Failed"::equals);
            } else {
                assertThat(submitted.statusCode()).as(submitted.body()).isBetween(400, 499);
            }
        }
        try (var entries = Files.list(server.data().resolve("jobs"))) {
            assertThat(entries.filter(path -> path.endsWith("planted-" + suffix)))
                    .isEmpty();
        }
        assertThat(server.data().resolve("planted-" + suffix)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--index-url=http://127.0.0.1:1/", "-r /etc/passwd", "-e ."})
    void a_package_that_is_an_option_is_refused(String line) throws Exception {
        var answer = http.postJson(
                API + "jobs",
                JSON.writeValueAsString(Map.of(
                        "experiment_name",
                        "options",
                        "command",
                        "true",
                        "environment",
                        Map.of("packages", List.of(line)),
                        "compute",
                        "local")),
                bearer(server.token()));

        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
        assertThat(answer.body()).contains("option");
    }

    @Test
    void the_database_keeps_no_credential_that_could_be_used() throws Exception {
        var session = session().split("=", 2)[1];
        try (var database = server.database();
                var statement = database.createStatement();
                var rows = statement.executeQuery("SELECT c::text FROM access.credential c")) {
            while (rows.next()) {
                assertThat(rows.getString(1)).doesNotContain(server.token(), session);
            }
        }
    }

    @Test
    void no_log_has_a_credential_even_of_a_request_that_failed() throws Exception {
        var cookie = session();
        var session = cookie.split("=", 2)[1];
        for (var path : List.of(API + "jobs/%00", "/studio/run.xhtml?id=%zz", MLFLOW + "runs/get?run_id=none")) {
            http.raw("GET", path, List.of("Authorization: Bearer " + server.token(), "Cookie: " + cookie), new byte[0]);
        }
        try (var files = Files.walk(server.data().resolve("logs"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(text.contains(server.token()) || text.contains(session))
                        .as(file.toString())
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_proxy/http://127.0.0.1:1/",
                "/studio/_proxy/http:%2F%2F127.0.0.1:1/",
                "/proxy/127.0.0.1/",
                "/studio/proxy/absolute/1/",
                "/jupyter/api/proxy/1/",
                "/artifacts/get?source=http&bucket=127.0.0.1&key=x"
            })
    void there_is_no_way_through_this_server_to_another(String path) throws Exception {
        var answer = http.raw("GET", path, List.of("Authorization: Bearer " + server.token()), new byte[0]);

        assertThat(answer.status()).as(answer.text()).isIn(302, 400, 404);
    }

    /** An answer that does not come within the client's patience fails the test. */
    @Test
    void text_that_makes_patterns_go_back_is_answered() throws Exception {
        for (var text : List.of(
                "a@" + "a.".repeat(50_000),
                "a".repeat(100_000) + "!",
                "(".repeat(50_000),
                "params.`a" + "'".repeat(50_000),
                "a" + " and a".repeat(20_000),
                "\t ".repeat(50_000) + "x")) {
            for (var path : List.of("runs/search", "experiments/search", "registered-models/create", "runs/create")) {
                var body = JSON.writeValueAsString(Map.of(
                        "name",
                        text,
                        "run_name",
                        text,
                        "filter",
                        text,
                        "experiment_id",
                        "0",
                        "experiment_ids",
                        List.of("0")));
                var answer = http.postJson(MLFLOW + path, body, bearer(server.token()));
                assertThat(answer.statusCode()).as(path).isLessThan(500);
            }
            for (var path : List.of("tokens", "workspaces/main/schedules", "workspaces/main/jobs")) {
                var answer = http.postJson(
                        "/api/v1/" + path,
                        JSON.writeValueAsString(Map.of("name", text, "command", "true")),
                        bearer(server.token()));
                assertThat(answer.statusCode()).as(path).isBetween(400, 499);
            }
        }
    }

    private HttpResponse<String> post(String path, Map<String, ?> body) throws Exception {
        var answer = http.postJson(MLFLOW + path, JSON.writeValueAsString(body), bearer(server.token()));
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return answer;
    }

    /** The cookie of a new session, name and value. */
    private String session() throws Exception {
        var answer = http.postForm("/studio/sign-in", "token=" + encoded(server.token()));
        var cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private String keepSnapshot(byte[] zip) throws Exception {
        var digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(zip));
        var answer = http.raw(
                "PUT",
                API + "snapshots/" + digest,
                List.of("Authorization: Bearer " + server.token(), "Content-Type: application/zip"),
                zip);
        assertThat(answer.status()).as(answer.text()).isBetween(200, 299);
        return digest;
    }

    private static byte[] zip(String name) throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write("planted".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
