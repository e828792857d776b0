package org.millwright.cli.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server of a test: answers what the test says, and remembers what it was asked. */
public final class FakeServer implements AutoCloseable {
    /** What is sent back. Fewer bytes than promised break the connection, as a server does that is killed. */
    public record Answer(int status, String type, byte[] body, int promised, List<String> headers) {
        public static Answer json(int status, String json) {
            var body = json.getBytes(StandardCharsets.UTF_8);
            return new Answer(
                    status,
                    status < 400 ? "application/json" : "application/problem+json",
                    body,
                    body.length,
                    List.of());
        }

        public static Answer log(byte[] body, boolean complete) {
            return new Answer(
                    200, "text/plain", body, body.length, List.of("X-Millwright-Log-Complete", "" + complete));
        }

        public Answer cutOff() {
            return new Answer(status, type, body, body.length + 10, headers);
        }
    }

    /** A request as it came. */
    public record Asked(String method, String path, String query, String authorization, byte[] body) {
        @Override
        public String toString() {
            return method + " " + path + (query == null ? "" : "?" + query);
        }
    }

    /** Chooses the answer to a request. */
    @FunctionalInterface
    public interface Answers {
        Answer to(Asked asked);
    }

    public final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    public FakeServer(Answers answers) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> handle(exchange, answers));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public WorkspaceClient workspace() throws IOException {
        return new WorkspaceClient(new ApiClient(new ServerAccess(url(), null, "secret")), "main");
    }

    private void handle(HttpExchange exchange, Answers answers) throws IOException {
        try (exchange) {
            var uri = exchange.getRequestURI();
            var request = new Asked(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    uri.getQuery(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestBody().readAllBytes());
            asked.add(request);
            var answer = answers.to(request);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            for (var i = 0; i < answer.headers().size(); i += 2) {
                exchange.getResponseHeaders()
                        .set(answer.headers().get(i), answer.headers().get(i + 1));
            }
            if (request.method().equals("HEAD") || answer.promised() == 0) {
                exchange.sendResponseHeaders(answer.status(), -1);
            } else {
                exchange.sendResponseHeaders(answer.status(), answer.promised());
                exchange.getResponseBody().write(answer.body());
                exchange.getResponseBody().flush();
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
