package org.millwright.adapter.oidc;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** A provider that publishes what a test lets it, and counts how often it is asked: for what a proper one never does. */
final class StubProvider implements AutoCloseable {
    private final HttpServer http;
    private final List<ECKey> keys = new ArrayList<>();
    private volatile boolean down;
    private volatile String configuration;
    private volatile int tokenStatus = 400;
    private volatile String tokenAnswer = "{\"error\":\"invalid_grant\"}";

    final AtomicInteger askedForKeys = new AtomicInteger();
    final AtomicInteger askedForConfiguration = new AtomicInteger();

    StubProvider() throws Exception {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            String body = null;
            if (path.endsWith("/.well-known/openid-configuration")) {
                askedForConfiguration.incrementAndGet();
                body = configuration;
            } else if (path.equals("/jwks")) {
                askedForKeys.incrementAndGet();
                body = new JWKSet(keys.stream().map(ECKey::toPublicJWK).collect(Collectors.toList())).toString();
            } else if (path.equals("/token") && !down) {
                var answer = tokenAnswer.getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("Content-Type", "application/json");
                exchange.sendResponseHeaders(tokenStatus, answer.length == 0 ? -1 : answer.length);
                exchange.getResponseBody().write(answer);
                exchange.close();
                return;
            }
            var bytes = body == null || down ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(bytes.length == 0 ? 503 : 200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        http.start();
        configuration = configuration(issuer());
        rotate();
    }

    String issuer() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** From now on it signs with a new key, and no longer publishes the old one. */
    void rotate() throws Exception {
        keys.clear();
        keys.add(new ECKeyGenerator(Curve.P_256)
                .keyID(UUID.randomUUID().toString())
                .generate());
    }

    void goDown() {
        down = true;
    }

    void publish(String text) {
        configuration = text;
    }

    String configuration(String issuer) {
        return """
                {"issuer":"%1$s","authorization_endpoint":"%2$s/authorize","token_endpoint":"%2$s/token","jwks_uri":"%2$s/jwks",
                 "response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["ES256"]}
                """.formatted(issuer, issuer());
    }

    /** Whatever is asked of its token endpoint from now on. */
    void answerTokenRequests(int status, String body) {
        tokenStatus = status;
        tokenAnswer = body;
    }

    /** Good for five minutes. */
    String idToken(String subject, String nonce, Map<String, ?> more) throws Exception {
        return token(subject, more, Map.of("nonce", nonce));
    }

    /** Of a sign-out. @param subject null for none @param session null for none */
    String notice(String subject, String session, Map<String, ?> more) throws Exception {
        return token(subject, more, session == null ? Map.of() : Map.of("sid", session));
    }

    private String token(String subject, Map<String, ?> more, Map<String, ?> evenMore) throws Exception {
        var now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
        more.forEach(claims::claim);
        evenMore.forEach(claims::claim);
        return sign(claims.build());
    }

    String sign(JWTClaimsSet claims) throws Exception {
        var key = keys.getLast();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(key));
        return token.serialize();
    }

    @Override
    public void close() throws IOException {
        http.stop(0);
    }
}
