package org.millwright.adapter.keyvault;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.spi.KeySource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * A key of Azure Key Vault, in all its versions.
 *
 * <p>{@code MILLWRIGHT_KEY_VAULT_KEY} names it; the server signs in as Azure's SDKs do: by {@code AZURE_CLIENT_ID},
 * {@code AZURE_TENANT_ID} and a secret or certificate, by a workload identity, or by the machine's managed identity. While
 * the vault does not answer, whoever asks is refused at once for some seconds, instead of each waiting in turn.
 */
@ApplicationScoped
public class KeyVaultKeys implements KeySource {
    static final String KEY = "MILLWRIGHT_KEY_VAULT_KEY";

    private static final Duration FAIL_FAST = Duration.ofSeconds(5);

    private final @Nullable VaultKeyAddress address;
    private final Clock clock;
    private final Function<VaultKeyAddress, Vault> connect;
    private @Nullable Vault vault;
    private @Nullable KeyId newest;
    private volatile @Nullable Failure failure;

    private record Failure(Refused refused, Instant until) {}

    @Inject
    public KeyVaultKeys(Clock clock) {
        // Not a reference to the method, which would load the SDK where no vault is named.
        this(System.getenv(), clock, address -> Vault.connect(address));
    }

    KeyVaultKeys(Map<String, String> environment, Clock clock, Function<VaultKeyAddress, Vault> connect) {
        var identifier = environment.getOrDefault(KEY, "");
        this.address = identifier.isBlank() ? null : VaultKeyAddress.parse(identifier);
        this.clock = clock;
        this.connect = connect;
    }

    @SuppressWarnings("NullAway")
    protected KeyVaultKeys() {
        this.address = null;
        this.clock = null;
        this.connect = null;
    }

    @Override
    public boolean isConfigured() {
        return address != null;
    }

    @Override
    public String inWords() {
        return "Azure Key Vault, " + named().vaultUrl();
    }

    @Override
    public boolean isOwn(KeyId key) {
        return named().isOwn(key);
    }

    /** The newest one; older versions are the vault's to list. */
    @Override
    public List<KeyId> keys() {
        var known = remembered();
        if (known == null) {
            known = named().id(ask(vault -> vault.version(named().version())));
            remember(known);
        }
        return List.of(known);
    }

    @Override
    public void refresh() {
        remember(null);
    }

    @Override
    public KeyId renew() {
        var pinned = named().version();
        if (pinned != null) {
            throw new Refused(new Problem.NotSupported(
                    "A new version of the key",
                    "%s names version %s; leave the version out, or name another and start again"
                            .formatted(KEY, pinned)));
        }
        var made = named().id(ask(Vault::rotate));
        remember(made);
        return made;
    }

    @Override
    public byte[] wrap(KeyId key, byte[] dataKey) {
        return ask(vault -> vault.wrap(named().identifier(key), dataKey));
    }

    @Override
    public byte[] unwrap(KeyId key, byte[] wrapped) {
        return ask(vault -> vault.unwrap(named().identifier(key), wrapped));
    }

    private <T> T ask(Function<Vault, T> question) {
        var recent = failure;
        if (recent != null && clock.instant().isBefore(recent.until())) {
            throw recent.refused();
        }
        try {
            var answer = question.apply(connected());
            failure = null;
            return answer;
        } catch (Vault.Away away) {
            var refused = new Refused(new Problem.Unavailable(inWords(), away.reason()));
            failure = new Failure(refused, clock.instant().plus(FAIL_FAST));
            throw refused;
        }
    }

    private synchronized Vault connected() {
        if (vault == null) {
            vault = connect.apply(named());
        }
        return vault;
    }

    private synchronized @Nullable KeyId remembered() {
        return newest;
    }

    private synchronized void remember(@Nullable KeyId key) {
        newest = key;
    }

    private VaultKeyAddress named() {
        if (address == null) {
            throw new IllegalStateException(KEY + " is not set");
        }
        return address;
    }
}
