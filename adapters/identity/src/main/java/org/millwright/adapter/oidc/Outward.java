package org.millwright.adapter.oidc;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The way to providers: not for long, not more than a little, and to nobody that the first one refers to. It trusts the JDK's
 * certificate authorities whatever the server's own connections trust, and those that the operator adds.
 */
final class Outward {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;

    private final SSLSocketFactory sockets;

    /** @param authorities a PEM file; null for none beside the JDK's */
    Outward(@Nullable Path authorities) {
        this.sockets = trusting(authorities);
    }

    /** For keys and published configurations. */
    DefaultResourceRetriever retriever() {
        return new DefaultResourceRetriever(
                (int) CONNECT_PATIENCE.toMillis(), (int) READ_PATIENCE.toMillis(), MOST_BYTES, true, sockets);
    }

    HTTPRequest prepare(HTTPRequest request) {
        request.setConnectTimeout((int) CONNECT_PATIENCE.toMillis());
        request.setReadTimeout((int) READ_PATIENCE.toMillis());
        request.setFollowRedirects(false);
        request.setSSLSocketFactory(sockets);
        return request;
    }

    private static SSLSocketFactory trusting(@Nullable Path authorities) {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities == null ? null : with(authorities));
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException unusable) {
            throw new IllegalStateException(
                    "MILLWRIGHT_OIDC_CA_FILE: the certificates in %s cannot be used".formatted(authorities), unusable);
        }
    }

    private static KeyStore with(Path authorities) throws IOException, GeneralSecurityException {
        var known = KeyStore.getInstance(KeyStore.getDefaultType());
        known.load(null, null);
        var number = 0;
        var usual = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        usual.init((KeyStore) null);
        for (var manager : usual.getTrustManagers()) {
            if (manager instanceof X509TrustManager issuers) {
                for (var issuer : issuers.getAcceptedIssuers()) {
                    known.setCertificateEntry("public-" + number++, issuer);
                }
            }
        }
        try (var pem = Files.newInputStream(authorities)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                known.setCertificateEntry("added-" + number++, certificate);
            }
        }
        return known;
    }
}
