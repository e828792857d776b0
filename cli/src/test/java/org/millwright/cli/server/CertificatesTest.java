package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.cli.client.Trust;

class CertificatesTest {
    private static final String PASSWORD = "not a secret here";

    @TempDir
    Path folder;

    private Certificates certificates;

    @BeforeEach
    void in_an_empty_folder() {
        certificates = new Certificates(folder.resolve("tls"), PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "::1"})
    void a_client_that_trusts_the_authority_shakes_hands_under_every_local_name(String host) throws Exception {
        certificates.ensure(Instant.now());

        assertThat(handshake(host, certificates.authorityFile())).isEqualTo("CN=localhost, O=Millwright");
    }

    @Test
    void a_name_that_is_not_this_server_is_not_trusted() throws Exception {
        certificates.ensure(Instant.now());

        assertThatThrownBy(() -> handshake("example.org", certificates.authorityFile()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void another_authority_is_not_trusted() throws Exception {
        certificates.ensure(Instant.now());
        var other = new Certificates(folder.resolve("other"), PASSWORD);
        other.ensure(Instant.now());

        assertThatThrownBy(() -> handshake("localhost", other.authorityFile())).isInstanceOf(SSLException.class);
    }

    @Test
    void what_is_fresh_is_kept() throws Exception {
        var now = Instant.now();
        assertThat(certificates.ensure(now)).isEqualTo(Certificates.Outcome.CREATED);
        var authority = Files.readString(certificates.authorityFile());
        var server = Files.readAllBytes(certificates.serverKeystore());

        assertThat(certificates.ensure(now.plus(Duration.ofDays(300)))).isEqualTo(Certificates.Outcome.KEPT);
        assertThat(certificates.authorityFile()).hasContent(authority);
        assertThat(certificates.serverKeystore()).hasBinaryContent(server);
    }

    @Test
    void a_server_certificate_that_expires_within_thirty_days_is_renewed_by_the_same_authority() throws Exception {
        var now = Instant.now();
        certificates.ensure(now);
        var authority = Files.readString(certificates.authorityFile());
        var soon = now.plus(Certificates.SERVER_LIFE).minus(Certificates.RENEW_BEFORE);

        assertThat(certificates.ensure(soon)).isEqualTo(Certificates.Outcome.RENEWED);
        assertThat(certificates.authorityFile()).hasContent(authority);
        assertThat(serverCertificate().getNotAfter().toInstant()).isAfter(soon.plus(Duration.ofDays(390)));
    }

    @Test
    void an_authority_that_expires_is_made_anew_with_its_server_certificate() throws Exception {
        var now = Instant.now();
        certificates.ensure(now);
        var authority = Files.readString(certificates.authorityFile());

        assertThat(certificates.ensure(now.plus(Certificates.AUTHORITY_LIFE))).isEqualTo(Certificates.Outcome.CREATED);
        assertThat(Files.readString(certificates.authorityFile())).isNotEqualTo(authority);
    }

    @Test
    void a_lost_certificate_file_is_written_again() throws Exception {
        certificates.ensure(Instant.now());
        var authority = Files.readString(certificates.authorityFile());
        Files.delete(certificates.authorityFile());

        assertThat(certificates.ensure(Instant.now())).isEqualTo(Certificates.Outcome.KEPT);
        assertThat(certificates.authorityFile()).hasContent(authority);
    }

    private X509Certificate serverCertificate() throws IOException, GeneralSecurityException {
        return (X509Certificate) serverKeys().getCertificate("server");
    }

    private KeyStore serverKeys() throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(certificates.serverKeystore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /** Connects to a server with our keys under a name. @return whom the client saw */
    private String handshake(String host, Path authority) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(serverKeys(), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        try (var listening =
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (var accepted = listening.accept()) {
                    accepted.getInputStream().read();
                } catch (IOException clientLeft) {
                    // the client says what it saw
                }
            });
            try (var client = (SSLSocket) Trust.in(authority)
                    .getSocketFactory()
                    .createSocket(
                            new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort()),
                            host,
                            listening.getLocalPort(),
                            true)) {
                var parameters = client.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                client.setSSLParameters(parameters);
                client.startHandshake();
                return client.getSession().getPeerPrincipal().getName().replace(",O=", ", O=");
            }
        }
    }
}
