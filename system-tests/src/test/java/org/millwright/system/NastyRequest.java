package org.millwright.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A request as no client of ours would write it. All of them together are the product of nasty texts and of the places on
 * each wire where a client's text goes.
 *
 * @param headers whole lines
 */
record NastyRequest(String method, String target, List<String> headers, byte[] body) {
    private static final byte[] NOTHING = {};

    private static final List<String> SEGMENTS = List.of(
            "..",
            "%2e%2e",
            "..%2f..",
            "..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
            "%5c..%5c",
            "%00",
            "a%00b",
            "%c0%ae%c0%ae",
            "%ff%fe",
            "%0d%0aX-Injected:1",
            "%zz",
            "'%20or%201=1--",
            "%F0%9F%98%80",
            "a;b=c",
            "x".repeat(3000));

    private static final List<String> GET_PATHS = List.of(
            "/%s",
            "/health/%s",
            "/api/v1/%s",
            "/api/v1/workspaces/%s/jobs",
            "/api/v1/workspaces/main/jobs/%s",
            "/api/v1/workspaces/main/jobs/%s/files/x",
            "/api/v1/workspaces/main/jobs/x/files/%s",
            "/api/v1/workspaces/main/jobs/x/files?path=%s",
            "/api/v1/workspaces/main/jobs?experiment=%s",
            "/api/v1/workspaces/main/jobs?page=%s",
            "/api/v1/workspaces/main/jobs?status=%s",
            "/api/v1/workspaces/main/models/%s",
            "/api/v1/workspaces/main/models/x/versions/%s",
            "/api/v1/workspaces/main/endpoints/%s/keys",
            "/api/v1/workspaces/main/schedules/%s/firings",
            "/api/2.0/mlflow/runs/get?run_id=%s",
            "/api/2.0/mlflow/experiments/get-by-name?experiment_name=%s",
            "/api/2.0/mlflow/experiments/search?max_results=5&filter=%s",
            "/api/2.0/mlflow/registered-models/get?name=%s",
            "/api/2.0/mlflow/registered-models/search?filter=%s",
            "/api/2.0/mlflow/model-versions/search?page_token=%s",
            "/api/2.0/mlflow/metrics/get-history?run_id=x&metric_key=%s",
            "/api/2.0/mlflow/artifacts/list?run_id=x&path=%s",
            "/api/2.0/mlflow/logged-models/%s",
            "/api/2.0/mlflow-artifacts/artifacts/%s",
            "/api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/%s",
            "/api/2.0/mlflow-artifacts/artifacts?path=%s",
            "/endpoints/%s",
            "/endpoints/main/%s/swagger.json",
            "/studio/%s",
            "/studio/run.xhtml?id=%s",
            "/studio/jobs.xhtml?experiment=%s",
            "/studio/model.xhtml?name=%s&version=%s",
            "/studio/sign-in?link=%s",
            "/studio/jakarta.faces.resource/%s.xhtml?ln=%s");

    private static final List<String> INSIDES = List.of(
            "/WEB-INF/web.xml",
            "/META-INF/MANIFEST.MF",
            "/studio/WEB-INF/web.xml",
            "/studio/%57EB-INF/web.xml",
            "/studio/../WEB-INF/web.xml",
            "/studio/jakarta.faces.resource/web.xml.xhtml?ln=../WEB-INF",
            "/studio/jakarta.faces.resource/..%2f..%2fWEB-INF%2fweb.xml.xhtml",
            "/endpoints/WEB-INF/web.xml",
            "/endpoints/../api/v1/tokens",
            "//evil.example/");

    private static final List<String> BODIES = List.of(
            "",
            "null",
            "[]",
            "1",
            "{",
            "{\"a\":",
            "\u0000",
            "\uFEFF{}",
            "[".repeat(100_000),
            "{\"name\":" + "[".repeat(20_000),
            "{\"name\":\"" + "x".repeat(2_000_000) + "\"}",
            "{\"name\":\"a\\u0000b\"}",
            "{\"na\\u0000me\":\"a\"}",
            "{\"name\":\"\\ud800\"}",
            "{\"name\":{}}",
            "{\"name\":[1]}",
            "{\"max_results\":-1}",
            "{\"max_results\":99999999999999999999}",
            "{\"page_token\":\"AAAA\"}",
            "{\"filter\":\"" + "(".repeat(50_000) + "\"}",
            "{\"filter\":\"name = '\\u0000'\"}",
            "{\"run_id\":\"x\",\"metrics\":[{\"key\":\"k\",\"value\":\"z\",\"timestamp\":1}]}",
            "{\"run_id\":\"x\",\"key\":\"k\",\"value\":1e999,\"timestamp\":1e30}",
            "{\"name\":\"x\",\"lifetime_days\":2147483647}",
            "{\"name\":\"x\",\"source\":\"file:///etc/passwd\"}",
            "{\"name\":\"x\",\"source\":\"mlflow-artifacts:/../../etc\"}",
            "{\"blue\":2147483648}",
            "{\"model\":\"m:99999999999999999999\"}",
            "{\"name\":\"n\",\"command\":\"true\",\"environment\":{\"python\":\"../..\",\"packages\":[\"-r /etc/passwd\"]},\"compute\":\"local\",\"experiment_name\":\"e\"}",
            "{\"trigger\":{\"type\":\"cron\",\"expression\":\"* * * * * * *\"},\"job\":{}}",
            "{\"trigger\":{\"type\":\"recurrence\",\"frequency\":\"minute\",\"interval\":99999999999},\"job\":{}}");

