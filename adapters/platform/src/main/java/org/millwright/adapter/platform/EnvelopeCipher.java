package org.millwright.adapter.platform;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealingKey;
import org.millwright.secret.spi.KeyRing;
import org.millwright.secret.spi.KeySource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Envelope encryption: each value has a data key of its own (AES-256 in Galois/Counter Mode, NIST SP 800-38D), and that is
 * wrapped by a key-encryption key, which a file, the environment or a vault keeps.
 *
 * <p>Form: {@code v2|key id|wrapped data key|nonce, ciphertext and tag}, the last two in Base64 for addresses. The place is
 * the associated data of the value, so it opens nowhere else; of a data key that a local key wraps, the key's id and the
 * place are. The older form {@code v1.} and Base64 was encrypted by the server's first key itself, and opens as long as
 * that key is there.
 */
final class EnvelopeCipher implements SecretCipher, KeyRing {
    private static final String FORM = "v2";
    private static final String OLD_FORM = "v1.";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final KeySettings settings;
    private final KeyFile file;
    private final LocalKeys environment;
    private final KeySource vault;
    private final OpenedDataKeys opened;
    private final SecureRandom random = new SecureRandom();

    EnvelopeCipher(KeySettings settings, KeySource vault, OpenedDataKeys opened) {
        this.settings = settings;
        this.file = new KeyFile(settings.file());
        this.environment = LocalKeys.parse(settings.inEnvironment(), KeySettings.KEY);
        this.vault = vault;
        this.opened = opened;
        if (settings.primary(vault) == KeySettings.Kind.FILE
                && file.keys().byId().isEmpty()) {
            file.add();
        }
        requirePrimary();
    }

    private void requirePrimary() {
        var missing =
                switch (settings.primary(vault)) {
                    case FILE -> file.keys().ids().isEmpty() ? "there is no key in " + file.path() : null;
                    case ENVIRONMENT -> environment.ids().isEmpty() ? "%s is not set".formatted(KeySettings.KEY) : null;
                    case VAULT -> vault.isConfigured() ? null : "no vault is named";
                };
        if (missing != null) {
            throw new IllegalStateException("%s says %s, but %s"
                    .formatted(
                            KeySettings.SOURCE, settings.primary(vault).name().toLowerCase(Locale.ROOT), missing));
        }
    }

    @Override
    public String seal(SecretPlace place, String secret) {
        var dataKey = random(LocalKeys.KEY_BYTES);
        var key = primary();
        return write(
                key,
                wrap(key, place, dataKey),
                encrypt(aes(dataKey), secret.getBytes(StandardCharsets.UTF_8), associated(place)));
    }

    @Override
    public String open(SecretPlace place, String sealed) {
        if (sealed.startsWith(OLD_FORM)) {
            return openOldForm(sealed);
        }
        var parts = parts(sealed);
        var dataKey = unwrap(place, parts);
        return new String(decrypt(aes(dataKey), parts.body(), associated(place)), StandardCharsets.UTF_8);
    }

    @Override
    public String rewrap(SecretPlace place, String sealed) {
        if (sealed.startsWith(OLD_FORM)) {
            return seal(place, openOldForm(sealed));
        }
        var parts = parts(sealed);
        var dataKey = unwrap(place, parts);
        decrypt(aes(dataKey), parts.body(), associated(place)); // what does not open is not made to look as if it would
        var key = primary();
        return write(key, wrap(key, place, dataKey), parts.body());
    }

    @Override
    public KeyId primary() {
        var ids =
                switch (settings.primary(vault)) {
                    case FILE -> file.keys().ids();
                    case ENVIRONMENT -> environment.ids();
                    case VAULT -> vault.keys();
                };
        if (ids.isEmpty()) {
            throw new IllegalStateException(
                    "There is no key to seal secrets with in " + words(settings.primary(vault)));
        }
        return ids.getLast();
    }

    @Override
    public List<SealingKey> keys() {
        var primary = primary();
        var keys = new ArrayList<SealingKey>();
        for (var id : file.keys().ids()) {
            keys.add(new SealingKey(id, words(KeySettings.Kind.FILE), id.equals(primary), !id.equals(primary)));
        }
        for (var id : environment.ids()) {
            if (keys.stream().noneMatch(key -> key.id().equals(id))) {
                keys.add(new SealingKey(id, words(KeySettings.Kind.ENVIRONMENT), id.equals(primary), false));
            }
        }
        if (vault.isConfigured()) {
            vault.keys()
                    .forEach(id ->
                            keys.add(new SealingKey(id, words(KeySettings.Kind.VAULT), id.equals(primary), false)));
        }
        keys.sort((one, other) -> Boolean.compare(other.primary(), one.primary()));
        return keys;
    }

    @Override
    public boolean has(KeyId key) {
        return local(key) != null || vault.isConfigured() && vault.isOwn(key);
    }

    @Override
    public boolean isGivenUp(KeyId key) {
        return settings.givenUp().contains(key.value());
    }

    @Override
    public String inWords() {
        return "%s (%s), %s or %s; put it back there, or, when it is lost for good, name it in %s and set those values anew"
                .formatted(
                        file.path(),
                        KeySettings.KEY_FILE,
                        KeySettings.KEY,
                        vault.isConfigured() ? vault.inWords() : "a vault",
                        KeySettings.LOST);
    }

