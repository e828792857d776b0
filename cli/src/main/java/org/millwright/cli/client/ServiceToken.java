package org.millwright.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;

/**
 * The access token of a service principal: got when it is needed, and again before it ends, however long a command follows a
 * job.
 */
public final class ServiceToken implements TokenSource {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Before its end it is not used any more: a request takes its time, and clocks differ. */
    private static final Duration EARLY = Duration.ofMinutes(2);

    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int FIRST_SERVER_ERROR = 500;

    private final URI server;
    private final @Nullable Path authority;
    private final String client;
    private final ServiceProof proof;
    private final TokenCache cache;
    private final Clock clock;
    private @Nullable Kept current;

    /** @param until when it ends */
    record Kept(String token, Instant until) {
        boolean isGood(Instant now) {
            return now.isBefore(until.minus(EARLY));
        }
    }

    /**
     * @param server without a trailing slash
     * @param client the id of the service principal
     * @param cache where commands share what they got for a proof of one time
     */
    public ServiceToken(
            URI server, @Nullable Path authority, String client, ServiceProof proof, TokenCache cache, Clock clock) {
        this.server = server;
        this.authority = authority;
        this.client = client;
        this.proof = proof;
        this.cache = cache;
        this.clock = clock;
    }

    @Override
    public synchronized String token() throws IOException {
        var now = clock.instant();
        if (current == null && proof.isForOneTime()) {
            current = cache.read(name()).orElse(null);
        }
        if (current == null || !current.isGood(now)) {
            current = fetched(now);
        }
        return current.token();
    }

    @Override
    public synchronized boolean renew(String refused) throws IOException {
        if (current != null && current.token().equals(refused)) {
            current = fetched(clock.instant());
        }
        return true;
    }

    private String name() {
        return server + " " + client;
    }

    private Kept fetched(Instant now) throws IOException {
        var fields = new LinkedHashMap<String, String>();
        fields.put("grant_type", "client_credentials");
        fields.put("client_id", client);
        fields.putAll(proof.fields());
        var answer = post(fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")));
        var body = json(answer);
        if (answer.statusCode() != OK || !body.path("access_token").isTextual()) {
            throw refusal(answer, body);
        }
        var kept = new Kept(
                body.path("access_token").asText(),
                now.plusSeconds(body.path("expires_in").asLong(0)));
        if (proof.isForOneTime()) {
            cache.write(name(), kept);
        }
        return kept;
    }

    private HttpResponse<String> post(String form) throws IOException {
        var builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE);
        if (authority != null) {
            builder.sslContext(Trust.in(authority));
        }
        try (var http = builder.build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(server + "/oauth2/token"))
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .header("Accept", "application/json")
                            .POST(BodyPublishers.ofString(form))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailed.failed("Interrupted", "");
        }
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return new JsonMapper().readTree(answer.body());
        } catch (JsonProcessingException noJson) {
            return new JsonMapper().createObjectNode();
        }
    }

    private CommandFailed refusal(HttpResponse<String> answer, JsonNode body) {
        var status = answer.statusCode();
        var said = body.path("error_description").asText("");
        var sentence = said.isEmpty()
                ? "The server at %s answered %d to the request for an access token".formatted(server, status)
                : said;
        if (status >= FIRST_SERVER_ERROR || status == TOO_MANY) {
            return CommandFailed.unreachable(sentence, "Try again later.");
        }
        return CommandFailed.permission(
                sentence, "Check the service principal %s and what it signs in by.".formatted(client));
    }
}
