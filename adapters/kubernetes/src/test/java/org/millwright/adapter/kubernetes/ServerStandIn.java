package org.millwright.adapter.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Executors;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.shared.Refused;

/** Gives out and takes files as this server's routes for snapshots and artifacts do. */
final class ServerStandIn implements AutoCloseable {
    private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts/";
    private static final String SNAPSHOTS = "/snapshots/";

    private final HttpServer server;
    private volatile ArtifactStore store;
    private volatile boolean away;

    ServerStandIn() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    void serve(ArtifactStore from) {
        store = from;
        away = false;
    }

    /** From now on it answers that it cannot now, or can again. */
    void goAway(boolean isAway) {
        away = isAway;
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (away) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            var path = file(exchange.getRequestURI().getPath());
            if (exchange.getRequestMethod().equals("PUT")) {
                store.write(path, exchange.getRequestBody());
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            try (var content = store.read(path, 0)) {
                var bytes = content.readAllBytes();
                exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
            } catch (Refused absent) {
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private static ArtifactPath file(String path) {
        return path.startsWith(ARTIFACTS)
                ? new ArtifactPath(path.substring(ARTIFACTS.length()))
                : new ArtifactPath(
                        "snapshots/" + path.substring(path.indexOf(SNAPSHOTS) + SNAPSHOTS.length()) + ".zip");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
