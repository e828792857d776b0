package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server does to protect itself, on a server with limits of its own: it is locked against this machine on purpose. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HardeningIT {
    private static final String TOKENS = "/api/v1/tokens";
    private static final String EXPERIMENT = "/api/2.0/mlflow/experiments/get?experiment_id=0";
    private static final int FAILURES = 20;
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\nContent-Length: (\\d+)(?=(?s:.*)\r\n\r\n)");

    private RunningServer server;
    private TrustingHttp http;
    private int plainPort;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        plainPort = RunningServer.freePort();
        server = new RunningServer(
                folder.resolve("data"),
                Map.of(
                        "MILLWRIGHT_HTTP_PORT",
                        Integer.toString(plainPort),
                        "MILLWRIGHT_FAILED_ATTEMPTS",
                        Integer.toString(FAILURES),
                        "MILLWRIGHT_HOSTS",
                        "ml.example.test",
                        "MILLWRIGHT_HSTS_DAYS",
                        "30",
                        "MILLWRIGHT_LARGEST_UPLOAD",
                        "1"));
        http = server.http();
    }

    @AfterAll
    void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/version",
                "/health",
                TOKENS,
                "/api/v1/nothing",
                EXPERIMENT,
                "/api/2.0/mlflow/nothing",
                "/studio/",
                "/studio/sign-in.xhtml",
                "/studio/nothing.xhtml",
                "/studio/resources/studio/mark.svg",
                "/studio/resources/studio/nothing"
            })
    void every_answer_tells_browsers_what_they_may_not_do(String path) throws Exception {
        var headers = http.get(path, bearer(server.token())).headers();

        assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(headers.firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).hasValue("same-origin");
        assertThat(headers.firstValue("Cross-Origin-Opener-Policy")).hasValue("same-origin");
        assertThat(headers.firstValue("Referrer-Policy")).isPresent();
        assertThat(headers.firstValue("Strict-Transport-Security")).hasValue("max-age=2592000");
        assertThat(headers.allValues("Content-Security-Policy"))
                .isNotEmpty()
                .anySatisfy(policy -> assertThat(policy).contains("default-src 'none'", "frame-ancestors 'none'"))
                .allSatisfy(policy -> assertThat(policy).doesNotContain("unsafe-inline", "unsafe-eval", "*"));
        assertThat(headers.firstValue("Set-Cookie"))
                .as("no session of the container")
                .isEmpty();
        assertThat(headers.firstValue("Server")).isEmpty();
    }

    @Test
    void what_carries_secrets_is_kept_nowhere() throws Exception {
        for (var path : List.of(TOKENS, EXPERIMENT, "/studio/tokens.xhtml", "/studio/sign-in.xhtml")) {
            assertThat(http.get(path, bearer(server.token())).headers().firstValue("Cache-Control"))
                    .as(path)
                    .get()
                    .asString()
                    .startsWith("no-store");
        }
    }

    @Test
    void no_script_but_a_pages_own_runs_in_it_not_even_one_that_somebody_uploaded_here() throws Exception {
        var run = json(http.postJson(
                        "/api/2.0/mlflow/runs/create",
                        "{\"experiment_id\":\"0\",\"start_time\":1}",
                        bearer(server.token())))
                .at("/run/info");
        var script = run.get("artifact_uri").asText().replace("mlflow-artifacts:", "") + "/owned.js";
        var address = "/api/2.0/mlflow-artifacts/artifacts" + script;
        assertThat(http.send("PUT", address, "window.owned = 'by upload'", bearer(server.token()))
                        .statusCode())
                .isEqualTo(200);
        try (var browser = new StudioBrowser()) {
            var page = signedIn(browser);
            var blocked = new ArrayList<String>();
            page.onConsoleMessage(message -> blocked.add(message.text()));
            page.evaluate("""
                    async (address) => {
                      const uploaded = document.createElement("script");
                      uploaded.src = address;
                      const inline = document.createElement("script");
                      inline.textContent = "window.owned = 'inline'";
                      document.head.append(uploaded, inline);
                      document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=\\"window.owned = 'handler'\\">");
                      await new Promise((after) => setTimeout(after, 500));
                    }""", address);
            assertThat(page.evaluate("window.owned")).isNull();
            assertThat(blocked).anyMatch(text -> text.contains("Content Security Policy"));
        }
    }

    @Test
    void a_page_of_another_site_can_neither_act_nor_sign_anybody_in_nor_show_the_studio() throws Exception {
        var link = link();
        try (var browser = new StudioBrowser();
                var evil = new OtherSite()) {
            var page = signedIn(browser);
            var session = sessions(page);
            for (var attack : List.of(
                    form("/studio/sign-out", ""),
                    form("/studio/sign-out", "<input name='everywhere' value='true'>"),
                    form("/studio/sign-in", "<input name='token' value='%s'>".formatted(server.token())),
                    form(
                            "/studio/sign-in",
                            "<input name='link' value='%s'>".formatted(link.substring(link.indexOf('=') + 1))),
                    form("/studio/tokens.xhtml", "<input name='tokenForm' value='tokenForm'>"))) {
                page.navigate(evil.page(attack));
                page.waitForURL(server.url() + "/**");
                assertThat(page.content()).as(attack).contains("403");
            }
            page.navigate(evil.page("<script>fetch('%s%s', {method: 'POST', credentials: 'include', mode: 'no-cors',"
                            .formatted(server.url(), TOKENS)
                    + " body: '{\"name\":\"stolen\"}', headers: {'Content-Type': 'text/plain'}})"
                    + ".finally(() => document.title = 'done')</script>"));
            page.waitForFunction("document.title === 'done'");
            page.navigate(evil.page("<iframe src='%s/studio/'></iframe>".formatted(server.url())));
            page.waitForLoadState();
            assertThat(page.frames().stream().map(frame -> frame.content()))
                    .noneMatch(content -> content.contains("Local administrator"));

            page.navigate(server.url() + "/studio/tokens.xhtml");
            assertThat(page.title()).startsWith("Personal tokens");
            assertThat(page.content()).doesNotContain("stolen");
            assertThat(sessions(page)).as("the session of the reader").isEqualTo(session);
        }
    }

    /** Faces asks for no method: by an address alone a link could press a button, and a link brings the reader's session. */
    @Test
    void no_button_is_pressed_by_an_address() throws Exception {
        try (var browser = new StudioBrowser()) {
            var page = signedIn(browser);
            page.navigate(server.url() + "/studio/tokens.xhtml");
            page.click("text=New token");
            page.fill("#tokenName", "by-a-person");
            var posted = page.waitForRequest(
                    request -> request.method().equals("POST"), () -> page.click("text=Make token"));
            page.waitForSelector("#new-secret");
            var fields = posted.postData().replace("by-a-person", "by-an-address");

            page.navigate(server.url() + "/studio/tokens.xhtml?" + fields);
            assertThat(http.send("HEAD", "/studio/tokens.xhtml?" + fields, null, bearer(server.token()))
                            .statusCode())
                    .isEqualTo(405);

            assertThat(http.get(TOKENS, bearer(server.token())).body())
                    .contains("by-a-person")
                    .doesNotContain("by-an-address");
        }
    }

    @Test
    void a_link_on_another_site_asks_before_it_signs_anybody_in() throws Exception {
        var link = link();
        try (var browser = new StudioBrowser();
                var evil = new OtherSite();
                var person = browser.person()) {
            var page = person.newPage();
            page.navigate(evil.page("<a href='%s%s'>Look here</a>".formatted(server.url(), link)));
            page.click("a");
            page.waitForURL(server.url() + "/**");
            assertThat(page.title()).startsWith("Sign in by a link");
            assertThat(sessions(page)).isEmpty();

            page.click("button[type=submit]");
            page.waitForURL(server.url() + "/studio/");
            assertThat(sessions(page)).isNotEmpty();
        }
    }

    @Test
    void a_program_that_looks_at_a_link_does_not_use_it_up() throws Exception {
        var link = link();
        assertThat(http.get(link).headers().firstValue("Set-Cookie")).isEmpty();
        assertThat(http.get(link, "Sec-Fetch-Site", "none", "Sec-Purpose", "prefetch")
                        .headers()
                        .firstValue("Set-Cookie"))
                .isEmpty();
        assertThat(http.get(link, "Sec-Fetch-Site", "none").headers().firstValue("Set-Cookie"))
                .isPresent();
    }

    @Test
    void signing_in_replaces_the_session_that_the_browser_had() throws Exception {
        var first = session();
        var second = cookie(http.postForm("/studio/sign-in", "token=" + encoded(server.token()), "Cookie", first));

        assertThat(first).startsWith("__Host-");
        assertThat(second).isNotEqualTo(first);
        assertThat(isSignedIn(first)).isFalse();
        assertThat(isSignedIn(second)).isTrue();
        assertThat(isSignedIn(session("__Host-millwright_session=mws_chosen-by-somebody-else")))
                .as("a secret of somebody's choice is never taken over")
                .isTrue();
    }

    @Test
    void signing_out_everywhere_ends_every_session_and_no_token() throws Exception {
        var here = session();
        var there = session();
        var elsewhere = session();
        http.postForm("/studio/sign-out", "everywhere=true", "Cookie", here);
        assertThat(List.of(isSignedIn(here), isSignedIn(there), isSignedIn(elsewhere)))
                .containsOnly(false);

        var again = session();
        assertThat(http.send("DELETE", "/api/v1/sessions", null, bearer(server.token()))
                        .statusCode())
                .isEqualTo(204);
        assertThat(isSignedIn(again)).isFalse();
        assertThat(http.get(TOKENS, bearer(server.token())).statusCode()).isEqualTo(200);
    }

    @Test
    void a_session_that_nobody_uses_ends_though_its_page_goes_on_asking() throws Exception {
        var session = session();
        assertThat(isSignedIn(session)).isTrue();
        lastUsed(session, "50 minutes");
        assertThat(http.get(TOKENS, "Cookie", session, "X-Millwright-Background", "true")
                        .statusCode())
                .isEqualTo(200);
        lastUsed(session, "61 minutes");
        Eventually.see("what was believed is forgotten", () -> isSignedIn(session), signedIn -> !signedIn);
        assertThat(http.get("/studio/", "Cookie", session).statusCode()).isEqualTo(302);
    }

    @Test
    void a_page_that_was_left_open_is_no_attempt_to_sign_in() throws Exception {
        for (var request = 0; request <= 2 * FAILURES; request++) {
            assertThat(http.get(TOKENS, "Cookie", "__Host-millwright_session=mws_expired")
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void failures_are_slowed_down_in_each_wires_words_and_hold_up_nobody_else() throws Exception {
        for (var failure = 0; failure <= FAILURES; failure++) {
            // What a client says of where it comes from is not believed.
            http.get(
                    TOKENS,
                    "Authorization",
                    "Bearer mwt_guess-" + failure,
                    "X-Forwarded-For",
                    "192.0.2." + failure,
                    "Forwarded",
                    "for=192.0.2." + failure,
                    "$WSRA",
                    "192.0.2." + failure);
        }

        var ours = http.get(TOKENS, bearer("mwt_one-guess-more"));
        assertThat(ours.statusCode()).isEqualTo(429);
        assertThat(json(ours).get("type").asText()).isEqualTo("urn:millwright:problem:too-many-attempts");
        var mlflows = http.get(EXPERIMENT, bearer("mwt_one-guess-more"));
        assertThat(mlflows.statusCode()).isEqualTo(429);
        assertThat(json(mlflows).get("error_code").asText()).isEqualTo("REQUEST_LIMIT_EXCEEDED");
        var page = http.postForm("/studio/sign-in", "token=mwt_one-guess-more");
        assertThat(page.statusCode()).isEqualTo(429);
        assertThat(page.body()).contains("Too many attempts to sign in have failed");
        assertThat(List.of(ours, mlflows, page)).allSatisfy(answer -> assertThat(
                        answer.headers().firstValueAsLong("Retry-After").orElse(0))
                .isBetween(1L, 900L));

        assertThat(http.get(TOKENS, bearer(server.token())).statusCode()).isEqualTo(200);
        assertThat(http.get(EXPERIMENT, bearer(server.token())).statusCode()).isEqualTo(200);
        assertThat(http.get(TOKENS).statusCode()).as("without a credential").isEqualTo(401);
        assertThat(isSignedIn(session())).isTrue();
    }

    @ParameterizedTest(name = "{0} {1}, {2} bytes: {3}")
    @CsvSource(textBlock = """
            POST, /api/v1/tokens                                          , 67108865  , 413
            POST, /api/2.0/mlflow/runs/log-batch                          , 67108865  , 413
            PUT , /api/2.0/mlflow-artifacts/artifacts/0/x/artifacts/a.bin , 1073741825, 413
            PUT , /w/main/api/2.0/mlflow-artifacts/artifacts/0/x/a.bin    , 1073741825, 413
            PUT , /api/v1/workspaces/main/snapshots/abc                   , 1073741825, 413
            PUT , /api/v1/workspaces/main/schedules/s                     , 67108865  , 413
            POST, /studio/sign-in                                         , 2097153   , 413
            """)
    void a_body_that_says_that_it_is_too_large_is_refused_unread(String method, String path, long bytes, int status)
            throws Exception {
        var answer = exchange("%s %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
                .formatted(method, path, authority(), server.token(), bytes));

        assertThat(answer).startsWith("HTTP/1.1 " + status);
        if (!path.startsWith("/studio")) {
            assertThat(answer).containsAnyOf("error_code", "urn:millwright:problem:");
        }
    }

    @Test
    void a_form_that_does_not_say_how_large_it_is_is_refused() throws Exception {
        assertThat(exchange("POST /studio/sign-in HTTP/1.1\r\nHost: %s\r\nTransfer-Encoding: chunked\r\n"
                                .formatted(authority())
                        + "Content-Type: application/x-www-form-urlencoded\r\n\r\n7\r\ntoken=x\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 411");
    }

    @Test
    void json_that_is_small_and_stands_for_much_is_refused_on_every_wire() throws Exception {
        var bombs = List.of(
                "{\"name\":" + "[".repeat(500) + "]".repeat(500) + "}",
                "{\"name\":" + "9".repeat(100_000) + "}",
                "{\"" + "n".repeat(100_000) + "\":1}",
                "{\"name\":[" + "0,".repeat(2_100_000) + "0]}");
        for (var bomb : bombs) {
            for (var path :
                    List.of(TOKENS, "/api/2.0/mlflow/registered-models/create", "/api/2.0/mlflow/runs/search")) {
                var answer = http.postJson(path, bomb, bearer(server.token()));
                assertThat(answer.statusCode()).as("%s %.40s", path, bomb).isEqualTo(400);
                assertThat(answer.body()).doesNotContain("Exception", "com.fasterxml");
            }
        }
    }

    @Test
    void a_body_that_unpacks_to_much_more_is_refused() throws Exception {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write("{\"name\":\"".getBytes(StandardCharsets.UTF_8));
            for (var megabyte = 0; megabyte < 100; megabyte++) {
                gzip.write(new byte[1 << 20]);
            }
        }
        var answer = http.raw(
                "POST",
                "/api/2.0/mlflow/registered-models/create",
                List.of(
                        "Authorization: Bearer " + server.token(),
                        "Content-Type: application/json",
                        "Content-Encoding: gzip"),
                packed.toByteArray());

        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
        assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void heads_of_requests_are_bounded() throws Exception {
        var many = new StringBuilder();
        for (var header = 0; header < 200; header++) {
            many.append("X-Many-").append(header).append(": 1\r\n");
        }
        for (var head : List.of(many.toString(), "X-Long: " + "x".repeat(40_000) + "\r\n")) {
            assertThat(exchange("GET /health HTTP/1.1\r\nHost: %s\r\n%s\r\n".formatted(authority(), head)))
                    .matches(Pattern.compile("HTTP/1\\.1 4\\d\\d.*|", Pattern.DOTALL));
        }
    }

    @Test
    void clients_that_never_finish_their_requests_keep_nobody_waiting() throws Exception {
        var slow = new ArrayList<SSLSocket>();
        try {
            for (var client = 0; client < 60; client++) {
                var socket = connect();
                slow.add(socket);
                socket.getOutputStream()
                        .write((client % 2 == 0
                                        ? "GET /api/v1/tokens HTTP/1.1\r\nHost: %s\r\nX-Slow: ".formatted(authority())
                                        : "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
                                                .formatted(TOKENS, authority(), server.token()))
                                .getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            assertThat(http.get("/health/ready").statusCode()).isEqualTo(200);
            assertThat(http.get(TOKENS, bearer(server.token())).statusCode()).isEqualTo(200);
            assertThat(http.get("/studio/", bearer(server.token())).statusCode())
                    .isEqualTo(200);
        } finally {
            for (var socket : slow) {
                socket.close();
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource(textBlock = """
            # old protocols, no secrecy of what was recorded, no authentication in one with encryption
            TLSv1.1, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA          , no
            TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA          , no
            TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384       , no
            TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256       , yes
            TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384       , yes
            TLSv1.2, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 , yes
            TLSv1.3, TLS_AES_128_GCM_SHA256                        , yes
            TLSv1.3, TLS_AES_256_GCM_SHA384                        , yes
            """)
    void only_modern_encryption_is_negotiated(String protocol, String cipher, String accepted) throws Exception {
        try (var socket = connect()) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.setEnabledCipherSuites(new String[] {cipher});
            if (accepted.equals("yes")) {
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                assertThat(socket.getSession().getCipherSuite()).isEqualTo(cipher);
            } else {
                assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
            }
        }
    }

    @Test
    void plain_http_leads_to_https_and_to_nothing_else() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var answer = client.send(
                    HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:%d/studio/jobs.xhtml?state=all".formatted(plainPort)))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(308);
            assertThat(answer.headers().firstValue("Location")).hasValue(server.url() + "/studio/jobs.xhtml?state=all");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:443", "127.0.0.1.evil.example", "ml.example.test.evil.example"})
    void a_name_that_is_not_the_servers_is_refused_in_each_wires_words(String host) throws Exception {
        var request = "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n";
        assertThat(exchange(request.formatted(TOKENS, host, server.token())))
                .startsWith("HTTP/1.1 421")
                .contains("urn:millwright:problem:http", "MILLWRIGHT_HOSTS");
        assertThat(exchange(request.formatted(EXPERIMENT, host, server.token())))
                .startsWith("HTTP/1.1 421")
                .contains("error_code");
        assertThat(exchange(request.formatted("/studio/", host, server.token())))
                .startsWith("HTTP/1.1 421");
        assertThat(exchange(request.formatted("/health", host, server.token()))).startsWith("HTTP/1.1 200");
    }

    @Test
    void redirects_name_no_host_whatever_the_request_says() throws Exception {
        var answer = exchange(
                ("GET /studio/ HTTP/1.1\r\nHost: ml.example.test\r\nX-Forwarded-Host: evil.example\r\n"
                        + "X-Forwarded-Proto: http\r\n$WSSN: evil.example\r\n$WSSC: http\r\n$WSIS: false\r\nConnection: close\r\n\r\n"));

        assertThat(answer)
                .startsWith("HTTP/1.1 302")
                .contains("Location: /studio/sign-in.xhtml")
                .doesNotContain("evil");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRACE", "TRACK", "CONNECT", "PROPFIND"})
    void methods_that_nobody_needs_are_refused_and_repeat_nothing(String method) throws Exception {
        for (var path : List.of("/", "/studio/sign-in.xhtml", TOKENS, "/endpoints/")) {
            assertThat(exchange(
                            "%s %s HTTP/1.1\r\nHost: %s\r\nX-Mine: repeated-by-the-server\r\nConnection: close\r\n\r\n"
                                    .formatted(method, path, authority())))
                    .as(path)
                    .matches(Pattern.compile("HTTP/1\\.1 (4\\d\\d|501).*|", Pattern.DOTALL))
                    .doesNotContain("repeated-by-the-server");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/studio/resources/", "/studio/resources/studio/", "/studio/WEB-INF/", "/endpoints/WEB-INF/"})
    void no_folder_is_listed(String path) throws Exception {
        assertThat(http.get(path, bearer(server.token())).statusCode()).isBetween(400, 404);
    }

    /** Two readers of one connection must not find two different ends of a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nContent-Length: 40\r\n\r\nabcd",
                "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: +4\r\n\r\nabcd"
            })
    void a_request_with_two_ends_is_one_request_or_none(String rest) throws Exception {
        var answer =
                exchange("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nConnection: close\r\n%s"
                        .formatted(TOKENS, authority(), rest));

        assertThat(Pattern.compile("HTTP/1\\.1 ").matcher(answer).results().count())
                .as(answer)
                .isLessThanOrEqualTo(1);
        assertThat(answer).doesNotStartWith("HTTP/1.1 2").doesNotStartWith("HTTP/1.1 5");
    }

    private boolean isSignedIn(String session) throws Exception {
        return http.get(TOKENS, "Cookie", session).statusCode() == 200;
    }

    private String session(String... cookies) throws Exception {
        var form = "token=" + encoded(server.token());
        return cookie(
                cookies.length == 0
                        ? http.postForm("/studio/sign-in", form)
                        : http.postForm("/studio/sign-in", form, "Cookie", cookies[0]));
    }

    private static String cookie(HttpResponse<String> answer) {
        var cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    private void lastUsed(String session, String ago) throws Exception {
        var secret = session.substring(session.indexOf('=') + 1);
        try (var database = server.database();
                var update = database.prepareStatement(
                        "UPDATE access.credential SET created_at = now() - interval '3 hours', last_used_at = now() - ?::interval"
                                + " WHERE digest = encode(sha256(convert_to(?, 'UTF8')), 'hex')")) {
            update.setString(1, ago);
            update.setString(2, secret);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }
    }

    private String link() throws Exception {
        var answer = http.postJson("/api/v1/sign-in-links", "", bearer(server.token()));
        return json(answer).get("url").asText().substring(server.url().length());
    }

    private Page signedIn(StudioBrowser browser) throws Exception {
        var page = browser.person().newPage();
        page.navigate(server.url() + link());
        return page;
    }

    private static List<String> sessions(Page page) {
        return page.context().cookies().stream()
                .filter(cookie -> cookie.name.startsWith("__Host-"))
                .map(cookie -> cookie.value)
                .toList();
    }

    private String form(String path, String fields) {
        return "<form method='post' action='%s%s'>%s</form><script>document.forms[0].submit()</script>"
                .formatted(server.url(), path, fields);
    }

    private String authority() {
        return URI.create(server.url()).getAuthority();
    }

    private SSLSocket connect() throws Exception {
        var address = URI.create(server.url());
        var socket = (SSLSocket) TrustingHttp.trusting(server.certificateAuthority())
                .getSocketFactory()
                .createSocket(address.getHost(), address.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    /** The first answer; or all that comes until the server closes the connection, when the request asks it to. */
    private String exchange(String request) throws Exception {
        try (var socket = connect()) {
            var answer = new ByteArrayOutputStream();
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
                if (request.contains("Connection: close")) {
                    socket.getInputStream().transferTo(answer);
                } else {
                    var buffer = new byte[8192];
                    for (var read = 0; read >= 0 && !isWhole(answer.toString(StandardCharsets.ISO_8859_1)); ) {
                        read = socket.getInputStream().read(buffer);
                        answer.write(buffer, 0, Math.max(0, read));
                    }
                }
            } catch (IOException closed) {
                // What came before is the answer.
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static boolean isWhole(String answer) {
        var length = LENGTH.matcher(answer);
        return length.find()
                ? answer.length() - (answer.indexOf("\r\n\r\n") + 4) >= Integer.parseInt(length.group(1))
                : answer.endsWith("0\r\n\r\n");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A site under another name, for what a stranger's page can make a browser do. */
    private static final class OtherSite implements AutoCloseable {
        private final HttpServer server;
        private volatile String page = "";

        OtherSite() throws IOException {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                try (exchange) {
                    var bytes = page.getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/html;charset=UTF-8");
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            });
            server.start();
        }

        /** @return where it is served */
        String page(String body) {
            page = "<!DOCTYPE html><title>Other site</title><body>" + body;
            return "http://localhost:%d/".formatted(server.getAddress().getPort());
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
