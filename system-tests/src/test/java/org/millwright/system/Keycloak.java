package org.millwright.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A real identity provider with the realm "team" of {@code keycloak/realm.json}, on a port of its own, with nothing on disk that
 * outlives it. The first start in a build folder takes it longer, because it puts itself together.
 */
final class Keycloak implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String ADMIN = "admin";

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;
    private final Process process;
    private final Path log;

    /** @param server the Millwright that it is for @param port where it shall listen */
    Keycloak(RunningServer server, int port, Path folder) throws IOException, InterruptedException {
        this.port = port;
        this.log = folder.resolve("keycloak.log");
        var home = Path.of(System.getProperty("keycloak.home"));
        var realm = Files.createDirectories(home.resolve("data/import")).resolve("realm.json");
        Files.writeString(realm, resource("keycloak/realm.json").replace("@SERVER@", server.url()));
        var builder = new ProcessBuilder(List.of(
                        "bash",
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--db=dev-mem",
                        "--cache=local",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--truststore-paths=" + server.certificateAuthority()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "JAVA_OPTS",
                        "-Xms64m -Xmx400m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dfile.encoding=UTF-8",
                        "KC_BOOTSTRAP_ADMIN_USERNAME",
                        ADMIN,
                        "KC_BOOTSTRAP_ADMIN_PASSWORD",
                        ADMIN));
        process = builder.start();
        awaitReady();
    }

    static String issuer(int port) {
        return "http://127.0.0.1:%d/realms/team".formatted(port);
    }

    /** From now on the account is closed; what is open stays open until somebody asks. */
    void disable(String username) throws IOException, InterruptedException {
        var user = user(username);
        var answer = send(request("/admin/realms/team/users/" + user.get("id").asText(), adminToken())
                .setHeader("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"enabled\":false}")));
        requireSuccess(answer);
    }

    /** Ends all that the account has open, as an administrator or another application would. */
    void signOut(String username) throws IOException, InterruptedException {
        var user = user(username);
        requireSuccess(send(request(
                        "/admin/realms/team/users/%s/logout"
                                .formatted(user.get("id").asText()),
                        adminToken())
                .POST(BodyPublishers.noBody())));
    }

    private JsonNode user(String username) throws IOException, InterruptedException {
        var answer = send(request("/admin/realms/team/users?exact=true&username=" + username, adminToken())
                .GET());
        requireSuccess(answer);
        return JSON.readTree(answer.body()).get(0);
    }

    private String adminToken() throws IOException, InterruptedException {
        var answer = send(HttpRequest.newBuilder(address("/realms/master/protocol/openid-connect/token"))
                .setHeader("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(
                        "grant_type=password&client_id=admin-cli&username=%s&password=%s".formatted(ADMIN, ADMIN))));
        requireSuccess(answer);
        return JSON.readTree(answer.body()).get("access_token").asText();
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(address(path)).setHeader("Authorization", "Bearer " + token);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofMinutes(1)).build(), BodyHandlers.ofString());
    }

    private static void requireSuccess(HttpResponse<String> answer) {
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError("%d %s".formatted(answer.statusCode(), answer.body()));
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private void awaitReady() throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            if (!process.isAlive()) {
                throw new AssertionError("Keycloak ended:\n" + Files.readString(log));
            }
            try {
                if (send(HttpRequest.newBuilder(URI.create(issuer(port) + "/.well-known/openid-configuration")))
                                .statusCode()
                        == 200) {
                    return;
                }
            } catch (ConnectException notYet) {
                // It is still starting.
            }
            Thread.sleep(Duration.ofMillis(500));
        }
        close();
        throw new AssertionError("Keycloak did not start:\n" + Files.readString(log));
    }

    private static String resource(String name) throws IOException {
        try (var stream = Objects.requireNonNull(Keycloak.class.getClassLoader().getResourceAsStream(name))) {
            return new String(stream.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
