package org.millwright.access.model;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * The public half of a key that a service principal signs with (RFC 7523). Who signed the certificate itself does not matter:
 * an administrator said that it is this one.
 *
 * @param subject the name in it, for people
 * @param thumbprint SHA-256 of it, in base64url without padding: what a token's header calls {@code x5t#S256}
 * @param pem it, and nothing else
 */
public record ClientCertificate(
        CredentialId id,
        PrincipalId service,
        String name,
        String subject,
        String thumbprint,
        String pem,
        Instant createdAt,
        Instant notBefore,
        Instant expiresAt,
        @Nullable Instant lastUsedAt) {
    private static final int LONGEST = 20_000;
    private static final int LEAST_RSA_BITS = 2048;
    private static final int LEAST_CURVE_BITS = 256;

    /**
     * Of a file.
     *
     * @throws Refused with Invalid for {@code certificate} when it is none, has a weak key, has ended or holds a private key
     */
    public static ClientCertificate of(CredentialId id, PrincipalId service, String name, String file, Instant now) {
        if (name.isBlank() || name.length() > 200) {
            throw Refused.invalid("name", "1 to 200 characters");
        }
        if (file.contains("PRIVATE KEY")) {
            throw Refused.invalid(
                    "certificate", "holds a private key, which is nobody's business: send the certificate alone");
        }
        var certificate = parse(file);
        if (!certificate.getNotAfter().toInstant().isAfter(now)) {
            throw Refused.invalid(
                    "certificate", "has expired at " + certificate.getNotAfter().toInstant());
        }
        requireStrong(certificate);
        Principal subject = certificate.getSubjectX500Principal();
        return new ClientCertificate(
                id,
                service,
                name,
                subject.getName(),
                thumbprint(certificate),
                pem(certificate),
                now,
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                null);
    }

    public X509Certificate certificate() {
        return parse(pem);
    }

    /** Whether a token's header means this one: by its thumbprint, or by the id that we gave it. */
    public boolean isMeantBy(SignedToken token) {
        if (token.certificate() != null) {
            return thumbprint.equals(token.certificate());
        }
        return thumbprint.equals(token.key()) || id.toString().equals(token.key());
    }

    /** @throws Refused with Unauthenticated outside its time */
    public void requireCurrent(Instant now) {
        if (now.isBefore(notBefore) || !now.isBefore(expiresAt)) {
            throw new Refused(new Problem.Unauthenticated(
                    "The certificate '%s' is good from %s to %s".formatted(name, notBefore, expiresAt)));
        }
    }

    private static X509Certificate parse(String file) {
        if (file.length() > LONGEST) {
            throw Refused.invalid("certificate", "at most %d characters".formatted(LONGEST));
        }
        try {
            var found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)));
            if (found.size() == 1 && found.iterator().next() instanceof X509Certificate one) {
                return one;
            }
        } catch (CertificateException unreadable) {
            // The message below says what is wanted.
        }
        throw Refused.invalid("certificate", "one X.509 certificate in PEM");
    }

    private static void requireStrong(X509Certificate certificate) {
        var strong =
                switch (certificate.getPublicKey()) {
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
                    case ECPublicKey curve -> curve.getParams().getOrder().bitLength() >= LEAST_CURVE_BITS;
                    default -> false;
                };
        if (!strong) {
            throw Refused.invalid(
                    "certificate",
                    "a key of RSA with %d bits or more, or of a curve such as P-256".formatted(LEAST_RSA_BITS));
        }
    }

    private static String thumbprint(X509Certificate certificate) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Sha256.newDigest().digest(certificate.getEncoded()));
        } catch (CertificateEncodingException unreadable) {
            throw Refused.invalid("certificate", "one X.509 certificate in PEM");
        }
    }

    private static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException unreadable) {
            throw Refused.invalid("certificate", "one X.509 certificate in PEM");
        }
    }
}