    private static final List<String> POST_PATHS = List.of(
            "/api/v1/tokens",
            "/api/v1/workspaces/main/jobs",
            "/api/v1/workspaces/main/models",
            "/api/v1/workspaces/main/endpoints",
            "/api/2.0/mlflow/experiments/create",
            "/api/2.0/mlflow/experiments/search",
            "/api/2.0/mlflow/experiments/set-experiment-tag",
            "/api/2.0/mlflow/runs/create",
            "/api/2.0/mlflow/runs/search",
            "/api/2.0/mlflow/runs/set-tag",
            "/api/2.0/mlflow/runs/log-metric",
            "/api/2.0/mlflow/runs/log-batch",
            "/api/2.0/mlflow/runs/log-inputs",
            "/api/2.0/mlflow/runs/log-model",
            "/api/2.0/mlflow/runs/outputs",
            "/api/2.0/mlflow/logged-models",
            "/api/2.0/mlflow/logged-models/search",
            "/api/2.0/mlflow/registered-models/create",
            "/api/2.0/mlflow/registered-models/set-tag",
            "/api/2.0/mlflow/model-versions/create",
            "/endpoints/main/x/score",
            "/studio/sign-in",
            "/studio/jobs.xhtml");

    private static final List<String> PUT_PATHS = List.of(
            "/api/v1/workspaces/main/schedules/s",
            "/api/v1/workspaces/main/endpoints/e/traffic",
            "/api/v1/workspaces/main/endpoints/e/deployments/d");

    private static final List<String> HEADERS = List.of(
            "X-Large: " + "x".repeat(40_000),
            "Cookie: __Host-millwright_session=" + "x".repeat(5000),
            "Cookie: =;;;=;\"",
            "Range: bytes=9-1",
            "Accept: nonsense",
            "Accept: image/png",
            "Content-Type: a/b; charset=nope",
            "Content-Encoding: gzip",
            "X-MLFLOW-WORKSPACE: ../x",
            "X-HTTP-Method-Override: DELETE",
            "X-Forwarded-Host: evil.example",
            "Authorization: Bearer",
            "Authorization: Basic !!!",
            "Authorization: Basic bm9jb2xvbg==",
            "Authorization: Bearer mwt_" + "x".repeat(6000),
            "Authorization: Bearer mwt_\u00ff\u00fe",
            "Authorization: Digest x");

    private static final List<String> PLACES_FOR_HEADERS = List.of(
            "/api/v1/tokens",
            "/api/2.0/mlflow/experiments/get?experiment_id=0",
            "/studio/",
            "/endpoints/",
            "/health/ready");

    static List<NastyRequest> all(String token) {
        var authorization = "Authorization: Bearer " + token;
        var all = new ArrayList<NastyRequest>();
        for (var segment : SEGMENTS) {
            for (var path : GET_PATHS) {
                all.add(new NastyRequest("GET", path.replace("%s", segment), List.of(authorization), NOTHING));
            }
            var artifact = "/api/2.0/mlflow-artifacts/artifacts/" + segment;
            all.add(new NastyRequest("PUT", artifact, List.of(authorization), "x".getBytes(StandardCharsets.UTF_8)));
            all.add(new NastyRequest("DELETE", artifact, List.of(authorization), NOTHING));
        }
        for (var path : INSIDES) {
            all.add(new NastyRequest("GET", path, List.of(authorization), NOTHING));
            all.add(new NastyRequest("GET", path, List.of(), NOTHING));
        }
        var withJson = List.of(authorization, "Content-Type: application/json");
        for (var body : BODIES) {
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            POST_PATHS.forEach(path -> all.add(new NastyRequest("POST", path, withJson, bytes)));
            PUT_PATHS.forEach(path -> all.add(new NastyRequest("PUT", path, withJson, bytes)));
        }
        for (var path : PLACES_FOR_HEADERS) {
            for (var header : HEADERS) {
                var headers = header.startsWith("Authorization") ? List.of(header) : List.of(header, authorization);
                all.add(new NastyRequest("GET", path, headers, NOTHING));
            }
        }
        return all;
    }

    @Override
    public String toString() {
        var content = new String(body, 0, Math.min(body.length, 100), StandardCharsets.UTF_8);
        return "%s %.200s %s %s"
                .formatted(
                        method,
                        target,
                        headers.stream().map(line -> "%.60s".formatted(line)).toList(),
                        content);
    }
}
