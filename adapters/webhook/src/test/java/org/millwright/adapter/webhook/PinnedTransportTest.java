package org.millwright.adapter.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.spi.NamedReceivers;

class PinnedTransportTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var each : open) {
            each.close();
        }
    }

    @Test
    void what_is_posted_arrives_whole_and_the_answer_comes_back() throws IOException {
        var server = server(200, "thanks");
        var answer = transport("http://hooks.test")
                .post("http://hooks.test:%d/in?x=1".formatted(server), Map.of("X-One", "1"), "{\"name\":\"Zürich\"}");
        assertThat(answer).isEqualTo(new Answer.Answered(200, "thanks", null));
        assertThat(answer.isTaken()).isTrue();
        assertThat(received)
                .containsExactly(
                        "POST /in?x=1 hooks.test:%d 1 application/json {\"name\":\"Zürich\"}".formatted(server));
    }

    @Test
    void a_redirect_is_not_followed() throws IOException {
        var server = server(302, "");
        var answer = transport("http://hooks.test").post("http://hooks.test:%d/in".formatted(server), Map.of(), "{}");
        assertThat(answer.isTaken()).isFalse();
        assertThat(answer.problem()).contains("redirect (302)");
        assertThat(received).hasSize(1);
    }

    @Test
    void only_the_beginning_of_a_long_answer_is_read() throws IOException {
        var server = server(500, "x".repeat(1_000_000));
        var answer = (Answer.Answered)
                transport("http://hooks.test").post("http://hooks.test:%d/".formatted(server), Map.of(), "{}");
        assertThat(answer.body()).hasSize(4096);
        assertThat(answer.problem()).isEqualTo("The receiver answered 500");
    }

    @Test
    void an_answer_in_chunks_is_put_together_and_what_it_wishes_is_heard() throws IOException {
        var server = script("""
                HTTP/1.1 100 Continue\r
                \r
                HTTP/1.1 503 Busy\r
                Retry-After: 120\r
                Transfer-Encoding: chunked\r
                \r
                5;a=b\r
                come \r
                5\r
                later\r
                0\r
                \r
                """);
        assertThat(post(server)).isEqualTo(new Answer.Answered(503, "come later", Duration.ofSeconds(120)));
    }

    @Test
    void an_answer_that_is_none_is_said_to_be_none() throws IOException {
        assertThat(post(script("SSH-2.0-OpenSSH_9.6\r\n")).problem()).contains("what came back is no HTTP answer");
        assertThat(post(script("")).problem()).contains("No answer from");
        assertThat(post(script("HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000))).problem())
                .contains("longer than 32768 bytes");
    }

    @Test
    void a_receiver_that_never_answers_is_left_when_the_time_is_over() throws IOException {
        var silent = new ServerSocket(0, 5, LOOPBACK);
        open.add(silent);
        var transport = new PinnedTransport(
                new ReceiverGuard(NamedReceivers.parse("http://hooks.test"), PinnedTransportTest::loopback),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Duration.ofMillis(200));
        assertThat(transport
                        .post("http://hooks.test:%d/".formatted(silent.getLocalPort()), Map.of(), "{}")
                        .problem())
                .contains("did not answer within");
    }

    @Test
    void nobody_listening_is_said_in_words() throws IOException {
        int port;
        try (var closed = new ServerSocket(0, 1, LOOPBACK)) {
            port = closed.getLocalPort();
        }
        assertThat(post(port).problem()).contains("No answer from hooks.test");
    }

    @Test
    void what_the_guard_refuses_is_never_connected_to() throws IOException {
        var server = server(200, "");
        var answer = transport("").post("https://hooks.test:%d/".formatted(server), Map.of(), "{}");
        assertThat(answer.problem()).contains("must not resolve to a non-public IP address");
        assertThat(received).isEmpty();
    }

    @Test
    void the_certificate_must_name_the_host_and_not_the_address(@TempDir Path folder) throws Exception {
        var store = keyStore(folder, "hooks.test");
        var server = secureServer(store);
        var transport = new PinnedTransport(
                new ReceiverGuard(NamedReceivers.parse("hooks.test,other.test"), PinnedTransportTest::loopback),
                trusting(store),
                Duration.ofSeconds(30));
        assertThat(transport.post("https://hooks.test:%d/".formatted(server), Map.of(), "{}"))
                .isEqualTo(new Answer.Answered(200, "secret", null));
        assertThat(transport
                        .post("https://other.test:%d/".formatted(server), Map.of(), "{}")
                        .problem())
                .contains("No secure connection to other.test");
        var strict = new PinnedTransport(
                new ReceiverGuard(NamedReceivers.parse("hooks.test"), PinnedTransportTest::loopback),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Duration.ofSeconds(30));
        assertThat(strict.post("https://hooks.test:%d/".formatted(server), Map.of(), "{}")
                        .problem())
                .contains("No secure connection to hooks.test");
    }

    @Test
    void fields_are_written_as_json_in_their_order() {
        var fields = new java.util.LinkedHashMap<String, Object>();
        fields.put("z", 1);
        fields.put("a", null);
        fields.put("tags", Map.of("k", "\"v\""));
        assertThat(transport("").json(fields)).isEqualTo("{\"z\":1,\"a\":null,\"tags\":{\"k\":\"\\\"v\\\"\"}}");
    }

    private Answer post(int port) {
        return transport("http://hooks.test").post("http://hooks.test:%d/".formatted(port), Map.of(), "{}");
    }

    private static PinnedTransport transport(String named) {
        return new PinnedTransport(
                new ReceiverGuard(NamedReceivers.parse(named), PinnedTransportTest::loopback),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                Duration.ofSeconds(30));
    }

    private static InetAddress[] loopback(String host) throws UnknownHostException {
        return new InetAddress[] {LOOPBACK};
    }

    private int server(int status, String body) throws IOException {
        return started(HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 5), status, body);
    }

    private int secureServer(KeyStore store) throws IOException, GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 5);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return started(server, 200, "secret");
    }

    private int started(HttpServer server, int status, String body) {
        server.createContext("/", exchange -> {
            received.add("%s %s %s %s %s %s"
                    .formatted(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI(),
                            exchange.getRequestHeaders().getFirst("Host"),
                            exchange.getRequestHeaders().getFirst("X-One"),
                            exchange.getRequestHeaders().getFirst("Content-Type"),
                            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            var bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        open.add(() -> server.stop(0));
        return server.getAddress().getPort();
    }

    /** Says this to the first who asks, whatever it is asked. */
    private int script(String answer) throws IOException {
        var server = new ServerSocket(0, 5, LOOPBACK);
        open.add(server);
        CompletableFuture.runAsync(() -> {
            try (var socket = server.accept()) {
                // The whole request first: closing with unread bytes would reset the connection.
                var head = new StringBuilder();
                while (head.indexOf("\r\n\r\n{}") < 0) {
                    head.append((char) socket.getInputStream().read());
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            } catch (IOException over) {
                // The test has seen enough.
            }
        });
        return server.getLocalPort();
    }

    private static KeyStore keyStore(Path folder, String host) throws Exception {
        var file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "receiver",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-validity",
                        "30",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(made).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var stored = Files.newInputStream(file)) {
            store.load(stored, PASSWORD);
        }
        return store;
    }

    private static SSLSocketFactory trusting(KeyStore store) throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("receiver", store.getCertificate("receiver"));
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }
}
