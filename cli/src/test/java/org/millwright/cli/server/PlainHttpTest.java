package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlainHttpTest {
    private final PlainHttp plain =
            PlainHttp.start(Map.of("MILLWRIGHT_HTTP_PORT", "0"), "127.0.0.1", "https://ml.example.test:8443");

    @AfterEach
    void close() {
        plain.close();
    }

    @Test
    void who_asks_is_led_to_the_same_address_by_https_whatever_host_they_named() throws Exception {
        var answer = send("GET", "/studio/run.xhtml?id=a%20b");
        assertThat(answer.statusCode()).isEqualTo(308);
        assertThat(answer.headers().firstValue("Location"))
                .hasValue("https://ml.example.test:8443/studio/run.xhtml?id=a%20b");
    }

    @Test
    void who_sends_a_secret_or_a_body_is_told_so_and_not_led_on() throws Exception {
        for (var answer : new HttpResponse<?>[] {
            send("GET", "/api/v1/tokens", "Authorization", "Bearer mwt_x"),
            send("GET", "/studio/", "Cookie", "a=b"),
            send("POST", "/api/v1/tokens")
        }) {
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("Location")).isEmpty();
            assertThat(answer.body().toString()).contains("HTTPS only, at https://ml.example.test:8443");
        }
    }

    @Test
    void what_is_no_port_is_refused() {
        assertThatThrownBy(() -> PlainHttp.start(Map.of("MILLWRIGHT_HTTP_PORT", "http"), "127.0.0.1", "https://x"))
                .hasMessageContaining("MILLWRIGHT_HTTP_PORT");
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(plain.port(), path)))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}
