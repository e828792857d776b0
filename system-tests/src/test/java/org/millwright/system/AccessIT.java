package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets in, by which credential, and who does not: on every wire of a running server. */
@ExtendWith(RunningServer.Provider.class)
class AccessIT {
    private static final String TOKENS = "/api/v1/tokens";
    private static final String JOBS = "/api/v1/workspaces/main/jobs";
    private static final String EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0";

    private final RunningServer server;
    private final TrustingHttp http;

    AccessIT(RunningServer server) throws Exception {
        this.server = server;
        this.http = server.http();
    }

    @Test
    void our_api_turns_away_who_has_no_credential_as_rfc_9457_says() throws Exception {
        var answer = http.get("/api/v1/workspaces");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(answer.headers().firstValue("www-authenticate"))
                .get()
                .asString()
                .startsWith("Bearer");
        assertThat(json(answer).get("type").asText()).isEqualTo("urn:millwright:problem:unauthenticated");
    }

    @Test
    void the_mlflow_wire_turns_away_who_has_no_credential_in_mlflows_words() throws Exception {
        var answer = http.get(EXPERIMENT);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).get("error_code").asText()).isEqualTo("UNAUTHENTICATED");
    }

    @Test
    void the_studio_leads_who_has_no_session_to_its_sign_in_page() throws Exception {
        var answer = http.get("/studio/jobs.xhtml?status=Running");

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(location(answer)).isEqualTo("/studio/sign-in.xhtml?next=%2Fstudio%2Fjobs.xhtml%3Fstatus%3DRunning");
    }

    @Test
    void scoring_turns_away_who_has_no_key_whether_there_is_such_an_endpoint_or_not() throws Exception {
        var answer = http.postJson("/endpoints/main/nowhere/score", "{\"data\":[[1]]}");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).at("/error/code").asText()).isNotEmpty();
    }

    @Test
    void an_unknown_token_is_refused_with_the_reason_on_both_apis() throws Exception {
        assertRefused("mwt_nobody-ever-issued-this", "The credential is not known to this server");
        assertRefused("no-token-at-all", "The credential is not one that this server issued");
    }

    @Test
    void a_revoked_token_is_refused_with_the_reason() throws Exception {
        var token = newToken("to be revoked");
        assertThat(http.get(TOKENS, bearer(token.secret())).statusCode()).isEqualTo(200);

        assertThat(http.send("DELETE", TOKENS + "/" + token.id(), null, bearer(server.token()))
                        .statusCode())
                .isEqualTo(204);

        assertRefused(token.secret(), "The credential was revoked or already used");
    }

    @Test
    void an_expired_token_is_refused_with_the_reason() throws Exception {
        var token = newToken("to expire");
        try (var database = server.database();
                var update = database.prepareStatement(
                        "UPDATE access.credential SET expires_at = now() - interval '1 second' WHERE id = ?")) {
            update.setObject(1, UUID.fromString(token.id()));
            assertThat(update.executeUpdate()).isEqualTo(1);
        }

        assertRefused(token.secret(), "The credential has expired");
    }

    @Test
    void a_token_works_as_the_password_of_basic_authentication() throws Exception {
        var pair = Base64.getEncoder().encodeToString(("anybody:" + server.token()).getBytes(StandardCharsets.UTF_8));

        assertThat(http.get(EXPERIMENT, "Authorization", "Basic " + pair).statusCode())
                .isEqualTo(200);
        assertThat(http.get(TOKENS, "Authorization", "Basic " + pair).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_personal_token_is_shown_once_and_listed_without_its_secret() throws Exception {
        var token = newToken("shown once");

        var list = http.get(TOKENS, bearer(server.token()));

        assertThat(list.body()).contains(token.id()).doesNotContain(token.secret());
        assertThat(json(list).get("items"))
                .allSatisfy(listed -> assertThat(listed.has("secret")).isFalse());
    }

    @Test
    void a_runs_token_may_log_and_nothing_more_and_ends_with_the_run() throws Exception {
        var run = "token-of-a-run-" + UUID.randomUUID();
        var onDisk = new JobOnDisk(server, run);
        submit(run, JobOnDisk.SHOWING_ITS_TOKEN);
        var token = onDisk.token();
        try {
            assertThat(token).startsWith("mwr_");
            var logged = http.postJson(
                    "/api/2.0/mlflow/runs/log-metric",
                    "{\"run_id\":\"%s\",\"key\":\"loss\",\"value\":0.5,\"timestamp\":1}".formatted(run),
                    bearer(token));
            assertThat(logged.statusCode()).as(logged.body()).isEqualTo(200);
            assertThat(http.get(JOBS + "/" + run, bearer(token)).statusCode()).isEqualTo(200);

            assertForbidden(http.get("/api/v1/workspaces/main/endpoints/any/keys", bearer(token)));
            assertForbidden(http.postJson(JOBS, job("never-" + run, "true"), bearer(token)));
            assertForbidden(http.postJson(JOBS + "/" + run + "/cancel", "", bearer(token)));
            assertForbidden(http.postJson(TOKENS, "{\"name\":\"more\"}", bearer(token)));
            assertForbidden(http.postJson("/api/v1/sign-in-links", "", bearer(token)));
            assertForbidden(http.postJson("/api/v1/workspaces/main/compute/local/pause", "", bearer(token)));
            assertThat(location(http.postForm("/studio/sign-in", "token=" + encoded(token))))
                    .contains("refused=");
        } finally {
            onDisk.finish();
        }

        Eventually.see(
                "the token is dead",
                () -> http.get(JOBS + "/" + run, bearer(token)).statusCode(),
                status -> status == 401);
        assertRefused(token, "The credential was revoked or already used");
        assertThat(json(http.get(JOBS + "/" + run, bearer(server.token())))
                        .get("status")
                        .asText())
                .isEqualTo("Completed");
    }

    @Test
    void a_one_time_link_opens_one_session_in_a_cookie_that_stays_with_the_browser_and_the_server() throws Exception {
        var link = link();

        var first = open(link);
        var second = open(link);

        assertThat(first.headers().firstValue("set-cookie"))
                .get()
                .asString()
                .contains("HttpOnly", "Secure", "SameSite=Lax", "Path=/");
        assertThat(location(first)).isEqualTo("/studio/");
        assertThat(http.get("/studio/", "Cookie", cookie(first)).statusCode()).isEqualTo(200);
        assertThat(second.headers().firstValue("set-cookie")).isEmpty();
        assertThat(location(second)).contains("/studio/sign-in.xhtml?refused=");
    }

    @Test
    void a_one_time_link_opens_one_session_even_when_many_ask_at_once() throws Exception {
        var link = link();
        var visitors = 8;
        try (var threads = Executors.newFixedThreadPool(visitors)) {
            var visits = threads.invokeAll(
                    java.util.Collections.<Callable<HttpResponse<String>>>nCopies(visitors, () -> open(link)));

            var cookies = 0;
            for (var visit : visits) {
                cookies += visit.get().headers().firstValue("set-cookie").isPresent() ? 1 : 0;
                assertThat(visit.get().statusCode()).isEqualTo(302);
            }
            assertThat(cookies).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example/",
                "https://evil.example/studio/",
                "/\\evil.example",
                "/studio//evil.example/",
                "/studio/..//evil.example/",
                "/studio/\\evil.example",
                "/studio/\r\nLocation: https://evil.example/",
                "javascript:alert(1)",
                "evil.example",
                "@evil.example/",
                ""
            })
    void nobody_is_led_to_another_host_after_signing_in(String next) throws Exception {
        var answer =
                http.postForm("/studio/sign-in", "token=%s&next=%s".formatted(encoded(server.token()), encoded(next)));

        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().allValues("location")).hasSize(1);
        var location = URI.create(server.url()).resolve(location(answer));
        assertThat(location.getAuthority()).isEqualTo(URI.create(server.url()).getAuthority());
        assertThat(location.getPath()).startsWith("/studio/");
    }

    @Test
    void who_signs_in_comes_to_the_page_that_was_wanted() throws Exception {
        var answer = http.postForm(
                "/studio/sign-in",
                "token=%s&next=%s".formatted(encoded(server.token()), encoded("/studio/models.xhtml?page=2")));

        assertThat(location(answer)).endsWith("/studio/models.xhtml?page=2");
    }

    @Test
    void signing_out_ends_the_session_on_the_server() throws Exception {
        var session = session();
        assertThat(http.get("/studio/", "Cookie", session).statusCode()).isEqualTo(200);

        http.postForm("/studio/sign-out", "", "Cookie", session);

        assertThat(http.get("/studio/", "Cookie", session).statusCode()).isEqualTo(302);
        assertThat(http.get(TOKENS, "Cookie", session).statusCode()).isEqualTo(401);
    }

    @Test
    void another_site_cannot_act_by_a_browsers_session() throws Exception {
        var session = session();
        var body = "{\"name\":\"stolen\"}";

        assertThat(http.postJson(TOKENS, body, "Cookie", session, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(401);
        assertThat(http.postJson(TOKENS, body, "Cookie", session, "Sec-Fetch-Site", "same-site")
                        .statusCode())
                .isEqualTo(401);
        assertThat(http.postJson(TOKENS, body, "Cookie", session, "Origin", "https://evil.example")
                        .statusCode())
                .isEqualTo(401);
        assertThat(http.postJson(TOKENS, body, "Cookie", session, "Origin", "null")
                        .statusCode())
                .isEqualTo(401);
        http.postForm("/studio/sign-out", "", "Cookie", session, "Sec-Fetch-Site", "cross-site");

        assertThat(http.get("/studio/", "Cookie", session).statusCode()).isEqualTo(200);
        assertThat(http.postJson(TOKENS, "{\"name\":\"own\"}", "Cookie", session, "Origin", server.url())
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void a_run_is_found_in_its_own_workspace_only() throws Exception {
        var run = "of-main-" + UUID.randomUUID();
        submit(run, "true");

        assertThat(http.get(JOBS + "/" + run, bearer(server.token())).statusCode())
                .isEqualTo(200);
        for (var part : List.of("", "/log", "/files", "/metrics", "/attempts")) {
            assertThat(http.get("/api/v1/workspaces/other/jobs/" + run + part, bearer(server.token()))
                            .statusCode())
                    .as(part)
                    .isEqualTo(404);
        }
    }

    @Test
    void nothing_nasty_breaks_a_wire_or_shows_its_insides() throws Exception {
        var insides = Pattern.compile(
                "Exception|\\bat (org|com|java|jakarta)\\.[\\w.$]+\\(|SRVE\\d|org\\.postgresql|SQLState|root:x:");
        var offences = new ArrayList<String>();
        for (var nasty : NastyRequest.all(server.token())) {
            var answer = http.raw(nasty.method(), nasty.target(), nasty.headers(), nasty.body());
            if (answer.status() < 200
                    || answer.status() >= 500
                    || insides.matcher(answer.text()).find()) {
                offences.add("%s -> %s".formatted(nasty, shortened(answer.text())));
            }
        }
        assertThat(offences).isEmpty();
        assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
    }

    private void assertRefused(String secret, String reason) throws Exception {
        var ours = http.get(TOKENS, bearer(secret));
        assertThat(ours.statusCode()).isEqualTo(401);
        assertThat(json(ours).get("detail").asText()).isEqualTo(reason);
        var mlflows = http.get(EXPERIMENT, bearer(secret));
        assertThat(mlflows.statusCode()).isEqualTo(401);
        assertThat(json(mlflows).get("message").asText()).isEqualTo(reason);
    }

    private static void assertForbidden(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
        assertThat(json(answer).get("detail").asText()).startsWith("You may not ");
    }

    private record Token(String id, String secret) {}

    private Token newToken(String name) throws Exception {
        var answer = http.postJson(TOKENS, "{\"name\":\"%s\"}".formatted(name), bearer(server.token()));
        assertThat(answer.statusCode()).isEqualTo(201);
        return new Token(
                json(answer).get("id").asText(), json(answer).get("secret").asText());
    }

    private void submit(String run, String command) throws Exception {
        var answer = http.postJson(JOBS, job(run, command), bearer(server.token()));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static String job(String run, String command) {
        return """
                {"name":"%s","experiment_name":"access","command":"%s","environment":{"packages":[]},"compute":"local"}""".formatted(run, command.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /** A fresh link's path and query. */
    private String link() throws Exception {
        var answer = http.postJson("/api/v1/sign-in-links", "", bearer(server.token()));
        return json(answer).get("url").asText().substring(server.url().length());
    }

    /** As a browser does when somebody opens the link from outside it. */
    private HttpResponse<String> open(String link) throws Exception {
        return http.get(link, "Sec-Fetch-Site", "none");
    }

    private String session() throws Exception {
        return cookie(open(link()));
    }

    private static String cookie(HttpResponse<String> answer) {
        var cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private static String location(HttpResponse<String> answer) {
        return answer.headers().firstValue("location").orElseThrow();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String shortened(String text) {
        return text.length() <= 2000 ? text : text.substring(0, 2000) + "...";
    }
}
