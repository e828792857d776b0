package org.millwright.cli.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.Trust;

/**
 * Waits until the server answers that it is ready. The question is cheap, because the server needs the processor more: while nobody listens,
 * a connection is tried and no TLS begun.
 */
final class Readiness {
    private static final String PATH = "/health/ready";
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_LOOKS_AT_LOG = Duration.ofSeconds(2);
    private static final int READY = 200;
    /** The application failed to start; Liberty itself goes on without it. What the application says of it comes first in the log. */
    private static final Pattern FAILED_APPLICATION =
            Pattern.compile("A setting is wrong: .*|CWWK[ZE]000[25]E: .*|CWWKZ0106E: .*|CWWKF0042E: .*|CWWKG0014E: .*");

    private final DataFolder data;
    private final int port;

    Readiness(DataFolder data, int port) {
        this.data = data;
        this.port = port;
    }

    /** @throws CommandFailed if the server ends, or says that its application failed, or takes more than ten minutes */
    void await(Process liberty, long consoleStart) throws IOException, InterruptedException {
        var trust = Trust.in(data.certificateAuthority());
        var url = URI.create("https://127.0.0.1:%d%s".formatted(port, PATH)).toURL();
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        var nextLook = System.nanoTime() + BETWEEN_LOOKS_AT_LOG.toNanos();
        var listening = false;
        while (System.nanoTime() < deadline) {
            if (!liberty.isAlive()) {
                throw ended(liberty, consoleStart);
            }
            listening = listening || isListening();
            if (listening && answersReady(url, trust)) {
                return;
            }
            if (System.nanoTime() > nextLook) {
                requireNoFailure(consoleStart);
                nextLook = System.nanoTime() + BETWEEN_LOOKS_AT_LOG.toNanos();
            }
            Thread.sleep(POLL);
        }
        throw CommandFailed.failed(
                "The server is not ready after %d minutes".formatted(PATIENCE.toMinutes()),
                "Its log is " + LibertyServer.messages(data));
    }

    private boolean isListening() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) ANSWER_PATIENCE.toMillis());
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static boolean answersReady(URL url, SSLContext trust) {
        try {
            if (url.openConnection() instanceof HttpsURLConnection connection) {
                connection.setSSLSocketFactory(trust.getSocketFactory());
                // An operator's certificate names the server as others ask for it, not this address.
                connection.setHostnameVerifier((_, _) -> true);
                connection.setConnectTimeout((int) ANSWER_PATIENCE.toMillis());
                connection.setReadTimeout((int) ANSWER_PATIENCE.toMillis());
                var status = connection.getResponseCode();
                var body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
                if (body != null) {
                    // read to its end, so that the connection is used again
                    body.readAllBytes();
                    body.close();
                }
                return status == READY;
            }
            return false;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void requireNoFailure(long consoleStart) throws IOException {
        var failure = FAILED_APPLICATION.matcher(LogTail.after(LibertyServer.console(data), consoleStart));
        if (failure.find()) {
            throw CommandFailed.failed(
                    "The server could not start its application: " + failure.group(),
                    "Its log is " + LibertyServer.messages(data));
        }
    }

    private CommandFailed ended(Process liberty, long consoleStart) throws IOException {
        var console = LibertyServer.console(data);
        var last = LogTail.after(console, consoleStart)
                .lines()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("it wrote nothing");
        return CommandFailed.failed(
                "The server ended with exit code %d before it was ready: %s"
                        .formatted(liberty.exitValue(), last.strip()),
                "Its log is " + (Files.exists(LibertyServer.messages(data)) ? LibertyServer.messages(data) : console));
    }
}
