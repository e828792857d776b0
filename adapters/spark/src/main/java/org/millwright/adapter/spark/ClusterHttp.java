package org.millwright.adapter.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.shared.PublicAddresses;

/**
 * The way to attached clusters: not for long, not more than a little, to nobody that a first one refers to, and only where
 * the server may be sent. That is over TLS to public addresses, and anywhere to hosts that the operator named.
 */
public final class ClusterHttp {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_BYTES = 8 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient client;
    private final ClusterHosts hosts;

    public ClusterHttp(ClusterHosts hosts) {
        this.hosts = hosts;
        this.client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** @param headers of several values only the first counts */
    public record Answer(int status, Map<String, List<String>> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** What it says as JSON; nothing when it is none. */
        public JsonNode json() {
            try {
                var node = JSON.readTree(body);
                return node == null ? MissingNode.getInstance() : node;
            } catch (IOException noJson) {
                return MissingNode.getInstance();
            }
        }
    }

    /**
     * The address of a target, without a slash at its end.
     *
     * @throws LaunchFailed in words for whoever attached it, when the server may not be sent there
     * @throws IOException when its name cannot be looked up
     */
    public URI admit(String address) throws LaunchFailed, IOException {
        URI uri;
        try {
            uri = new URI(address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
        } catch (URISyntaxException malformed) {
            throw new LaunchFailed("'%s' is no address: %s".formatted(address, malformed.getReason()));
        }
        var secure = "https".equalsIgnoreCase(uri.getScheme());
        if (!secure && !"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null) {
            throw new LaunchFailed("'%s' is no address such as https://cluster.example.com".formatted(address));
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new LaunchFailed("An address has no user, no '?' and no '#'; what opens it is the credential");
        }
        var port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
        if (!hosts.name(uri.getHost(), port)) {
            if (!secure) {
                throw new LaunchFailed(
                        "'%s' does not speak TLS; the operator can allow it by MILLWRIGHT_COMPUTE_HOSTS=%s:%d"
                                .formatted(address, uri.getHost(), port));
            }
            requirePublic(uri.getHost(), port);
        }
        return uri;
    }

    private static void requirePublic(String host, int port) throws LaunchFailed, IOException {
        for (var address : addresses(host)) {
            if (!PublicAddresses.contain(address)) {
                throw new LaunchFailed(
                        "'%s' is not on the public network; the operator can allow it by MILLWRIGHT_COMPUTE_HOSTS=%s:%d"
                                .formatted(host, host, port));
            }
        }
    }

    private static InetAddress[] addresses(String host) throws IOException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException unknown) {
            throw new IOException("the name service knows no host '%s'".formatted(host), unknown);
        }
    }

    /** Sends JSON. */
    public Answer sendJson(String method, URI address, Map<String, String> headers, Object body) throws IOException {
        var typed = new HashMap<>(headers);
        typed.put("Content-Type", "application/json");
        return send(method, address, typed, json(body));
    }

    /** @param body null for none */
    public Answer send(String method, URI address, Map<String, String> headers, byte @Nullable [] body)
            throws IOException {
        var request = HttpRequest.newBuilder(address).timeout(PATIENCE);
        headers.forEach(request::header);
        request.method(
                method,
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        try {
            var response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (var content = response.body()) {
                return new Answer(response.statusCode(), response.headers().map(), content.readNBytes(MOST_BYTES));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while asking " + address.getHost());
        }
    }

    private static byte[] json(Object body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Text, numbers and lists are writable as JSON", impossible);
        }
    }
}
