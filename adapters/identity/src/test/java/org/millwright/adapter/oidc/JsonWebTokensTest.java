package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.IssuerSettings;
import org.millwright.shared.Refused;

/** What is read from a token, whose signature is believed, and whom the server asks for keys. */
class JsonWebTokensTest {
    private static final String SUBJECT = "repo:acme/churn:environment:production";

    private StubProvider issuer;
    private JsonWebTokens tokens;

    @TempDir
    Path folder;

    @BeforeEach
    void start() throws Exception {
        issuer = new StubProvider();
        tokens = tokens(Set.of(URI.create(issuer.issuer())));
    }

    @AfterEach
    void stop() throws Exception {
        issuer.close();
    }

    private static JsonWebTokens tokens(Set<URI> own) {
        return new JsonWebTokens(
                new Providers(new EnvironmentProviders(Map.of()), Clock.systemUTC()),
                new IssuerSettings(own),
                Clock.systemUTC());
    }

    @Test
    void what_a_job_of_github_says_is_read_and_its_signature_believed() throws Exception {
        // As https://token.actions.githubusercontent.com/.well-known/openid-configuration is, which names no place to
        // sign in.
        issuer.publish("""
                {"issuer":"%1$s","jwks_uri":"%1$s/jwks","subject_types_supported":["public","pairwise"],
                 "response_types_supported":["id_token"],
                 "claims_supported":["sub","aud","exp","iat","iss","jti","nbf","ref","sha","repository","repository_id"],
                 "id_token_signing_alg_values_supported":["RS256"],"scopes_supported":["openid"]}
                """.formatted(issuer.issuer()));
        var token = tokens.read(issuer.sign(claims().claim("repository_id", "4711")
                .claim("run_attempt", 1)
                .claim("ref_protected", true)
                .build()));
        tokens.requireSignedBy(URI.create(issuer.issuer()), token);
        assertThat(token.claims().subject()).isEqualTo(SUBJECT);
        assertThat(token.claims().audience()).containsExactly("millwright");
        assertThat(token.claims().value("repository_id")).isEqualTo("4711");
        assertThat(token.claims().value("run_attempt")).isEqualTo("1");
        assertThat(token.claims().value("ref_protected")).isEqualTo("true");
        assertThat(token.claims().value("aud")).isNull();
    }

    @Test
    void a_key_that_came_since_is_asked_for_and_one_that_went_is_not_believed() throws Exception {
        var address = URI.create(issuer.issuer());
        var old = tokens.read(issuer.sign(claims().build()));
        tokens.requireSignedBy(address, old);
        issuer.rotate();
        tokens.requireSignedBy(address, tokens.read(issuer.sign(claims().build())));
        assertUnauthenticated(() -> tokens.requireSignedBy(address, old), "not signed by a known key");
    }

    @Test
    void the_issuers_name_on_anothers_signature_is_not_believed() throws Exception {
        try (var evil = new StubProvider()) {
            var token = tokens.read(evil.sign(claims().build()));
            assertUnauthenticated(
                    () -> tokens.requireSignedBy(URI.create(issuer.issuer()), token), "not signed by a known key");
        }
    }

    @Test
    void what_nobody_or_a_shared_secret_signed_is_refused() throws Exception {
        assertUnauthenticated(() -> tokens.read(new PlainJWT(claims().build()).serialize()), "'none' is not believed");
        var shared = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims().build());
        shared.sign(new MACSigner(new byte[32]));
        assertUnauthenticated(() -> tokens.read(shared.serialize()), "'HS256' is not believed");
        for (var nonsense : new String[] {"", "a.b.c", "eyJhbGciOiJSUzI1NiJ9.e30", "ey..", "{}", "x".repeat(20_000)}) {
            assertUnauthenticated(() -> tokens.read(nonsense), "");
        }
    }

    @Test
    void an_issuer_in_the_operators_network_is_asked_only_when_the_operator_named_it() throws Exception {
        var token = tokens.read(issuer.sign(claims().build()));
        assertUnauthenticated(
                () -> tokens(Set.of()).requireSignedBy(URI.create(issuer.issuer()), token), "cannot be reached");
        assertThat(issuer.askedForConfiguration).hasValue(0);
    }

    @Test
    void over_tls_nothing_is_said_to_what_is_not_on_the_public_network() throws Exception {
        var token = tokens.read(issuer.sign(claims().build()));
        try (var here = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = URI.create("https://localhost:" + here.getLocalPort());
            assertUnauthenticated(() -> tokens.requireSignedBy(address, token), "cannot be reached");
            try (var connection = here.accept()) {
                connection.setSoTimeout(10_000);
                assertThat(connection.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @Test
    void keys_elsewhere_than_over_tls_are_not_asked_for() throws Exception {
        var settings = ProviderSettings.ofIssuer(URI.create("https://issuer.example"));
        var outward = new Outward(null).toThePublic();
        assertThat(settings.toString()).contains("issuer.example");
        for (var address :
                new String[] {"http://127.0.0.1/keys", "file:///etc/passwd", "https://user@issuer.example/"}) {
            assertThatThrownBy(() -> outward.requireAllowed(URI.create(address)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        outward.requireAllowed(URI.create("https://issuer.example/keys"));
    }

    @Test
    void a_statement_is_believed_that_the_key_of_the_certificate_signed() throws Exception {
        var entry = certificate();
        var certificate = ClientCertificate.of(
                new CredentialId(new UUID(0, 1)),
                new PrincipalId("nightly"),
                "spring",
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(entry.certificate().getEncoded())
                        + "\n-----END CERTIFICATE-----\n",
                Instant.now());
        var header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .x509CertSHA256Thumbprint(new Base64URL(certificate.thumbprint()))
                .build();
        var signed = new SignedJWT(header, claims().build());
        signed.sign(new ECDSASigner(entry.key()));
        var token = tokens.read(signed.serialize());
        assertThat(certificate.isMeantBy(token)).isTrue();
        tokens.requireSignedBy(certificate, token);

        var byAnother = tokens.read(issuer.sign(claims().build()));
        assertUnauthenticated(() -> tokens.requireSignedBy(certificate, byAnother), "not signed by the key");
    }

    private record Entry(ECKey key, X509Certificate certificate) {}

    /** As an administrator makes one with the tools of the JDK. */
    private Entry certificate() throws Exception {
        var file = folder.resolve("keys.p12");
        var made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "k",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=nightly",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(made.getInputStream().readAllBytes())).doesNotContain("error");
        assertThat(made.waitFor()).isZero();
        var store = KeyStore.getInstance("PKCS12");
        try (var stream = Files.newInputStream(file)) {
            store.load(stream, "changeit".toCharArray());
        }
        var certificate = (X509Certificate) store.getCertificate("k");
        var key = new ECKey.Builder(ECKey.parse(certificate))
                .privateKey((ECPrivateKey) store.getKey("k", "changeit".toCharArray()))
                .build();
        assertThat(key.getCurve()).isEqualTo(Curve.P_256);
        return new Entry(key, certificate);
    }

    private JWTClaimsSet.Builder claims() {
        var now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(issuer.issuer())
                .subject(SUBJECT)
                .audience("millwright")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)));
    }

    private static void assertUnauthenticated(ThrowingCallable attempt, String words) {
        assertThatThrownBy(attempt).isInstanceOfSatisfying(Refused.class, refused -> assertThat(
                        refused.problem().sentence())
                .contains(words));
    }
}
