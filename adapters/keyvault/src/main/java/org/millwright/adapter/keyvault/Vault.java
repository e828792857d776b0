package org.millwright.adapter.keyvault;

import com.azure.core.credential.TokenCredential;
import com.azure.core.exception.AzureException;
import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.ExponentialBackoffOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.identity.ChainedTokenCredentialBuilder;
import com.azure.identity.EnvironmentCredentialBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import com.azure.security.keyvault.keys.KeyClient;
import com.azure.security.keyvault.keys.KeyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.CryptographyClient;
import com.azure.security.keyvault.keys.cryptography.CryptographyClientBuilder;
import com.azure.security.keyvault.keys.cryptography.models.KeyWrapAlgorithm;
import com.azure.security.keyvault.keys.models.KeyType;
import java.io.Serial;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** The one class that touches Azure's SDK, so that nothing of that is loaded on servers without a vault. */
final class Vault {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int FORBIDDEN = 403;
    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;

    private final VaultKeyAddress address;
    private final TokenCredential credential;
    private final HttpClient http;
    private final boolean verified;
    private final KeyClient keys;
    private final Map<String, CryptographyClient> byIdentifier = new ConcurrentHashMap<>();

    /** The vault does not answer, or refuses us. */
    static final class Away extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String reason;

        Away(String reason, Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /** @param verified whether a vault must name itself as Azure's do, before it gets a token; false only for stand-ins */
    Vault(VaultKeyAddress address, TokenCredential credential, HttpClient http, boolean verified) {
        this.address = address;
        this.credential = credential;
        this.http = http;
        this.verified = verified;
        var builder = new KeyClientBuilder()
                .vaultUrl(address.vaultUrl())
                .credential(credential)
                .httpClient(http)
                .retryOptions(retries());
        this.keys = (verified ? builder : builder.disableChallengeResourceVerification()).buildClient();
    }

    static Vault connect(VaultKeyAddress address) {
        var http = new JdkHttpClientBuilder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .responseTimeout(ANSWER_TIMEOUT)
                .readTimeout(ANSWER_TIMEOUT)
                .build();
        return new Vault(address, signIn(http), http, true);
    }

    /** As a server: not by what a developer is signed in to on the same machine. */
    private static TokenCredential signIn(HttpClient http) {
        var chain = new ChainedTokenCredentialBuilder()
                .addLast(new EnvironmentCredentialBuilder().httpClient(http).build());
        if (System.getenv("AZURE_FEDERATED_TOKEN_FILE") != null) {
            chain.addLast(
                    new WorkloadIdentityCredentialBuilder().httpClient(http).build());
        }
        return chain.addLast(new ManagedIdentityCredentialBuilder()
                        .clientId(System.getenv("AZURE_CLIENT_ID"))
                        .httpClient(http)
                        .build())
                .build();
    }

    /** @param wanted null for the newest */
    String version(@Nullable String wanted) {
        return asked(
                "read the key",
                () -> Objects.requireNonNull(
                        keys.getKey(address.name(), wanted).getProperties().getVersion()));
    }

    String rotate() {
        try {
            return asked(
                    "rotate the key",
                    () -> Objects.requireNonNull(
                            keys.rotateKey(address.name()).getProperties().getVersion()));
        } catch (Away refused) {
            if (refused.getCause() instanceof HttpResponseException answer && status(answer) == FORBIDDEN) {
                throw new Refused(
                        new Problem.NotSupported(
                                "A new version of the key made by this server",
                                "its identity may not rotate keys there; rotate it in the vault and take it over (--existing)"));
            }
            throw refused;
        }
    }

    byte[] wrap(String identifier, byte[] dataKey) {
        return asked("wrap by the key", () -> {
            var client = client(identifier);
            return client.wrapKey(algorithm(client), dataKey).getEncryptedKey();
        });
    }

    /** @throws IllegalStateException when the vault answers that this is nothing that it wrapped */
    byte[] unwrap(String identifier, byte[] wrapped) {
        try {
            return asked("unwrap by the key", () -> {
                var client = client(identifier);
                return client.unwrapKey(algorithm(client), wrapped).getKey();
            });
        } catch (Away refused) {
            if (refused.getCause() instanceof HttpResponseException answer
                    && (status(answer) == BAD_REQUEST || status(answer) == NOT_FOUND)) {
                byIdentifier.remove(identifier); // a browser may have made it up
                throw new IllegalStateException("The vault does not unwrap it with the key " + identifier, refused);
            }
            throw refused;
        }
    }

    private CryptographyClient client(String identifier) {
        return byIdentifier.computeIfAbsent(identifier, id -> {
            var builder = new CryptographyClientBuilder()
                    .keyIdentifier(id)
                    .credential(credential)
                    .httpClient(http)
                    .retryOptions(retries());
            return (verified ? builder : builder.disableChallengeResourceVerification()).buildClient();
        });
    }

    private static KeyWrapAlgorithm algorithm(CryptographyClient client) {
        var type = client.getKey().getKeyType();
        return KeyType.OCT.equals(type) || KeyType.OCT_HSM.equals(type)
                ? KeyWrapAlgorithm.A256KW
                : KeyWrapAlgorithm.RSA_OAEP_256;
    }

    private static RetryOptions retries() {
        return new RetryOptions(new ExponentialBackoffOptions()
                .setMaxRetries(2)
                .setBaseDelay(Duration.ofMillis(200))
                .setMaxDelay(Duration.ofSeconds(1)));
    }

    private <T> T asked(String what, Supplier<T> question) {
        try {
            return question.get();
        } catch (ClientAuthenticationException refused) {
            throw new Away("this server cannot sign in there: " + firstLine(refused), refused);
        } catch (HttpResponseException answer) {
            throw new Away(
                    "it answers %d to the wish to %s '%s'".formatted(status(answer), what, address.name()), answer);
        } catch (AzureException | IllegalStateException | java.io.UncheckedIOException silent) {
            throw new Away("it does not answer: " + firstLine(silent), silent);
        } catch (RuntimeException wrapped) {
            // Reactor hides what happened in exceptions of its own.
            if (wrapped.getCause() instanceof java.io.IOException
                    || wrapped.getCause() instanceof java.util.concurrent.TimeoutException) {
                throw new Away("it does not answer: " + firstLine(wrapped.getCause()), wrapped);
            }
            throw wrapped;
        }
    }

    private static int status(HttpResponseException answer) {
        return answer.getResponse() == null ? 0 : answer.getResponse().getStatusCode();
    }

    private static String firstLine(Throwable failure) {
        var message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
