package org.millwright.adapter.oidc;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
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
 * The way to providers and issuers: not for long, not more than a little, and to nobody that the first one refers to. It trusts
 * the JDK's certificate authorities whatever the server's own connections trust, and those that the operator adds.
 */
final class Outward {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1 << 20;

    private final SSLSocketFactory sockets;
    private final Reach reach;

    /** How far somebody may send the server. */
    private enum Reach {
        /** Over TLS, or on this machine: for what the operator configured. */
        CONFIGURED,
        /** Over TLS, and to public addresses only: for what an administrator named. */
        PUBLIC,
        /** Wherever it is: for what the operator says is their own. */
        OWN
    }

    private Outward(SSLSocketFactory sockets, Reach reach) {
        this.sockets = sockets;
        this.reach = reach;
    }

    /** @param authorities a PEM file; null for none beside the JDK's */
    Outward(@Nullable Path authorities) {
        this(trusting(authorities), Reach.CONFIGURED);
    }

    /** The way to issuers on the public network alone, whatever their names resolve to. */
    Outward toThePublic() {
        return new Outward(new PublicSockets(sockets), Reach.PUBLIC);
    }

    /** The way to issuers in the operator's own network, also without TLS. */
    Outward toOwn() {
        return new Outward(sockets, Reach.OWN);
    }

    /** @throws IllegalArgumentException when the server may not be sent there */
    void requireAllowed(URI address) {
        switch (reach) {
            case CONFIGURED -> Addresses.requireSafe(address);
            case PUBLIC -> Addresses.requireTls(address);
            case OWN -> Addresses.requireHost(address);
        }
    }

    /** For keys and published configurations. */
    DefaultResourceRetriever retriever() {
        return new DefaultResourceRetriever(
                (int) CONNECT_PATIENCE.toMillis(), (int) READ_PATIENCE.toMillis(), MOST_BYTES, true, sockets) {
            @Override
            protected HttpURLConnection openHTTPConnection(URL address) throws IOException {
                var connection = super.openHTTPConnection(address);
                connection.setInstanceFollowRedirects(false);
                return connection;
            }
        };
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
