package org.millwright.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Sends requests to one server as they are written: it trusts the server's certificate authority and nobody else, follows
 * no redirect, keeps no cookie and leaves paths alone.
 */
final class TrustingHttp {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String url;
    private final SSLContext trust;
    private final HttpClient client;

    TrustingHttp(String url, Path certificateAuthority) throws IOException, GeneralSecurityException {
        this.url = url;
        this.trust = trusting(certificateAuthority);
        this.client = HttpClient.newBuilder()
                .sslContext(trust)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** @param headers names and values in turn */
    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, null, headers);
    }

    /** @param body sent as JSON @param headers names and values in turn */
    HttpResponse<String> postJson(String path, String body, String... headers)
            throws IOException, InterruptedException {
        return sendJson("POST", path, body, headers);
    }

    /** @param headers names and values in turn */
    HttpResponse<String> putJson(String path, String body, String... headers) throws IOException, InterruptedException {
        return sendJson("PUT", path, body, headers);
    }

    private HttpResponse<String> sendJson(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(
                request(method, path, body, headers)
                        .setHeader("Content-Type", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    /** @param body null for none @param headers names and values in turn */
    HttpResponse<String> send(String method, String path, String body, String... headers)
            throws IOException, InterruptedException {
        return client.send(request(method, path, body, headers).build(), BodyHandlers.ofString());
    }

    /** @param form already encoded @param headers names and values in turn */
    HttpResponse<String> postForm(String path, String form, String... headers)
            throws IOException, InterruptedException {
        return client.send(
                request("POST", path, form, headers)
                        .setHeader("Content-Type", "application/x-www-form-urlencoded")
                        .build(),
                BodyHandlers.ofString());
    }

    /** What came back for a request that no proper client would send. */
    record RawAnswer(int status, String text) {}

    /**
     * Sends a request that a proper client refuses to write, byte for byte.
     *
     * @param target path and query as they are to stand in the request line
     * @param headers whole lines, without their ends
     */
    RawAnswer raw(String method, String target, List<String> headers, byte[] body) throws IOException {
        var address = URI.create(url);
        try (var socket = (SSLSocket) trust.getSocketFactory().createSocket(address.getHost(), address.getPort())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            var head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, target))
                    .append("Host: ")
                    .append(address.getAuthority())
                    .append("\r\nConnection: close\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n");
            headers.forEach(line -> head.append(line).append("\r\n"));
            try {
                socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().write(body);
                socket.getOutputStream().flush();
            } catch (SocketException answeredBeforeTheEnd) {
                // A server need not read all of a request that it refuses.
            }
            return answer(socket.getInputStream());
        }
    }

    private static RawAnswer answer(InputStream input) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try {
            input.transferTo(bytes);
        } catch (SocketException cutOff) {
            // What came before is the answer.
        }
        var text = bytes.toString(StandardCharsets.UTF_8);
        var status = Pattern.compile("HTTP/1\\.1 (\\d{3})").matcher(text);
        return new RawAnswer(status.lookingAt() ? Integer.parseInt(status.group(1)) : 0, text);
    }

    /** What a token's holder says first. */
    static String[] bearer(String token) {
        return new String[] {"Authorization", "Bearer " + token};
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    private HttpRequest.Builder request(String method, String path, String body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(PATIENCE)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return headers.length == 0 ? request : request.headers(headers);
    }

    /** What a Java program needs in order to trust this authority and nobody else. */
    static KeyStore trustStore(Path certificateAuthority) throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (var pem = Files.newInputStream(certificateAuthority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        return trusted;
    }

    static SSLContext trusting(Path certificateAuthority) throws IOException, GeneralSecurityException {
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trustStore(certificateAuthority));
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
