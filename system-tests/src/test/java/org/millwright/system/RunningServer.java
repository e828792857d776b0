package org.millwright.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A server as a user starts it, by {@code ./millwright up --detach} on a folder and port of its own; one for all test
 * classes that ask for it as a parameter. It is stopped when the tests end.
 */
public final class RunningServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_MINUTES = 10;

    private final Path home = Path.of(System.getProperty("millwright.home"));
    private final Path data;
    private final int port = freePort();
    private final Map<String, String> settings;
    private final JsonNode connection;

    /** Starts a server on a folder: for a test that needs one of its own, and has to close it. */
    RunningServer(Path data) throws IOException, InterruptedException {
        this(data, Map.of());
    }

    /** @param settings environment variables of an operator */
    RunningServer(Path data, Map<String, String> settings) throws IOException, InterruptedException {
        Programs.need("python3", "python");
        this.data = data;
        this.settings = settings;
        up().requireSuccess();
        this.connection = JSON.readTree(
                command("connection", "--format", "json").requireSuccess().output());
    }

    /** Starts it, on its folder and its port; again does no harm. */
    Result up() throws IOException, InterruptedException {
        return command("up", "--detach", "--port", Integer.toString(port));
    }

    /** Where the server answers, without a trailing slash. */
    public String url() {
        return connection.get("url").asText();
    }

    /** The administrator's token. */
    public String token() {
        return connection.get("token").asText();
    }

    /** The certificate authority to trust. */
    public Path certificateAuthority() {
        return Path.of(connection.get("ca").asText());
    }

    public Path data() {
        return data;
    }

    public Path home() {
        return home;
    }

    /** A fresh one-time link that opens the studio. */
    public String signInLink() throws IOException, InterruptedException {
        return JSON.readTree(command("connection", "--format", "json")
                        .requireSuccess()
                        .output())
                .get("portal")
                .asText();
    }

    /** What an MLflow client needs to find this server. */
    public Map<String, String> mlflowVariables() {
        return Map.of(
                "MLFLOW_TRACKING_URI", url(),
                "MLFLOW_TRACKING_TOKEN", token(),
                "MLFLOW_TRACKING_SERVER_CERT_PATH", certificateAuthority().toString());
    }

    /** Runs a {@code millwright} command against this server. */
    public Result command(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(home.resolve("millwright").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString()));
        return run(command, settings);
    }

    /** What a program printed, and how it ended. */
    public record Result(int exitCode, String output, String errors) {
        public Result requireSuccess() {
            if (exitCode != 0) {
                throw new AssertionError("Exit code %d%n%s%n%s".formatted(exitCode, output, errors));
            }
            return this;
        }

        /** The errors, then the output. */
        public String joined() {
            return errors + output;
        }
    }

    /** What a command answers in JSON, when it succeeds. */
    JsonNode json(String... arguments) throws IOException, InterruptedException {
        var withFormat = new ArrayList<>(List.of(arguments));
        withFormat.addAll(List.of("--format", "json"));
        return JSON.readTree(
                command(withFormat.toArray(String[]::new)).requireSuccess().output());
    }

    /** Requests that trust this server. */
    TrustingHttp http() throws IOException, GeneralSecurityException {
        return new TrustingHttp(url(), certificateAuthority());
    }

    /** The server's own database, for what no client can bring about, such as time that has passed. */
    Connection database() throws IOException, SQLException {
        var portLine =
                Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(3);
        var password =
                Files.readString(data.resolve("secrets/database.password")).strip();
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%s/millwright".formatted(portLine.strip()), "millwright", password);
    }

    /** Runs a program with these variables added, and waits for its end. */
    public Result run(List<String> command, Map<String, String> variables) throws IOException, InterruptedException {
        var output = Files.createTempFile("millwright", ".out");
        var errors = Files.createTempFile("millwright", ".err");
        try {
            var builder = new ProcessBuilder(command)
                    .directory(home.toFile())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().putAll(variables);
            var process = builder.start();
            if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError("%s did not end:%n%s%n%s"
                        .formatted(command, Files.readString(output), Files.readString(errors)));
            }
            return new Result(
                    process.exitValue(),
                    Files.readString(output, StandardCharsets.UTF_8),
                    Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
            Files.delete(errors);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            command("down").requireSuccess();
            deleteTree(data);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void deleteTree(Path root) throws IOException {
        try (var tree = Files.walk(root)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Gives tests the one server of this test run. */
    public static final class Provider implements ParameterResolver {
        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Provider.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RunningServer.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(RunningServer.class, _ -> start(), RunningServer.class);
        }

        private static RunningServer start() {
            try {
                // All tests come from one address, and many of them fail to sign in on purpose.
                return new RunningServer(
                        Files.createTempDirectory("millwright-system-test"),
                        Map.of("MILLWRIGHT_FAILED_ATTEMPTS", "1000000"));
            } catch (IOException failed) {
                throw new AssertionError("The server cannot be started", failed);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while the server started", interrupted);
            }
        }
    }
}
