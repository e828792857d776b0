package org.millwright.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.client.FakeServer.Answer;

/** How a command signs in as a service principal. */
class ServiceTokenTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final AtomicInteger given = new AtomicInteger();
    private FakeServer server;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(asked -> switch (asked.path()) {
            case "/oauth2/token" ->
                Answer.json(
                        200,
                        "{\"access_token\":\"mwa_%d\",\"token_type\":\"Bearer\",\"expires_in\":3600}"
                                .formatted(given.incrementAndGet()));
            case "/job-token" -> Answer.json(200, "{\"value\":\"of-github\"}");
            default -> Answer.json(404, "{}");
        });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_token_is_got_once_and_again_before_it_ends() throws Exception {
        assertThat(token(ServiceProofs.secret("mwc_s"), NOON).token()).isEqualTo("mwa_1");
        var token = token(ServiceProofs.secret("mwc_s"), NOON);
        assertThat(token.token()).isEqualTo("mwa_2");
        assertThat(token.token()).isEqualTo("mwa_2");
        assertThat(form(1)).isEqualTo("grant_type=client_credentials&client_id=ci&client_secret=mwc_s");
    }

    @Test
    void a_token_that_the_server_takes_back_is_replaced() throws Exception {
        var token = token(ServiceProofs.secret("mwc_s"), NOON);
        assertThat(token.renew(token.token())).isTrue();
        assertThat(token.token()).isEqualTo("mwa_2");
    }

    @Test
    void what_a_file_is_good_for_once_is_shared_by_commands_until_it_ends() throws Exception {
        var file = folder.resolve("token");
        Files.writeString(file, "of-kubernetes\n");
        assertThat(token(ServiceProofs.file(file), NOON).token()).isEqualTo("mwa_1");
        assertThat(token(ServiceProofs.file(file), NOON.plusSeconds(60)).token())
                .isEqualTo("mwa_1");
        assertThat(token(ServiceProofs.file(file), NOON.plus(Duration.ofMinutes(59)))
                        .token())
                .isEqualTo("mwa_2");
        assertThat(form(0)).endsWith("client_assertion=of-kubernetes");
    }

    @Test
    void a_job_of_github_asks_github_for_the_token_that_it_proves_itself_by() throws Exception {
        var github = ServiceProofs.github(URI.create(server.url() + "/job-token?v=2"), "of-the-job", "api://mw");
        assertThat(token(github, NOON).token()).isEqualTo("mwa_1");
        assertThat(server.asked.getFirst().query()).isEqualTo("v=2&audience=api://mw");
        assertThat(server.asked.getFirst().authorization()).isEqualTo("bearer of-the-job");
        assertThat(form(1)).endsWith("client_assertion=of-github");
    }

    @Test
    void a_refusal_says_what_the_server_says() throws Exception {
        try (var refusing = new FakeServer(_ -> Answer.json(
                401, "{\"error\":\"invalid_client\",\"error_description\":\"The client secret has expired\"}"))) {
            var token = new ServiceToken(refusing.url(), null, "ci", ServiceProofs.secret("mwc_s"), cache(), at(NOON));
            assertThatThrownBy(token::token).hasMessageContaining("The client secret has expired");
        }
    }

    private String form(int request) {
        return new String(server.asked.get(request).body(), StandardCharsets.UTF_8);
    }

    private ServiceToken token(ServiceProof proof, Instant now) {
        return new ServiceToken(server.url(), null, "ci", proof, cache(), at(now));
    }

    private TokenCache cache() {
        return new TokenCache(folder.resolve("cache"));
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }
}
