package org.millwright.adapter.spark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands in for a service that starts Spark applications: answers as the real one was seen to answer. */
public abstract class ServiceStandIn implements AutoCloseable {
    protected static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile boolean down;

    /** @param body null JSON when there was none */
    public record Asked(String method, String path, String query, String authorization, JsonNode body) {}

    public record Answer(int status, String body) {}

    protected ServiceStandIn() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
    }

    /** Called once, when it has all that it answers with. */
    public void start() {
        server.createContext("/", this::handle);
        server.start();
    }

    public String address() {
        return "http://" + host();
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Every request so far. */
    public List<Asked> asked() {
        return asked;
    }

    /** From now on every question is answered by 503. */
    public void fail(boolean yes) {
        down = yes;
    }

    protected abstract Answer answer(Asked request) throws Exception;

    protected static Answer json(int status, Object body) throws IOException {
        return new Answer(status, JSON.writeValueAsString(body));
    }

    private void handle(HttpExchange http) throws IOException {
        try (http) {
            var body = http.getRequestBody().readAllBytes();
            var headers = http.getRequestHeaders();
            var request = new Asked(
                    http.getRequestMethod(),
                    http.getRequestURI().getPath(),
                    String.valueOf(http.getRequestURI().getQuery()),
                    String.valueOf(headers.getFirst("Authorization")),
                    body.length == 0 ? JSON.nullNode() : JSON.readTree(body));
            asked.add(request);
            Answer answer;
            try {
                answer = down ? new Answer(503, "<html>busy</html>") : answer(request);
            } catch (Exception broken) {
                answer = new Answer(500, "{\"msg\":\"" + broken + "\"}");
            }
            var content = answer.body().getBytes(UTF_8);
            http.getResponseHeaders().add("Content-Type", "application/json;charset=utf-8");
            http.sendResponseHeaders(answer.status(), content.length == 0 ? -1 : content.length);
            if (content.length > 0) {
                http.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
