package org.millwright.cli.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/**
 * The certificate authority of one server, and the server certificate that it signs.
 *
 * <p>The authority is made once and kept, so that clients which trust it go on trusting it; the server certificate is made anew when it
 * is about to expire, when this machine's name is no longer in it, or when the authority changed.
 *
 * @param folder where the files are
 * @param password of the key stores
 */
record Certificates(Path folder, String password) {
    static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    /** The longest that browsers accept. */
    static final Duration SERVER_LIFE = Duration.ofDays(397);

    static final Duration RENEW_BEFORE = Duration.ofDays(30);

    private static final String AUTHORITY_ALIAS = "ca";
    private static final String SERVER_ALIAS = "server";
    private static final Pattern DNS_LABELS =
            Pattern.compile("(?i)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    private static final int DNS_NAME = 2;

    /** What {@link #ensure} found or did. */
    enum Outcome {
        KEPT,
        RENEWED,
        CREATED
    }

    Path authorityFile() {
        return folder.resolve("ca.pem");
    }

    Path serverKeystore() {
        return folder.resolve("server.p12");
    }

    private Path authorityKeystore() {
        return folder.resolve("ca.p12");
    }

    /** Makes what is missing or about to expire. */
    Outcome ensure(Instant now) throws IOException, GeneralSecurityException {
        PrivateFiles.createFolder(folder);
        var names = serverNames();
        if (Files.exists(authorityKeystore())) {
            var authority = load(authorityKeystore(), AUTHORITY_ALIAS);
            if (isFresh(authority.certificate(), now)) {
                publish(authority);
                if (Files.exists(serverKeystore())) {
                    var server = load(serverKeystore(), SERVER_ALIAS);
                    if (isFresh(server.certificate(), now)
                            && dnsNames(server.certificate()).containsAll(names)
                            && isSignedBy(server.certificate(), authority.certificate())) {
                        return Outcome.KEPT;
                    }
                }
                storeServer(authority, names, now);
                return Outcome.RENEWED;
            }
        }
        var authority = CertificateIssuer.authority(now, AUTHORITY_LIFE);
        store(authorityKeystore(), AUTHORITY_ALIAS, authority, authority.certificate());
        publish(authority);
        storeServer(authority, names, now);
        return Outcome.CREATED;
    }

    private void storeServer(Identity authority, SequencedSet<String> names, Instant now)
            throws IOException, GeneralSecurityException {
        var server = CertificateIssuer.server(authority, names, now, SERVER_LIFE);
        store(serverKeystore(), SERVER_ALIAS, server, server.certificate(), authority.certificate());
    }

    private void publish(Identity authority) throws IOException, GeneralSecurityException {
        var pem = new StringWriter();
        writePem(authority.certificate(), pem);
        publish(pem.toString());
    }

    private void publish(String pem) throws IOException {
        if (!Files.exists(authorityFile()) || !Files.readString(authorityFile()).equals(pem)) {
            PrivateFiles.write(authorityFile(), pem);
        }
    }

    static void writePem(X509Certificate certificate, StringWriter pem) {
        try {
            pem.append("-----BEGIN CERTIFICATE-----\n")
                    .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded()))
                    .append("\n-----END CERTIFICATE-----\n");
        } catch (CertificateEncodingException impossible) {
            throw new IllegalStateException("A certificate that was read can be written", impossible);
        }
    }

    /** Takes the operator's instead: the server shows it, and clients are told to trust its authority. */
    void take(OperatorCertificate given) throws IOException, GeneralSecurityException {
        PrivateFiles.createFolder(folder);
        publish(given.authority());
        store(
                operatorKeystore(),
                SERVER_ALIAS,
                new Identity(given.key(), given.chain().getFirst()),
                given.chain().toArray(Certificate[]::new));
    }

    Path operatorKeystore() {
        return folder.resolve("operator.p12");
    }

    private Identity load(Path file, String alias) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password.toCharArray());
        }
        if (store.getKey(alias, password.toCharArray()) instanceof PrivateKey key
                && store.getCertificate(alias) instanceof X509Certificate certificate) {
            return new Identity(key, certificate);
        }
        throw new GeneralSecurityException("%s has no entry '%s'".formatted(file, alias));
    }

    private void store(Path file, String alias, Identity identity, Certificate... chain)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(alias, identity.key(), password.toCharArray(), chain);
        var bytes = new ByteArrayOutputStream();
        store.store(bytes, password.toCharArray());
        PrivateFiles.write(file, bytes.toByteArray());
    }

    private static boolean isFresh(X509Certificate certificate, Instant now) {
        return certificate.getNotAfter().toInstant().isAfter(now.plus(RENEW_BEFORE));
    }

    private static boolean isSignedBy(X509Certificate certificate, X509Certificate authority) {
        try {
            certificate.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException otherAuthority) {
            return false;
        }
    }

    private static SequencedSet<String> serverNames() {
        var names = new LinkedHashSet<String>();
        names.add("localhost");
        try {
            var host = InetAddress.getLocalHost().getHostName();
            if (DNS_LABELS.matcher(host).matches() && !host.chars().allMatch(c -> c == '.' || Character.isDigit(c))) {
                names.add(host);
            }
        } catch (UnknownHostException nameless) {
            // localhost is enough
        }
        return names;
    }

    private static List<String> dnsNames(X509Certificate certificate) throws GeneralSecurityException {
        var alternatives = certificate.getSubjectAlternativeNames();
        return alternatives == null
                ? List.of()
                : alternatives.stream()
                        .filter(name -> name.getFirst().equals(DNS_NAME))
                        .map(name -> name.getLast().toString())
                        .toList();
    }

    /** A key and what vouches for it. */
    record Identity(PrivateKey key, X509Certificate certificate) {}
}
