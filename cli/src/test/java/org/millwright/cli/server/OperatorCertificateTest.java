package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.server.Certificates.Identity;

class OperatorCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private Identity authority;
    private Identity server;

    @BeforeEach
    void an_operator_has_a_certificate_of_their_own_authority() throws IOException, GeneralSecurityException {
        authority = CertificateIssuer.authority(NOW, Duration.ofDays(100));
        server = CertificateIssuer.server(authority, List.of("ml.example.test"), NOW, Duration.ofDays(10));
        environment.put("MILLWRIGHT_PUBLIC_URL", "https://ml.example.test");
        environment.put("MILLWRIGHT_TLS_CERTIFICATE", pem("chain.pem", server, authority));
        environment.put("MILLWRIGHT_TLS_KEY", key("key.pem", server));
    }

    @Test
    void the_server_shows_it_and_clients_are_told_to_trust_its_authority() throws Exception {
        var certificates = new Certificates(folder.resolve("tls"), "secret");
        certificates.ensure(NOW);
        certificates.take(OperatorCertificate.of(environment, NOW).orElseThrow());

        assertThat(certificates.operatorKeystore()).exists();
        assertThat(certificates.authorityFile()).content().isEqualTo(pemText(authority));
        certificates.ensure(NOW);
        assertThat(certificates.authorityFile())
                .as("without it, ours again")
                .content()
                .isNotEqualTo(pemText(authority));
    }

    @Test
    void without_one_there_is_none() {
        assertThat(OperatorCertificate.of(Map.of(), NOW)).isEmpty();
    }

    @Test
    void a_chain_that_ends_before_the_authority_needs_the_authority_to_be_named() throws IOException {
        environment.put("MILLWRIGHT_TLS_CERTIFICATE", pem("leaf.pem", server));
        refused("MILLWRIGHT_CA_FILE is needed");
        environment.put("MILLWRIGHT_CA_FILE", pem("ca.pem", authority));
        assertThat(OperatorCertificate.of(environment, NOW).orElseThrow().authority())
                .isEqualTo(pemText(authority));
    }

    @Test
    void what_cannot_be_used_is_named() throws IOException {
        environment.put("MILLWRIGHT_TLS_KEY", key("other.pem", authority));
        refused("MILLWRIGHT_TLS_KEY is not the key of the certificate");
        environment.put("MILLWRIGHT_TLS_KEY", pem("no-key.pem", server));
        refused("holds no private key");
        environment.put("MILLWRIGHT_TLS_KEY", folder.resolve("nothing").toString());
        refused("there is no such file");
        environment.remove("MILLWRIGHT_TLS_KEY");
        refused("belong together");
    }

    @Test
    void an_expired_certificate_and_one_without_a_name_to_ask_for_are_refused() {
        assertThatThrownBy(() -> OperatorCertificate.of(environment, NOW.plus(Duration.ofDays(11))))
                .hasMessageContaining("expired");
        environment.remove("MILLWRIGHT_PUBLIC_URL");
        refused("MILLWRIGHT_PUBLIC_URL is needed");
    }

    private void refused(String words) {
        assertThatThrownBy(() -> OperatorCertificate.of(environment, NOW)).hasMessageContaining(words);
    }

    private String pem(String name, Identity... identities) throws IOException {
        var text = new StringBuilder();
        for (var identity : identities) {
            text.append(pemText(identity));
        }
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static String pemText(Identity identity) {
        var text = new StringWriter();
        Certificates.writePem(identity.certificate(), text);
        return text.toString();
    }

    private String key(String name, Identity identity) throws IOException {
        return Files.writeString(
                        folder.resolve(name),
                        "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                                .formatted(Base64.getMimeEncoder(64, new byte[] {'\n'})
                                        .encodeToString(identity.key().getEncoded())))
                .toString();
    }
}
