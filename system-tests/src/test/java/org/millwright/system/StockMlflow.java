package org.millwright.system;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** MLflow's own tracking server, on SQLite, as somebody runs it who comes from there. */
final class StockMlflow implements AutoCloseable {
    private final String url;
    private final Process process;

    /** @param python of an environment that has mlflow @param folder for what it keeps */
    StockMlflow(Path python, Path folder) throws Exception {
        var port = freePort();
        url = "http://127.0.0.1:" + port;
        var builder = new ProcessBuilder(List.of(
                        python.toString(),
                        "-m",
                        "mlflow",
                        "server",
                        "--backend-store-uri",
                        "sqlite:///" + folder.resolve("mlflow.db"),
                        "--artifacts-destination",
                        folder.resolve("artifacts").toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port),
                        "--workers",
                        "1"))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("mlflow.log").toFile());
        builder.environment().put("MLFLOW_DISABLE_TELEMETRY", "true");
        process = builder.start();
        Eventually.see("MLflow's server answers", this::answers, there -> there);
    }

    String url() {
        return url;
    }

    private boolean answers() throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(url + "/health")).build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        // It has children of its own, which end with it or are ended here.
        var family = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        family.forEach(ProcessHandle::destroyForcibly);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