    @Override
    public KeyId renew() {
        return switch (settings.primary(vault)) {
            case FILE -> file.add();
            case VAULT -> vault.renew();
            case ENVIRONMENT ->
                throw new Refused(new Problem.NotSupported(
                        "A new key made by this server",
                        "its keys come from %s: put a new one at the end there and start the server again"
                                .formatted(KeySettings.KEY)));
        };
    }

    @Override
    public void refresh() {
        if (vault.isConfigured()) {
            vault.refresh();
        }
    }

    @Override
    public void remove(KeyId key) {
        var known = keys().stream()
                .filter(candidate -> candidate.id().equals(key))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("key", key));
        if (!known.removable()) {
            var state = known.primary() ? "the primary one" : "kept in " + known.source() + ", to be removed there";
            throw new Refused(new Problem.WrongState("key", key.value(), state, "remove"));
        }
        file.remove(key);
    }

    private record Parts(KeyId key, String wrapped, byte[] body) {}

    private static Parts parts(String sealed) {
        var parts = sealed.split("\\|", -1);
        if (parts.length != 4 || !parts[0].equals(FORM)) {
            throw new IllegalStateException("A sealed secret has a form that this server does not know");
        }
        try {
            return new Parts(new KeyId(parts[1]), parts[2], bytes(parts[3]));
        } catch (Refused noName) {
            throw new IllegalStateException(
                    "A sealed secret names no key"); // it was changed, which is no wrong request
        }
    }

    private static String write(KeyId key, byte[] wrapped, byte[] body) {
        var text = Base64.getUrlEncoder().withoutPadding();
        return String.join("|", FORM, key.value(), text.encodeToString(wrapped), text.encodeToString(body));
    }

    private byte[] wrap(KeyId id, SecretPlace place, byte[] dataKey) {
        var local = local(id);
        return local == null ? vault.wrap(id, dataKey) : encrypt(local, dataKey, associated(id, place));
    }

    private byte[] unwrap(SecretPlace place, Parts parts) {
        var local = local(parts.key());
        if (local != null) {
            return decrypt(local, bytes(parts.wrapped()), associated(parts.key(), place));
        }
        if (vault.isConfigured() && vault.isOwn(parts.key())) {
            return opened.get(
                    parts.key() + "|" + parts.wrapped(), () -> vault.unwrap(parts.key(), bytes(parts.wrapped())));
        }
        throw new IllegalStateException(
                "It was sealed with the key %s, which this server has not".formatted(parts.key()));
    }

    private @Nullable SecretKey local(KeyId id) {
        var key = environment.byId().get(id);
        return key == null ? file.keys().byId().get(id) : key;
    }

    private String openOldForm(String sealed) {
        var bytes = bytes(sealed.substring(OLD_FORM.length()));
        var keys = new ArrayList<>(file.keys().byId().values());
        keys.addAll(environment.byId().values());
        for (var key : keys) {
            try {
                return new String(decrypted(key, bytes, new byte[0]), StandardCharsets.UTF_8);
            } catch (GeneralSecurityException another) {
                // Sealed values of that form do not say which key it was.
            }
        }
        throw new IllegalStateException("It was sealed with a key that this server has not, or was changed");
    }

    private byte[] encrypt(SecretKey key, byte[] plain, byte[] associated) {
        var nonce = random(NONCE_BYTES);
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(associated);
            var encrypted = cipher.doFinal(plain);
            var whole = new byte[NONCE_BYTES + encrypted.length];
            System.arraycopy(nonce, 0, whole, 0, NONCE_BYTES);
            System.arraycopy(encrypted, 0, whole, NONCE_BYTES, encrypted.length);
            return whole;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java platform has AES/GCM", impossible);
        }
    }

    private static byte[] decrypt(SecretKey key, byte[] whole, byte[] associated) {
        try {
            return decrypted(key, whole, associated);
        } catch (AEADBadTagException notOurs) {
            throw new IllegalStateException("It was changed, or sealed for another place", notOurs);
        } catch (GeneralSecurityException wrong) {
            throw new IllegalStateException("A sealed secret is not whole", wrong);
        }
    }

    private static byte[] decrypted(SecretKey key, byte[] whole, byte[] associated) throws GeneralSecurityException {
        if (whole.length < NONCE_BYTES) {
            throw new GeneralSecurityException("It is too short");
        }
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, whole, 0, NONCE_BYTES));
        cipher.updateAAD(associated);
        return cipher.doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
    }

    private static byte[] associated(SecretPlace place) {
        return (FORM + "|" + place).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] associated(KeyId key, SecretPlace place) {
        return (FORM + "|" + key + "|" + place).getBytes(StandardCharsets.UTF_8);
    }

    private static SecretKey aes(byte[] key) {
        if (key.length != LocalKeys.KEY_BYTES) {
            throw new IllegalStateException("A data key has %d bytes".formatted(key.length));
        }
        return new SecretKeySpec(key, "AES");
    }

    private byte[] random(int length) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Of either alphabet: the older form has the one with plus and slash. */
    private static byte[] bytes(String text) {
        try {
            return Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalStateException("A sealed secret is not whole");
        }
    }

    private String words(KeySettings.Kind kind) {
        return switch (kind) {
            case FILE -> "the file " + file.path();
            case ENVIRONMENT -> "the variable " + KeySettings.KEY;
            case VAULT -> vault.inWords();
        };
    }
}
