package org.millwright.cli.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.millwright.cli.CommandFailed;

/**
 * Leads who asks by plain HTTP to HTTPS. It stands outside the server, so that nothing of it can be reached unencrypted. Who
 * sends a secret that way is told so and not led on: otherwise a client would go on sending it in the clear.
 */
final class PlainHttp implements AutoCloseable {
    static final String PORT = "MILLWRIGHT_HTTP_PORT";

    private static final Set<String> LED_ON = Set.of("GET", "HEAD");

    private final HttpServer server;

    private PlainHttp(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens if the operator named a port.
     *
     * @param host on which; "*" for all
     * @param url where HTTPS is spoken, without a trailing slash
     * @throws CommandFailed if the port is none or is taken
     */
    static PlainHttp start(Map<String, String> environment, String host, String url) {
        var port = environment.getOrDefault(PORT, "");
        try {
            var address = host.equals("*")
                    ? new InetSocketAddress(Integer.parseInt(port))
                    : new InetSocketAddress(host, Integer.parseInt(port));
            var server = HttpServer.create(address, 0);
            server.createContext("/", exchange -> answer(exchange, url));
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return new PlainHttp(server);
        } catch (IllegalArgumentException notAPort) {
            throw CommandFailed.refused("%s must be a port, not '%s'".formatted(PORT, port), "");
        } catch (IOException taken) {
            throw CommandFailed.failed("%s: port %s cannot be used: %s".formatted(PORT, port, taken.getMessage()), "");
        }
    }

    private static void answer(HttpExchange exchange, String url) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            var secret = headers.containsKey("Authorization") || headers.containsKey("Cookie");
            if (LED_ON.contains(exchange.getRequestMethod()) && !secret) {
                var wanted = exchange.getRequestURI();
                var query = wanted.getRawQuery();
                exchange.getResponseHeaders()
                        .set("Location", url + wanted.getRawPath() + (query == null ? "" : "?" + query));
                exchange.sendResponseHeaders(308, -1);
                return;
            }
            var words = "This server speaks HTTPS only, at %s.%s\n"
                    .formatted(url, secret ? " What was sent could be read on the way: revoke the token." : "")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=UTF-8");
            exchange.sendResponseHeaders(403, words.length);
            exchange.getResponseBody().write(words);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
