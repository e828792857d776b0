package org.millwright.inference;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The WAR on a Liberty of its own, as an operator starts it. */
final class StandaloneServer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Process process;
    private final Path log;
    private final URI root;

    private StandaloneServer(Process process, Path log, URI root) {
        this.process = process;
        this.log = log;
        this.root = root;
    }

    static StandaloneServer start(Path servingFolder, Path workFolder) throws IOException, InterruptedException {
        var port = freePort();
        var log = workFolder.resolve("console.log");
        var builder = new ProcessBuilder(
                        Path.of(System.getProperty("liberty.home"), "bin", "server")
                                .toString(),
                        "run",
                        "inference")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JVM_ARGS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
        builder.environment().put("WLP_USER_DIR", System.getProperty("inference.usr"));
        builder.environment().put("WLP_OUTPUT_DIR", workFolder.resolve("output").toString());
        builder.environment().put("MILLWRIGHT_SERVING_FOLDER", servingFolder.toString());
        builder.environment().put("HTTP_HOST", "127.0.0.1");
        builder.environment().put("HTTP_PORT", Integer.toString(port));
        var server = new StandaloneServer(
                builder.start(), log, URI.create("http://127.0.0.1:%d/endpoints/".formatted(port)));
        server.awaitReady();
        return server;
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws InterruptedException {
        var end = Instant.now().plus(PATIENCE);
        while (!isReady()) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                close();
                throw new IllegalStateException("The server did not start:\n" + console());
            }
            Thread.sleep(200);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return send(request("health/ready").build()).statusCode() == 200;
        } catch (UncheckedIOException notListening) {
            return false;
        }
    }

    String console() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(root.resolve(path)).timeout(PATIENCE);
    }

    HttpResponse<String> send(HttpRequest request) throws InterruptedException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (process.waitFor(60, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
