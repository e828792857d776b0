package org.millwright.system;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;

/**
 * Issues tokens as an identity provider does, or GitHub Actions, or Azure DevOps. A job of GitHub asks it for one at
 * {@code /job-token}.
 */
final class TokenIssuer implements AutoCloseable {
    private final HttpServer http;
    private volatile RSAKey key;

    TokenIssuer() throws Exception {
        rotate();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/.well-known/openid-configuration", _ -> """
                {"issuer":"%1$s","authorization_endpoint":"%1$s/authorize","token_endpoint":"%1$s/token","jwks_uri":"%1$s/keys",
                 "response_types_supported":["code","id_token"],"subject_types_supported":["public"],
                 "id_token_signing_alg_values_supported":["RS256"]}""".formatted(url()));
        answer("/keys", _ -> new JWKSet(key.toPublicJWK()).toString());
        answer("/job-token", query -> "{\"value\":\"%s\"}"
                .formatted(
                        sign(claims("repo:acme/churn:environment:production", query.replaceAll(".*audience=", "")))));
        http.start();
    }

    private interface Answer {
        String to(String query) throws Exception;
    }

    private void answer(String path, Answer answer) {
        http.createContext(path, exchange -> {
            try (exchange) {
                var query = exchange.getRequestURI().getQuery();
                var body = answer.to(query == null ? "" : query).getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            } catch (IOException gone) {
                throw gone;
            } catch (Exception defect) {
                throw new IllegalStateException(defect);
            }
        });
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** From now on it signs with another key, and publishes that one alone. */
    void rotate() throws Exception {
        key = new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    }

    /** Good for five minutes. */
    JWTClaimsSet.Builder claims(String subject, String audience) {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .subject(subject)
                .audience(audience)
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
    }

    String sign(JWTClaimsSet.Builder claims) throws Exception {
        var signer = key;
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(signer.getKeyID())
                        .build(),
                claims.build());
        token.sign(new RSASSASigner(signer));
        return token.serialize();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
