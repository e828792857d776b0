package org.millwright.system;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;

/**
 * Stands between a client and a server and loses answers: the first time that it sees a request which may change
 * something, it passes it on, waits for the whole answer, and cuts the client's connection without a byte of it. The same
 * request again, and everything else, passes.
 *
 * <p>It speaks plain HTTP/1.1 to the client, one request to a connection, and TLS to the server.
 */
final class CuttingProxy implements AutoCloseable {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private final URI server;
    private final SSLContext trust;
    private final ServerSocket door;
    private final Set<ByteBuffer> seen = ConcurrentHashMap.newKeySet();

    /** @param server its address @param trust what makes the proxy trust it */
    CuttingProxy(URI server, SSLContext trust) throws IOException {
        this.server = server;
        this.trust = trust;
        this.door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("cutting proxy").start(this::serve);
    }

    /** Where clients find the server through this proxy. */
    String url() {
        return "http://127.0.0.1:" + door.getLocalPort();
    }

    /** How many answers were lost. */
    int cuts() {
        return seen.size();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private void serve() {
        while (true) {
            Socket client;
            try {
                client = door.accept();
            } catch (SocketException closed) {
                return;
            } catch (IOException broken) {
                throw new IllegalStateException("The proxy cannot accept connections", broken);
            }
            Thread.ofVirtual().start(() -> pass(client));
        }
    }

    private void pass(Socket client) {
        try (client) {
            var request = Request.read(client.getInputStream());
            var answer = answer(request);
            if (READING.contains(request.method()) || !seen.add(request.identity())) {
                client.getOutputStream().write(answer);
                client.getOutputStream().flush();
            }
        } catch (IOException gone) {
            // The client sees a broken connection, which is what this proxy is for.
        }
    }

    private byte[] answer(Request request) throws IOException {
        try (var socket = trust.getSocketFactory().createSocket(server.getHost(), server.getPort())) {
            socket.getOutputStream().write(request.addressedTo(server.getAuthority()));
            socket.getOutputStream().flush();
            return socket.getInputStream().readAllBytes();
        }
    }

    /** @param head the request line and the headers */
    private record Request(List<String> head, byte[] body) {
        static Request read(InputStream input) throws IOException {
            var head = head(input).lines().toList();
            var length = head.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(
                            line.substring(line.indexOf(':') + 1).strip()))
                    .findFirst()
                    .orElse(0);
            return new Request(head, input.readNBytes(length));
        }

        private static String head(InputStream input) throws IOException {
            var head = new ByteArrayOutputStream();
            while (true) {
                var next = input.read();
                if (next < 0) {
                    throw new EOFException("The client left");
                }
                head.write(next);
                var text = head.toString(StandardCharsets.ISO_8859_1);
                if (text.endsWith("\r\n\r\n")) {
                    return text.substring(0, text.length() - 4);
                }
            }
        }

        String method() {
            return head.getFirst().substring(0, head.getFirst().indexOf(' '));
        }

        /** Equal for the same request, whichever connection and whatever headers it comes with. */
        ByteBuffer identity() {
            var line = head.getFirst().getBytes(StandardCharsets.ISO_8859_1);
            return ByteBuffer.allocate(line.length + body.length)
                    .put(line)
                    .put(body)
                    .flip();
        }

        byte[] addressedTo(String host) throws IOException {
            var bytes = new ByteArrayOutputStream();
            var lines = new StringBuilder(head.getFirst()).append("\r\nHost: ").append(host);
            lines.append("\r\nConnection: close\r\n");
            head.stream()
                    .skip(1)
                    .filter(line -> !line.toLowerCase(Locale.ROOT).matches("(host|connection):.*"))
                    .forEach(line -> lines.append(line).append("\r\n"));
            bytes.write(lines.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            bytes.write(body);
            return bytes.toByteArray();
        }
    }
}
