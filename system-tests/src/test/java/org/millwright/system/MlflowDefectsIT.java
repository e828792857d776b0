package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ways out of MLflow's own server that were published as its vulnerabilities, tried on this one. docs/security.md says
 * which is which. A file with a secret lies beside the folder of artifacts: nothing may read it, change it or write beside
 * it, and each attempt is refused as a fault of the request.
 */
@ExtendWith(RunningServer.Provider.class)
class MlflowDefectsIT {
    private static final String API = "/api/2.0/mlflow/";
    private static final String FILES = "/api/2.0/mlflow-artifacts/artifacts";
    private static final String SECRET = "nobody may read this";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunningServer server;
    private final TrustingHttp http;
    private final String suffix = UUID.randomUUID().toString();
    private final Map<String, String> names = new HashMap<>();
    private final Path canary;

    MlflowDefectsIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
        this.canary = server.data().resolve("canary-" + suffix);
    }

    @BeforeEach
    void layOut() throws Exception {
        Files.writeString(canary, SECRET);
        var experiment = post("experiments/create", Map.of("name", "defects-" + suffix));
        names.put("experiment", json(experiment).get("experiment_id").asText());
        names.put("run", newRun());
        names.put("other run", newRun());
        names.put("canary", canary.toString());
        names.put("canary name", canary.getFileName().toString());
        names.put("data", server.data().toString());
        names.put("planted", "planted-" + suffix);
        names.put("model", "defects-" + suffix);
        assertThat(post("registered-models/create", Map.of("name", names.get("model")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(http.send("PUT", artifact("model/weights"), "weights", bearer(server.token()))
                        .statusCode())
                .isEqualTo(200);
    }

    /** Whatever was tried: the file outside is as it was, and nothing new lies outside. */
    @AfterEach
    void nothingOutsideWasTouched() throws IOException {
        assertThat(canary).hasContent(SECRET);
        assertThat(planted().filter(file -> !file.startsWith(artifactRoot()))).isEmpty();
        Files.delete(canary);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/etc",
                "//etc/passwd",
                "{canary}",
                "./etc",
                "../../../..",
                ":/etc",
                "etc",
                "file:{canary}",
                "file:///etc/",
                "file://{canary}",
                "file://./etc",
                "file://localhost/etc",
                "file:\\..\\..\\etc",
                "FILE:///etc",
                "FiLe:{canary}",
                " file:///etc",
                "file%3A///etc",
                "%66ile:///etc",
                "jar:file:///etc/x.jar!/",
                "C:\\Windows\\win.ini",
                "C:/Windows/win.ini",
                "\\\\host\\share",
                "//proc/self/",
                "http:///#/../../../../../../etc",
                "http://localhost/../../../etc",
                "https://localhost/a?b=/../../etc",
                "s3://bucket/../../etc",
                "s3://bucket/a#/../../../../etc",
                "dbfs:/../../etc",
                "ftp://localhost/%2e%2e/%2e%2e/etc",
                "mlflow-artifacts:/../../../etc",
                "mlflow-artifacts:///../../{canary name}",
                "mlflow-artifacts://host/../../etc",
                "mlflow-artifacts:{canary}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/../../../../{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/%2e%2e/%2e%2e/%2e%2e/%2e%2e/{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/%252e%252e/%252e%252e",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/%25252e%25252e%25252f",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/..%2f..%2f..%2f..%2f{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/..\\..\\..\\..\\{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/..%5c..%5c",
                "mlflow-artifacts:/{experiment}/{run}/artifacts#/../../../../{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts?/../../../../{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/;/../../../../../{canary name}",
                "mlflow-artifacts:/{experiment}/{run}/artifacts/\u0000/../x",
                "mlflow-artifacts:/{experiment}/{other run}/artifacts/model",
                "mlflow-artifacts:/.incoming/x",
                "runs:/{run}/../{other run}/artifacts",
                "runs:/{run}/%2e%2e/%2e%2e/%2e%2e/%2e%2e/{canary name}",
                "runs:/{run}/..\\..\\..\\..",
                "runs:/{run}/model#/../../../../{canary name}",
                "runs:/../../../../{canary name}",
                "runs:/{other run}/model",
                "models:/../../{canary name}/1",
                "models:/m-../../{canary name}",
                "models:/{model}/../../1",
            })
    void a_model_source_that_leads_elsewhere_is_refused(String template) throws Exception {
        var source = filled(template);
        var plain = new HashMap<String, Object>(Map.of("name", names.get("model"), "source", source));
        assertRefused(post("model-versions/create", withRun(plain)));
        // Prompts have no files, so their sources were once not looked at.
        plain.put("tags", List.of(Map.of("key", "mlflow.prompt.is_prompt", "value", "true")));
        if (!template.equals("etc")) {
            assertRefused(post("model-versions/create", plain));
            assertRefused(post("model-versions/create", withRun(plain)));
        }

        assertThat(get("registered-models/get?name={model}").at("/registered_model/latest_versions"))
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "/etc",
                "./x",
                "{canary}",
                "file:///etc",
                "FILE:/etc",
                "dbfs:/",
                "http:///#/../../../../../../etc",
                "https://localhost/x",
                "s3://bucket/x",
                "mlflow-artifacts:/../../etc",
                "mlflow-artifacts:/x#/../../../../etc",
                "mlflow-artifacts:/x?/../../../../etc",
                "mlflow-artifacts:/x;/../../../../etc",
                "mlflow-artifacts:/%2e%2e/%2e%2e/etc",
                "mlflow-artifacts:/%252e%252e/etc",
                "mlflow-artifacts:/..\\..\\etc",
            })
    void an_artifact_location_that_leads_elsewhere_is_refused(String template) throws Exception {
        var name = "located-" + suffix;

        assertRefused(post("experiments/create", Map.of("name", name, "artifact_location", filled(template))));

        assertThat(http.get(API + "experiments/get-by-name?experiment_name=" + name, bearer(server.token()))
                        .statusCode())
                .isEqualTo(404);
    }

    /** Each way of writing a step upwards, from one to six of them, below a run and below the root. */
    static Stream<String> paths() {
        var paths = new ArrayList<String>();
        for (var step : List.of(
                "../",
                "%2e%2e/",
                ".%2e/",
                "%2E./",
                "..%2f",
                "%2e%2e%2f",
                "%252e%252e/",
                "%252e%252e%252f",
                "%25252e%25252e%25252f",
                "..%5c",
                "..\\",
                "%5c..%5c",
                "..;/",
                "..;x=y/",
                "%2e%2e%00/",
                "..%00",
                "%c0%ae%c0%ae/",
                "%c0%ae%c0%ae%c0%af",
                "%e0%80%ae%e0%80%ae/",
                "%u002e%u002e/",
                "....//",
                "..././",
                "./../",
                "x/../../",
                "x#/../../",
                "x%23/../../",
                "x%3f/../../")) {
            for (var depth : List.of(1, 3, 4, 6)) {
                paths.add("/{experiment}/{run}/artifacts/" + step.repeat(depth));
            }
            paths.add("/" + step);
        }
        paths.add("/{experiment}/{run}/artifacts//");
        paths.add("/{experiment}/{run}/artifacts/{data}/");
        paths.add("/{data}/");
        paths.add("/%2f{data}/");
        paths.add("/file:{data}/");
        paths.add("/file://{data}/");
        paths.add("/.incoming/");
        paths.add("/");
        return paths.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("paths")
    void an_artifact_path_that_leads_elsewhere_is_refused(String template) throws Exception {
        var path = FILES + filled(template);

        assertRefused(raw("GET", path + names.get("canary name"), ""));
        assertRefused(raw("DELETE", path + names.get("canary name"), ""));
        assertRefused(raw("PUT", path + names.get("canary name"), "overwritten"));
        assertRefused(raw("PUT", path + names.get("planted"), "planted"));
        assertRefused(raw("POST", path.replace("/artifacts/", "/mpu/create/") + names.get("planted"), "{}"));
        assertRefused(raw("GET", path.replace("/artifacts/", "/presigned/") + names.get("canary name"), ""));
        assertThat(planted()).isEmpty();
    }

    /** A disk knows these as ordinary names, and so does the server: they lead nowhere. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "%EF%BC%8E%EF%BC%8E/%EF%BC%8E%EF%BC%8E/%EF%BC%8E%EF%BC%8E/",
                "%E2%80%A4%E2%80%A4/%E2%80%A4%E2%80%A4/",
                "%E2%80%A5/%E2%80%A5/%E2%80%A5/",
                ".../.../",
                "~root/",
                "C:/",
                "%24HOME/",
                "$(id)/",
                "file:/",
            })
    void a_name_that_only_looks_like_a_way_out_is_a_name_below_the_run(String folder) throws Exception {
        var path = artifact(folder + names.get("planted"));

        assertThat(raw("PUT", path, "planted").status()).isEqualTo(200);
        assertThat(raw("GET", path, "").text()).endsWith("planted");

        assertThat(planted()).hasSize(1).allSatisfy(file -> assertThat(file)
                .startsWith(artifactRoot().resolve(filled("{experiment}/{run}/artifacts"))));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "../../../..",
                "..",
                "%2e%2e/%2e%2e",
                "%252e%252e%252f%252e%252e",
                "..%5c..",
                "/etc",
                "//etc",
                "{data}",
                "file:///etc",
                "x%00",
                "model/../../../../..",
                "model%23/../../../../..",
                "a/./b",
            })
    void a_listing_of_a_folder_elsewhere_is_refused(String template) throws Exception {
        var path = filled(template);

        assertRefused(raw("GET", API + filled("artifacts/list?run_id={run}&path=") + path, ""));
        assertRefused(raw("GET", FILES + "?path=" + path, ""));
        assertRefused(raw("GET", FILES + filled("?path={experiment}/{run}/artifacts/") + path, ""));
    }

    /** A job may leave links among its outputs, or make them where the server keeps its files; the server follows none. */
    @Test
    void a_link_that_a_job_left_leads_nowhere() throws Exception {
        names.put("job", "linking-" + suffix);
        names.put(
                "folder",
                artifactRoot().resolve(filled("{experiment}/{run}/artifacts")).toString());
        complete(filled("mkdir -p outputs && echo kept > outputs/kept && cd outputs && ln -s '{canary}' file"
                + " && ln -s '{data}' folder && ln -s ../../../../../.. up"));
        // Where a job in a sandbox cannot make any; one without could.
        var folder = Path.of(names.get("folder"));
        Files.createSymbolicLink(folder.resolve("file"), canary);
        Files.createSymbolicLink(folder.resolve("folder"), server.data());
        Files.createSymbolicLink(folder.resolve("up"), Path.of("../../../.."));
        names.put(
                "job experiment",
                get("runs/get?run_id={job}").at("/run/info/experiment_id").asText());
        var outputs = filled(FILES + "/{job experiment}/{job}/artifacts/outputs/");
        assertThat(raw("GET", outputs + "kept", "").text()).endsWith("kept\n");
        assertThat(Path.of(names.get("folder"), "up", names.get("canary name"))).hasContent(SECRET);

        for (var place : List.of(outputs, artifact(""))) {
            for (var name : List.of("file", "folder/{canary name}", "up/{canary name}", "up/../{canary name}")) {
                assertRefused(raw("GET", place + filled(name), ""));
                assertThat(raw("DELETE", place + filled("folder/{canary name}"), "")
                                .text())
                        .doesNotContain(SECRET);
            }
        }
        for (var name : List.of("file", "folder/{canary name}", "up/{canary name}")) {
            assertRefused(raw("GET", filled("/api/v1/workspaces/main/jobs/{job}/files/outputs/" + name), ""));
        }
        for (var link : List.of("folder", "up")) {
            assertRefused(raw("PUT", artifact(link + "/{planted}"), "planted"));
            assertThat(get("artifacts/list?run_id={run}&path=" + link).path("files"))
                    .isEmpty();
            assertThat(get("artifacts/list?run_id={job}&path=outputs/" + link).path("files"))
                    .isEmpty();
            assertThat(raw("DELETE", artifact(link), "").status()).isEqualTo(200);
        }
        assertThat(raw("DELETE", artifact("file"), "").status()).isEqualTo(200);
    }

    private void complete(String command) throws Exception {
        var job = Map.of(
                "name",
                names.get("job"),
                "experiment_name",
                "linking",
                "command",
                command,
                "environment",
                Map.of("packages", List.of()),
                "compute",
                "local");
        var submitted =
                http.postJson("/api/v1/workspaces/main/jobs", JSON.writeValueAsString(job), bearer(server.token()));
        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
        Eventually.see(
                "the job has ended",
                () -> json(http.get(filled("/api/v1/workspaces/main/jobs/{job}"), bearer(server.token())))
                        .get("status")
                        .asText(),
                "Completed"::equals);
    }

    /** What a client names is never fetched: nobody calls at this door. */
    @Test
    void the_server_calls_no_address_that_a_client_names() throws Exception {
        try (var door = ServerSocketChannel.open()) {
            door.bind(new InetSocketAddress("127.0.0.1", 0)).configureBlocking(false);
            var host = "127.0.0.1:" + ((InetSocketAddress) door.getLocalAddress()).getPort();
            for (var scheme : List.of("http", "https", "ftp", "s3", "hdfs", "dbfs", "gopher", "mlflow-artifacts")) {
                var address = "%s://%s/x".formatted(scheme, host);
                post("experiments/create", Map.of("name", scheme + suffix, "artifact_location", address));
                var source = Map.<String, Object>of("name", names.get("model"), "source", address);
                post("model-versions/create", source);
                post("model-versions/create", withRun(source));
                var dataset = Map.of("name", "d", "digest", scheme, "source_type", "http", "source", address);
                post(
                        "runs/log-inputs",
                        Map.of("run_id", names.get("run"), "datasets", List.of(Map.of("dataset", dataset))));
                raw("GET", "/ajax-api/2.0/mlflow/gateway-proxy?gateway_path=" + address, "");
                raw("POST", "/ajax-api/3.0/mlflow/scorer/invoke", "{\"model\":\"" + address + "\"}");
            }
            var versions = get("model-versions/search?filter=" + encoded("name = '%s'".formatted(names.get("model"))));
            for (var version : versions.path("model_versions")) {
                var number = version.get("version").asText();
                get("model-versions/get-download-uri?name={model}&version=" + number);
                raw("GET", filled("/model-versions/get-artifact?path=x&name={model}&version=" + number), "");
                server.command("endpoint", "create", "--name", "called", "--model", filled("{model}:" + number));
            }
            assertThat(door.accept()).isNull();
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            GET    | /get-artifact?path=../../../../{canary name}&run_uuid={run}
            GET    | /get-artifact?path={canary}&run_id={run}
            GET    | /ajax-api/2.0/mlflow/get-artifact?path=../../../../{canary name}&run_uuid={run}
            GET    | /model-versions/get-artifact?path=passwd&name={model}&version=1
            GET    | /ajax-api/2.0/mlflow/logged-models/m-00000000000000000000000000000000/artifacts/files?artifact_file_path=../../../../{canary name}
            POST   | /ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=../../../../{planted}
            POST   | /ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=a?/../../../../../{planted}
            GET    | /ajax-api/2.0/mlflow/gateway-proxy?gateway_path=../../{canary name}
            POST   | /gateway/routes
            GET    | /ajax-api/3.0/mlflow/get-trace-artifact?request_id=../../../{canary name}
            """)
    void a_route_of_the_original_pages_gives_nothing_from_outside(String method, String template) throws Exception {
        assertRefused(raw(method, filled(template), method.equals("GET") ? "" : "planted"));
    }

    /** What the original serves without a token, or served: jobs, traces, uploads in parts, searches, accounts. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /ajax-api/3.0/jobs/
            GET    | /ajax-api/3.0/jobs/x
            POST   | /v1/traces
            POST   | /graphql
            POST   | /api/2.0/mlflow-artifacts/mpu/create/{experiment}/{run}/artifacts/{planted}
            PUT    | /api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{planted}
            GET    | /ajax-api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/weights
            GET    | /api/2.0/mlflow/model-versions/search
            POST   | /api/2.0/mlflow/runs/search
            POST   | /api/2.0/mlflow/experiments/create
            POST   | /api/2.0/mlflow/users/create
            POST   | /signup
            GET    | /get-artifact?path=model/weights&run_uuid={run}
            POST   | /ajax-api/3.0/mlflow/scorer/invoke
            """)
    void nobody_does_anything_without_a_token(String method, String template) throws Exception {
        var answer = http.raw(
                method,
                filled(template),
                List.of("Content-Type: application/json"),
                (method.equals("GET") ? "" : "{}").getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).as(answer.text()).isIn(302, 401, 404);
        assertThat(answer.text()).doesNotContain("weights\n").doesNotEndWith("weights");
        assertThat(planted()).isEmpty();
    }

    /** A page or picture that somebody uploaded is a file to keep, not one to run in the reader's session. */
    @Test
    void what_was_uploaded_does_not_run_in_a_browser() throws Exception {
        for (var name : List.of("page.html", "picture.svg", "MLmodel")) {
            var path = artifact(name);
            assertThat(http.send("PUT", path, "<script>alert(1)</script>", bearer(server.token()))
                            .statusCode())
                    .isEqualTo(200);

            var headers = http.get(path, bearer(server.token())).headers();

            assertThat(headers.firstValue("Content-Disposition"))
                    .get()
                    .asString()
                    .startsWith("attachment");
            assertThat(headers.firstValue("Content-Security-Policy")).hasValue("sandbox");
            assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        }
    }

    @Test
    void a_refusal_does_not_repeat_markup_as_a_page() throws Exception {
        var script = "<script>alert(1)</script>";
        var headers = List.of("Authorization: Bearer " + server.token(), "Content-Type: text/html" + script);

        for (var path : List.of("/api/2.0/mlflow/experiments/create", "/api/2.0/mlflow/users/create", "/signup")) {
            var answer = http.raw("POST", path, headers, script.getBytes(StandardCharsets.UTF_8));
            assertThat(answer.status()).isBetween(400, 499);
            assertThat(answer.text()).doesNotContain(script).doesNotContainIgnoringCase("content-type: text/html");
        }
    }

    /** An artifact of one workspace is not there in another, by whatever route. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/weights",
                "/ajax-api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/model/weights",
                "/api/2.0/mlflow-artifacts/artifacts?path={experiment}/{run}/artifacts",
                "/api/2.0/mlflow/artifacts/list?run_id={run}",
            })
    void an_artifact_is_found_in_its_own_workspace_only(String template) throws Exception {
        var answer = http.get(
                filled(template),
                "Authorization",
                "Bearer " + server.token(),
                "X-MLFLOW-WORKSPACE",
                "other-" + suffix.substring(0, 8));

        assertThat(answer.statusCode()).as(answer.body()).isIn(403, 404);
        assertThat(answer.body())
                .contains("error_code")
                .doesNotContain("\"files\"")
                .isNotEqualTo("weights");
    }

    private void assertRefused(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 404);
        assertThat(json(answer).get("error_code").asText()).isIn("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST");
        assertThat(json(answer).get("message").asText()).isNotBlank();
    }

    /** What is not even an HTTP address is refused before MLflow's protocol begins, in the server's own words. */
    private static void assertRefused(TrustingHttp.RawAnswer answer) {
        assertThat(answer.status()).as(answer.text()).isIn(400, 404, 405, 501);
        assertThat(answer.text())
                .doesNotContain(SECRET)
                .doesNotContain("root:x:")
                .containsAnyOf("\"error_code\"", "urn:millwright:problem", "CWWWC0005I");
    }

    private TrustingHttp.RawAnswer raw(String method, String target, String body) throws IOException {
        return http.raw(
                method,
                target,
                List.of("Authorization: Bearer " + server.token(), "Content-Type: application/json"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> post(String path, Map<String, ?> body) throws Exception {
        return http.postJson(API + path, JSON.writeValueAsString(body), bearer(server.token()));
    }

    private JsonNode get(String path) throws Exception {
        return json(http.get(API + filled(path), bearer(server.token())));
    }

    private String newRun() throws Exception {
        return json(post("runs/create", Map.of("experiment_id", names.get("experiment"))))
                .at("/run/info/run_id")
                .asText();
    }

    private Map<String, Object> withRun(Map<String, Object> version) {
        var more = new LinkedHashMap<>(version);
        more.put("run_id", names.get("run"));
        return more;
    }

    private String artifact(String path) {
        return filled(FILES + "/{experiment}/{run}/artifacts/" + path);
    }

    private Path artifactRoot() {
        return server.data().resolve("artifacts");
    }

    /** Where a file that the attempts would have written lies: below the server's data, or beside it. */
    private Stream<Path> planted() throws IOException {
        var found = new ArrayList<Path>();
        // Other files come and go while they are looked at, the database's above all.
        Files.walkFileTree(server.data(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith("postgres") ? FileVisitResult.SKIP_SUBTREE : visitFile(folder, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.endsWith(names.get("planted"))) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException gone) {
                return FileVisitResult.CONTINUE;
            }
        });
        var beside = server.data().resolveSibling(names.get("planted"));
        return Files.exists(beside) ? Stream.concat(found.stream(), Stream.of(beside)) : found.stream();
    }

    private String filled(String template) {
        var text = template;
        for (var name : names.entrySet()) {
            text = text.replace("{" + name.getKey() + "}", name.getValue());
        }
        return text;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
