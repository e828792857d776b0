package org.millwright.adapter.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.app.AttemptExchange;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Stands in for our server, as launchers see it: the same addresses on the same exchange, without anything else. */
public final class ExchangeServer implements AutoCloseable {
    private static final Pattern PATH =
            Pattern.compile("/api/v1/workspaces/main/jobs/([^/]+)/attempts/(\\d+)/([a-z]+)(?:/(.+))?");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final AttemptExchange exchange;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean down;

    public ExchangeServer(AttemptExchange exchange) throws IOException {
        this.exchange = exchange;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** From now on it answers as a proxy does before a server that is down. */
    public void fail(boolean yes) {
        down = yes;
    }

    private void handle(HttpExchange http) throws IOException {
        try (http) {
            byte[] answer;
            var status = 200;
            try {
                answer = down
                        ? null
                        : answer(
                                http,
                                new ByteArrayInputStream(http.getRequestBody().readAllBytes()));
                status = down ? 503 : 200;
            } catch (Refused refused) {
                status = switch (refused.problem()) {
                    case Problem.NotFound _ -> 404;
                    case Problem.AlreadyExists _ -> 409;
                    default -> 422;
                };
                answer = String.valueOf(refused.getMessage()).getBytes(UTF_8);
            }
            var body = answer == null ? new byte[0] : answer;
            http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                http.getResponseBody().write(body);
            }
        }
    }

    private byte @Nullable [] answer(HttpExchange http, InputStream body) throws IOException {
        var path = http.getRequestURI().getPath();
        if (path.equals("/api/v1/launcher/millwright_launcher.py")) {
            return AttemptExchange.launcher();
        }
        var found = PATH.matcher(path);
        if (!found.matches()) {
            throw Refused.notFound("address", path);
        }
        var attempt = new AttemptId(found.group(1), Integer.parseInt(found.group(2)));
        var rest = found.group(4);
        switch (found.group(3)) {
            case "begin" -> {
                var told = JSON.readTree(body);
                exchange.begin(
                        attempt,
                        told.path("launcher").asText(),
                        told.path("place").asText());
            }
            case "order" -> {
                return exchange.order(attempt, token(http));
            }
            case "files" -> {
                try (InputStream file = exchange.file(attempt, Integer.parseInt(rest))) {
                    return file.readAllBytes();
                }
            }
            case "log" -> exchange.print(attempt, Long.parseLong(rest), body.readAllBytes());
            case "orders" -> {
                var stop = exchange.orders(attempt);
                return JSON.writeValueAsBytes(
                        stop.isPresent()
                                ? Map.of("stop_after_millis", stop.get().toMillis())
                                : Map.of());
            }
            case "end" -> {
                var told = JSON.readTree(body);
                exchange.finish(
                        attempt,
                        told.path("exit_code").asInt(),
                        told.path("timed_out").asBoolean());
            }
            default -> exchange.keep(attempt, found.group(3) + "/" + rest, body);
        }
        return "{}".getBytes(UTF_8);
    }

    private static String token(HttpExchange http) {
        return http.getRequestHeaders().getFirst("Authorization").substring("Bearer ".length());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
