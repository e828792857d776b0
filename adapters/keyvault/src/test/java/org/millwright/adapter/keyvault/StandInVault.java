package org.millwright.adapter.keyvault;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A vault with one RSA key, as Azure's answers over HTTPS: it wants a token and says where to get one, and it really unwraps.
 * Of the REST API (7.x) it has: get a key, rotate it, wrap and unwrap.
 */
final class StandInVault implements AutoCloseable {
    static final String KEY = "millwright";
    static final String TOKEN = "a-token";

    private static final Pattern OPERATION = Pattern.compile("/keys/" + KEY + "(?:/([0-9a-f]{32}))?(?:/(\\w*))?");
    private static final Pattern VALUE = Pattern.compile("\"value\"\\s*:\\s*\"([^\"]*)\"");

    private final HttpsServer server;
    private final SSLContext tls;
    private final Map<String, KeyPair> versions = new LinkedHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int refusal;

    StandInVault() throws Exception {
        var pair = pair();
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        var certificate = certificate(pair);
        store.setKeyEntry("vault", pair.getPrivate(), new char[0], new java.security.cert.Certificate[] {certificate});
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var trust = TrustManagerFactory.getInstance("PKIX");
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("vault", certificate);
        trust.init(trusted);
        tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", this::answer);
        server.start();
        addVersion();
    }

    SSLContext tls() {
        return tls;
    }

    VaultKeyAddress address() {
        return VaultKeyAddress.parse(
                "https://localhost:%d/keys/%s".formatted(server.getAddress().getPort(), KEY));
    }

    /** What was asked of it with a token, in order. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    /** Answers this status to all from now on; 0 for none. */
    void refuse(int status) {
        refusal = status;
    }

    String addVersion() throws GeneralSecurityException {
        var version = "%032x".formatted(versions.size() + 1);
        synchronized (versions) {
            versions.put(version, pair());
        }
        return version;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                exchange.getResponseHeaders()
                        .set(
                                "WWW-Authenticate",
                                "Bearer authorization=\"https://login.example/00000000-0000-0000-0000-000000000001\", resource=\"https://vault.azure.net\"");
                send(exchange, 401, "{}");
                return;
            }
            operate(exchange, body);
        }
    }

    private void operate(HttpExchange exchange, String body) {
        try {
            var operation = OPERATION.matcher(exchange.getRequestURI().getPath());
            if (!operation.matches()) {
                send(exchange, 404, error("KeyNotFound"));
                return;
            }
            var verb = operation.group(2) == null || operation.group(2).isEmpty() ? "get" : operation.group(2);
            asked.add(verb);
            if (refusal != 0) {
                send(exchange, refusal, error("Forbidden"));
                return;
            }
            var version = operation.group(1) == null ? newest() : operation.group(1);
            switch (verb) {
                case "get" -> send(exchange, 200, key(version));
                case "rotate" -> send(exchange, 200, key(addVersion()));
                case "wrapkey" ->
                    send(
                            exchange,
                            200,
                            turned(version, Cipher.ENCRYPT_MODE, pair(version).getPublic(), body));
                case "unwrapkey" ->
                    send(
                            exchange,
                            200,
                            turned(version, Cipher.DECRYPT_MODE, pair(version).getPrivate(), body));
                default -> send(exchange, 404, error("NotFound"));
            }
        } catch (GeneralSecurityException wrong) {
            send(exchange, 400, error("BadParameter"));
        }
    }

    private String newest() {
        synchronized (versions) {
            return new ArrayList<>(versions.keySet()).getLast();
        }
    }

    private KeyPair pair(String version) throws GeneralSecurityException {
        synchronized (versions) {
            var pair = versions.get(version);
            if (pair == null) {
                throw new GeneralSecurityException("No version " + version);
            }
            return pair;
        }
    }

    private String identifier(String version) {
        return "%s/keys/%s/%s".formatted(address().vaultUrl(), KEY, version);
    }

    private String key(String version) throws GeneralSecurityException {
        var rsa = (RSAPublicKey) pair(version).getPublic();
        return """
                {"key":{"kid":"%s","kty":"RSA","key_ops":["wrapKey","unwrapKey"],"n":"%s","e":"%s"},
                 "attributes":{"enabled":true,"created":1,"updated":1,"recoveryLevel":"Recoverable"}}
                """.formatted(identifier(version), number(rsa.getModulus()), number(rsa.getPublicExponent()));
    }

    private String turned(String version, int mode, Key key, String body) throws GeneralSecurityException {
        var value = VALUE.matcher(body);
        if (!value.find()) {
            throw new GeneralSecurityException("No value");
        }
        var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(
                mode,
                key,
                new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
        var turned = cipher.doFinal(Base64.getUrlDecoder().decode(value.group(1)));
        return "{\"kid\":\"%s\",\"value\":\"%s\"}".formatted(identifier(version), text(turned));
    }

    private static String error(String code) {
        return "{\"error\":{\"code\":\"%s\",\"message\":\"no\"}}".formatted(code);
    }

    private static String number(BigInteger number) {
        var bytes = number.toByteArray();
        return text(bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void send(HttpExchange exchange, int status, String json) {
        try {
            var bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static KeyPair pair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static java.security.cert.X509Certificate certificate(KeyPair pair)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        var name = new X500Name("CN=localhost");
        var now = Instant.now();
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(now.minus(1, ChronoUnit.DAYS)),
                                Date.from(now.plus(1, ChronoUnit.DAYS)),
                                name,
                                pair.getPublic())
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")))
                        .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
    }
}
