package org.millwright.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;

/** Calls a server's own API, and turns what goes wrong into a {@link CommandFailed}. */
public final class ApiClient {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(10);
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(60);
    private static final Duration TRANSFER_PATIENCE = Duration.ofMinutes(15);
    private static final String AUTHORIZATION = "Authorization";
    private static final String BEARER = "Bearer ";
    private static final int NOT_FOUND = 404;
    private static final Set<Integer> NOT_READY = Set.of(502, 503, 504);
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int FIRST_ERROR = 400;
    private static final int FIRST_SERVER_ERROR = 500;

    private final ServerAccess server;
    private final HttpClient http;
    private final JsonMapper json = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    public ApiClient(ServerAccess server) throws IOException {
        this.server = server;
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_PATIENCE);
        if (server.authority() != null) {
            builder.sslContext(Trust.in(server.authority()));
        }
        this.http = builder.build();
    }

    /** @param path from the root, such as {@code /api/v1/jobs} */
    public JsonNode get(String path) {
        return send(request(path).GET());
    }

    /** @param body a record, map or tree; null for an empty body */
    public JsonNode post(String path, @Nullable Object body) {
        return sendBody("POST", path, body);
    }

    public JsonNode sendBody(String method, String path, @Nullable Object body) {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(written(body))));
    }

    public void delete(String path) {
        send(request(path).DELETE());
    }

    /** Whether there is something at the path. */
    public boolean exists(String path) {
        var response =
                exchange(request(path).method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofString());
        if (response.statusCode() >= FIRST_ERROR && response.statusCode() != NOT_FOUND) {
            throw refusal(response);
        }
        return response.statusCode() < FIRST_ERROR;
    }

    /** Sends a file as the body. */
    public void upload(String path, Path file, String type) throws IOException {
        send(request(path)
                .timeout(TRANSFER_PATIENCE)
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofFile(file)));
    }

    /** Answers the body as it comes; whoever asked closes it. */
    public HttpResponse<InputStream> open(String path, Duration patience) {
        var response = exchange(
                request(path).setHeader("Accept", "*/*").timeout(patience).build(), BodyHandlers.ofInputStream());
        if (response.statusCode() < FIRST_ERROR) {
            return response;
        }
        try (var body = response.body()) {
            throw refusal(response, new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw refusal(response, "");
        }
    }

    /** For what is no JSON: a request to this server, with its credential. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path))
                .timeout(ANSWER_PATIENCE)
                .header("Accept", "application/json")
                .header(AUTHORIZATION, BEARER + token());
    }

    private String token() {
        try {
            return server.tokens().token();
        } catch (IOException unreachable) {
            throw unreachable();
        }
    }

    /** Sends it and answers whatever comes back. @throws CommandFailed if nothing does */
    public <T> HttpResponse<T> exchange(HttpRequest request, HttpResponse.BodyHandler<T> body) {
        try {
            var response = http.send(request, body);
            var token = request.headers()
                    .firstValue(AUTHORIZATION)
                    .filter(header -> header.startsWith(BEARER))
                    .map(header -> header.substring(BEARER.length()));
            if (response.statusCode() != UNAUTHORIZED
                    || token.isEmpty()
                    || !server.tokens().renew(token.get())) {
                return response;
            }
            return http.send(
                    HttpRequest.newBuilder(request, (_, _) -> true)
                            .setHeader(AUTHORIZATION, BEARER + token())
                            .build(),
                    body);
        } catch (SSLException untrusted) {
            throw CommandFailed.unreachable(
                    "The server at %s does not show a certificate that %s vouches for: %s"
                            .formatted(server, server.authority(), untrusted.getMessage()),
                    "Another server may listen there, or the certificate authority is of another data folder.");
        } catch (HttpTimeoutException late) {
            throw CommandFailed.unreachable("The server at %s did not answer in time".formatted(server), "");
        } catch (IOException unreachable) {
            throw unreachable();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailed.failed("Interrupted", "");
        }
    }

    private CommandFailed unreachable() {
        return CommandFailed.unreachable(
                "No server answers at " + server, "Start one with ./millwright up, or check the address.");
    }

    /** Sends what is no JSON, and answers the JSON that comes back. */
    public JsonNode send(HttpRequest.Builder request) {
        var response = exchange(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= FIRST_ERROR) {
            throw refusal(response);
        }
        try {
            return json.readTree(response.body());
        } catch (JsonProcessingException noJson) {
            throw CommandFailed.failed(
                    "The server at %s answered %d with something that is no JSON"
                            .formatted(server, response.statusCode()),
                    "");
        }
    }

    private CommandFailed refusal(HttpResponse<String> response) {
        return refusal(response, response.body());
    }

    private CommandFailed refusal(HttpResponse<?> response, String body) {
        var status = response.statusCode();
        if (NOT_READY.contains(status) || status == NOT_FOUND && !isJson(response)) {
            // a server that is being started answers for applications that it does not have yet
            return CommandFailed.unreachable(
                    "The server at %s is not ready (%d to %s)"
                            .formatted(server, status, response.request().uri().getPath()),
                    "It may still be starting; try again, or see ./millwright status.");
        }
        var reason = reason(response, body);
        if (status == UNAUTHORIZED || status == FORBIDDEN) {
            return CommandFailed.permission(reason, "Check the token, and the role it has in this workspace.");
        }
        return status < FIRST_SERVER_ERROR
                ? CommandFailed.refused(reason, "")
                : CommandFailed.failed(reason, "The server's log says more.");
    }

    private static boolean isJson(HttpResponse<?> response) {
        return response.headers().firstValue("Content-Type").orElse("").contains("json")
                || response.request().method().equals("HEAD");
    }

    private String reason(HttpResponse<?> response, String body) {
        try {
            var problem = json.readTree(body);
            for (var field : new String[] {"detail", "title", "message"}) {
                if (problem.path(field).isTextual()) {
                    return placed(
                            problem.path("field").asText(""),
                            problem.path(field).asText());
                }
            }
        } catch (JsonProcessingException noProblem) {
            // worded below
        }
        return "The server answered %d to %s %s"
                .formatted(
                        response.statusCode(),
                        response.request().method(),
                        response.request().uri().getPath());
    }

    private static String placed(String field, String sentence) {
        return field.isEmpty() || field.equals("null") || sentence.contains(field) ? sentence : field + ": " + sentence;
    }

    private String written(Object body) {
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException unwritable) {
            throw new IllegalArgumentException(unwritable);
        }
    }
}
