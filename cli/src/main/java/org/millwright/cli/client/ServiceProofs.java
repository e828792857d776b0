package org.millwright.cli.client;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.millwright.cli.CommandFailed;

/** The ways in which a service principal proves itself. */
public final class ServiceProofs {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int OK = 200;

    private ServiceProofs() {}

    /** By a client secret. */
    public static ServiceProof secret(String secret) {
        return new ServiceProof() {
            @Override
            public SequencedMap<String, String> fields() {
                var fields = new LinkedHashMap<String, String>();
                fields.put("client_secret", secret);
                return fields;
            }

            @Override
            public boolean isForOneTime() {
                return false;
            }
        };
    }

    /** By the token of somebody whom the service trusts, which others keep fresh in a file. */
    public static ServiceProof file(Path file) {
        return new ServiceProof() {
            @Override
            public SequencedMap<String, String> fields() throws IOException {
                if (!Files.isReadable(file)) {
                    throw CommandFailed.permission("The federated token's file %s cannot be read".formatted(file), "");
                }
                return assertion(Files.readString(file).strip());
            }

            @Override
            public boolean isForOneTime() {
                return true;
            }
        };
    }

    /**
     * By a token that GitHub Actions makes for the job that this command is a step of, as often as it is asked for one.
     *
     * @param request where the job asks, as GitHub says in ACTIONS_ID_TOKEN_REQUEST_URL
     * @param token that lets it ask, as in ACTIONS_ID_TOKEN_REQUEST_TOKEN
     */
    public static ServiceProof github(URI request, String token, String audience) {
        return new ServiceProof() {
            @Override
            public SequencedMap<String, String> fields() throws IOException {
                return assertion(idToken(request, token, audience));
            }

            @Override
            public boolean isForOneTime() {
                return false;
            }
        };
    }

    private static String idToken(URI request, String token, String audience) throws IOException {
        var address = request + (request.getRawQuery() == null ? "?" : "&") + "audience="
                + URLEncoder.encode(audience, StandardCharsets.UTF_8);
        try (var http = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            var answer = http.send(
                    HttpRequest.newBuilder(URI.create(address))
                            .timeout(PATIENCE)
                            .header("Authorization", "bearer " + token)
                            .header("Accept", "application/json")
                            .build(),
                    BodyHandlers.ofString());
            var value = answer.statusCode() == OK
                    ? new JsonMapper().readTree(answer.body()).path("value").asText("")
                    : "";
            if (value.isEmpty()) {
                throw CommandFailed.permission(
                        "GitHub answered %d to the request for an ID token".formatted(answer.statusCode()),
                        "The job needs 'permissions: id-token: write'.");
            }
            return value;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw CommandFailed.failed("Interrupted", "");
        }
    }

    private static SequencedMap<String, String> assertion(String token) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        fields.put("client_assertion", token);
        return fields;
    }
}
