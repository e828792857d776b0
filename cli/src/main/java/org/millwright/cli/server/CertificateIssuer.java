package org.millwright.cli.server;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.millwright.cli.server.Certificates.Identity;

/** Makes keys and certificates. Apart from {@link Certificates}, because most starts need none and its library is slow to load. */
final class CertificateIssuer {
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final List<String> LOOPBACK_ADDRESSES = List.of("127.0.0.1", "::1");

    private CertificateIssuer() {}

    /** An authority that vouches for itself. */
    static Identity authority(Instant now, Duration life) throws IOException, GeneralSecurityException {
        var keys = newKeys();
        // the day tells two authorities of one machine apart in a browser's list
        var subject = new X500Principal("CN=Millwright local CA %s, O=Millwright"
                .formatted(now.toString().substring(0, 10)));
        var certificate = sign(
                subject,
                keys.getPrivate(),
                subject,
                keys.getPublic(),
                now,
                life,
                (builder, extensions) -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                        .addExtension(
                                Extension.subjectKeyIdentifier,
                                false,
                                extensions.createSubjectKeyIdentifier(keys.getPublic())));
        return new Identity(keys.getPrivate(), certificate);
    }

    /** A server that the authority vouches for, under these names and the loopback addresses. */
    static Identity server(Identity authority, Collection<String> names, Instant now, Duration life)
            throws IOException, GeneralSecurityException {
        var keys = newKeys();
        var alternatives = new GeneralNames(Stream.concat(
                        names.stream().map(name -> new GeneralName(GeneralName.dNSName, name)),
                        LOOPBACK_ADDRESSES.stream().map(address -> new GeneralName(GeneralName.iPAddress, address)))
                .toArray(GeneralName[]::new));
        var certificate = sign(
                authority.certificate().getSubjectX500Principal(),
                authority.key(),
                new X500Principal("CN=localhost, O=Millwright"),
                keys.getPublic(),
                now,
                life,
                (builder, extensions) -> builder.addExtension(
                                Extension.basicConstraints, true, new BasicConstraints(false))
                        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                        .addExtension(
                                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
                        .addExtension(Extension.subjectAlternativeName, false, alternatives)
                        .addExtension(
                                Extension.subjectKeyIdentifier,
                                false,
                                extensions.createSubjectKeyIdentifier(keys.getPublic()))
                        .addExtension(
                                Extension.authorityKeyIdentifier,
                                false,
                                extensions.createAuthorityKeyIdentifier(authority.certificate())));
        return new Identity(keys.getPrivate(), certificate);
    }

    private static X509Certificate sign(
            X500Principal issuer,
            PrivateKey issuerKey,
            X500Principal subject,
            PublicKey subjectKey,
            Instant now,
            Duration life,
            Extensions extensions)
            throws IOException, GeneralSecurityException {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(127, new SecureRandom()).setBit(126),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.minus(CLOCK_SKEW).plus(life)),
                    subject,
                    subjectKey);
            extensions.addTo(builder, new JcaX509ExtensionUtils());
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKey)));
        } catch (OperatorCreationException unsupported) {
            throw new GeneralSecurityException(unsupported);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private interface Extensions {
        void addTo(JcaX509v3CertificateBuilder builder, JcaX509ExtensionUtils extensions)
                throws IOException, GeneralSecurityException;
    }
}
