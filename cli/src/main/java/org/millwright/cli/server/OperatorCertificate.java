package org.millwright.cli.server;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.millwright.cli.CommandFailed;

/**
 * The certificate that an operator has for this server, instead of the one that we sign ourselves.
 *
 * @param key of the first certificate
 * @param chain the server's certificate, then those that vouch for it
 * @param authority PEM of what clients are to trust
 */
record OperatorCertificate(PrivateKey key, List<X509Certificate> chain, String authority) {
    static final String CERTIFICATE = "MILLWRIGHT_TLS_CERTIFICATE";
    static final String KEY = "MILLWRIGHT_TLS_KEY";
    static final String AUTHORITY = "MILLWRIGHT_CA_FILE";

    private static final String PUBLIC_URL = "MILLWRIGHT_PUBLIC_URL";
    private static final byte[] PROBE = {1, 2, 3};

    /** @return empty when the operator named none @throws CommandFailed naming the variable that is wrong */
    static Optional<OperatorCertificate> of(Map<String, String> environment, Instant now) {
        var certificate = environment.getOrDefault(CERTIFICATE, "");
        var key = environment.getOrDefault(KEY, "");
        if (certificate.isBlank() && key.isBlank()) {
            return Optional.empty();
        }
        if (certificate.isBlank() || key.isBlank()) {
            throw CommandFailed.refused(
                    "%s and %s belong together, and only one of them is set".formatted(CERTIFICATE, KEY),
                    "Each names a PEM file.");
        }
        if (environment.getOrDefault(PUBLIC_URL, "").isBlank()) {
            throw CommandFailed.refused(
                    "%s is needed beside %s: it is the name in the certificate that clients ask for"
                            .formatted(PUBLIC_URL, CERTIFICATE),
                    "Such as https://ml.example.org:8443.");
        }
        var chain = chain(Path.of(certificate));
        var own = chain.getFirst();
        if (own.getNotAfter().before(Date.from(now))) {
            throw CommandFailed.refused(
                    "%s: the certificate expired on %s".formatted(CERTIFICATE, own.getNotAfter()), "");
        }
        var privateKey = key(Path.of(key));
        if (!belongTogether(privateKey, own.getPublicKey())) {
            throw CommandFailed.refused("%s is not the key of the certificate".formatted(KEY), "");
        }
        return Optional.of(
                new OperatorCertificate(privateKey, chain, authority(environment.getOrDefault(AUTHORITY, ""), chain)));
    }

    private static List<X509Certificate> chain(Path file) {
        var chain = new ArrayList<X509Certificate>();
        try (var pem = Files.newInputStream(file)) {
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (IOException | GeneralSecurityException unusable) {
            throw unusable(CERTIFICATE, file, unusable);
        }
        if (chain.isEmpty()) {
            throw CommandFailed.refused("%s: %s holds no certificate".formatted(CERTIFICATE, file), "");
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(Path file) {
        try (var parser = new PEMParser(Files.newBufferedReader(file))) {
            for (var part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo info) {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                }
                if (part instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (PEMException notAKey) {
            throw CommandFailed.refused("%s: %s holds no key that can be read".formatted(KEY, file), "");
        } catch (IOException unusable) {
            throw unusable(KEY, file, unusable);
        }
        throw CommandFailed.refused(
                "%s: %s holds no private key".formatted(KEY, file), "An encrypted key has to be decrypted first.");
    }

    private static boolean belongTogether(PrivateKey key, PublicKey certified) {
        var algorithm = key.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm();
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key, new SecureRandom());
            signature.update(PROBE);
            var signed = signature.sign();
            signature.initVerify(certified);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException ofAnotherKind) {
            return false;
        }
    }

    /** What the operator says, or the end of the chain when it vouches for itself. */
    private static String authority(String named, List<X509Certificate> chain) {
        if (!named.isBlank()) {
            try {
                return Files.readString(Path.of(named));
            } catch (IOException unreadable) {
                throw unusable(AUTHORITY, Path.of(named), unreadable);
            }
        }
        var last = chain.getLast();
        if (!last.getIssuerX500Principal().equals(last.getSubjectX500Principal())) {
            throw CommandFailed.refused(
                    "%s is needed: the chain of the certificate ends before the authority that clients trust"
                            .formatted(AUTHORITY),
                    "Name the authority's PEM file, such as /etc/ssl/certs/ca-certificates.crt for a public one.");
        }
        var pem = new StringWriter();
        Certificates.writePem(last, pem);
        return pem.toString();
    }

    private static CommandFailed unusable(String variable, Path file, Exception why) {
        return CommandFailed.refused(
                "%s: %s cannot be used: %s"
                        .formatted(
                                variable,
                                file,
                                why instanceof NoSuchFileException ? "there is no such file" : why.getMessage()),
                "");
    }
}
