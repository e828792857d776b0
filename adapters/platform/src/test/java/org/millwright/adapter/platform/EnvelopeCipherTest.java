package org.millwright.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.access.SecretPlace;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealingKey;
import org.millwright.secret.spi.KeySource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

class EnvelopeCipherTest {
    private static final SecretPlace PLACE = new SecretPlace("webhook", "1");
    private static final SecretPlace ANOTHER = new SecretPlace("webhook", "2");

    @TempDir
    Path folder;

    private final FakeVault vault = new FakeVault();
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("secrets").resolve("master.key");
    }

    @Test
    void what_was_sealed_opens_again() {
        var cipher = cipher("");
        assertThat(cipher.open(PLACE, cipher.seal(PLACE, "kéy"))).isEqualTo("kéy");
    }

    @Test
    void the_same_secret_is_never_sealed_the_same_way_twice() {
        var cipher = cipher("");
        assertThat(cipher.seal(PLACE, "key")).isNotEqualTo(cipher.seal(PLACE, "key"));
    }

    @Test
    void a_sealed_secret_names_its_key_and_says_nothing_of_the_secret() {
        var cipher = cipher("");
        assertThat(cipher.seal(PLACE, "a long secret"))
                .startsWith("v2|" + cipher.primary() + "|")
                .doesNotContain("secret");
    }

    @Test
    void a_sealed_secret_does_not_open_at_another_place() {
        var cipher = cipher("");
        var sealed = cipher.seal(PLACE, "key");
        assertThatThrownBy(() -> cipher.open(ANOTHER, sealed))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another place");
        assertThatThrownBy(() -> cipher.rewrap(ANOTHER, sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_sealed_secret_of_which_any_letter_was_changed_does_not_open() {
        var cipher = cipher("");
        var sealed = cipher.seal(PLACE, "key");
        for (var at = 0; at < sealed.length(); at++) {
            var changed = new StringBuilder(sealed);
            // The last letter of Base64 may have bits that say nothing; another one of the first bits always does.
            changed.setCharAt(at, sealed.charAt(at) == 'A' ? 'z' : 'A');
            assertThatThrownBy(() -> cipher.open(PLACE, changed.toString()))
                    .as(changed.toString())
                    .isNotNull();
        }
    }

    @Test
    void a_sealed_secret_does_not_open_with_another_servers_keys() {
        var sealed = cipher("").seal(PLACE, "key");
        file = folder.resolve("another.key");
        assertThatThrownBy(() -> cipher("").open(PLACE, sealed)).hasMessageContaining("this server has not");
    }

    @Test
    void the_first_start_makes_a_key_that_only_the_servers_user_may_read() throws IOException {
        cipher("");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Base64.getDecoder().decode(Files.readString(file).strip())).hasSize(32);
    }

    @Test
    void a_later_start_finds_the_same_key() {
        var sealed = cipher("").seal(PLACE, "key");
        assertThat(cipher("").open(PLACE, sealed)).isEqualTo("key");
    }

    @Test
    void what_was_sealed_before_keys_had_names_still_opens_and_becomes_of_the_new_form() throws Exception {
        var key = key(1);
        Files.createDirectories(file.getParent());
        Files.writeString(file, key + "\n");
        var old = oldForm(key, "key");
        var cipher = cipher("");
        assertThat(cipher.open(PLACE, old)).isEqualTo("key");
        var renewed = cipher.rewrap(PLACE, old);
        assertThat(renewed).startsWith("v2|" + cipher.primary());
        assertThat(cipher.open(PLACE, renewed)).isEqualTo("key");
        cipher.renew();
        assertThat(cipher.open(PLACE, old)).isEqualTo("key");
    }

    @Test
    void a_new_key_seals_from_then_on_and_the_old_one_opens_until_it_is_removed() {
        var cipher = cipher("");
        var first = cipher.primary();
        var sealed = cipher.seal(PLACE, "key");
        var second = cipher.renew();
        assertThat(cipher.primary()).isEqualTo(second).isNotEqualTo(first);
        assertThat(cipher.open(PLACE, sealed)).isEqualTo("key");
        var rewrapped = cipher.rewrap(PLACE, sealed);
        assertThat(body(rewrapped)).as("the value stays encrypted as it is").isEqualTo(body(sealed));
        cipher.remove(first);
        assertThat(cipher.open(PLACE, rewrapped)).isEqualTo("key");
        assertThatThrownBy(() -> cipher.open(PLACE, sealed))
                .hasMessageContaining(first + ", which this server has not");
        assertThat(cipher.keys()).extracting(SealingKey::id).containsExactly(second);
    }

    @Test
    void the_primary_key_is_not_removed() {
        var cipher = cipher("");
        assertThatThrownBy(() -> cipher.remove(cipher.primary()))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("the primary one");
    }

    @Test
    void a_key_that_another_server_added_to_the_file_is_found() {
        var cipher = cipher("");
        var other = cipher("");
        other.renew();
        var sealed = other.seal(PLACE, "key");
        assertThat(cipher.open(PLACE, sealed)).isEqualTo("key");
        assertThat(cipher.primary()).isEqualTo(other.primary());
    }

    @Test
    void a_key_of_the_environment_is_the_primary_one_and_leaves_no_file() {
        var cipher = cipher(key(1) + "," + key(2));
        assertThat(cipher.open(PLACE, cipher.seal(PLACE, "key"))).isEqualTo("key");
        assertThat(cipher.keys())
                .extracting(SealingKey::primary, SealingKey::removable)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(true, false),
                        org.assertj.core.groups.Tuple.tuple(false, false));
        assertThat(file).doesNotExist();
        assertThatThrownBy(cipher::renew).isInstanceOf(Refused.class).hasMessageContaining("MILLWRIGHT_SECRET_KEY");
    }

    @Test
    void a_key_that_moves_from_the_file_into_the_environment_stays_the_same() throws IOException {
        var sealed = cipher("").seal(PLACE, "key");
        var moved = Files.readString(file);
        Files.delete(file);
        assertThat(cipher(moved).open(PLACE, sealed)).isEqualTo("key");
    }

    @Test
    void a_wrong_key_is_named_by_its_place_and_never_repeated() {
        assertThatThrownBy(() -> cipher(key(1) + ",c2hvcnQ="))
                .hasMessage("Key 2 in MILLWRIGHT_SECRET_KEY has 5 bytes; it needs 32");
        assertThatThrownBy(() -> cipher("no key at all!"))
                .hasMessage("Key 1 in MILLWRIGHT_SECRET_KEY is not Base64")
                .hasNoCause();
    }

    @Test
    void a_key_that_was_given_up_is_known_as_such() {
        var cipher = cipher("");
        assertThat(cipher.isGivenUp(new KeyId("aes-lost"))).isTrue();
        assertThat(cipher.has(new KeyId("aes-lost"))).isFalse();
        assertThat(cipher.has(cipher.primary())).isTrue();
        assertThat(cipher.isGivenUp(cipher.primary())).isFalse();
    }

    @Test
    void a_sealed_secret_that_names_no_key_is_changed_and_no_wrong_request() {
        assertThatThrownBy(() -> cipher("").open(PLACE, "v2|?|YQ|YQ")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_file_that_is_named_and_not_there_is_no_reason_to_make_a_key() {
        assertThatThrownBy(() -> KeySettings.read(Map.of("MILLWRIGHT_SECRET_KEY_FILE", file.toString()), folder))
                .hasMessageStartingWith("MILLWRIGHT_SECRET_KEY_FILE names " + file + ", which is not there");
    }

    @Test
    void a_source_without_a_key_is_named() {
        var settings = KeySettings.read(Map.of("MILLWRIGHT_SECRET_KEY_SOURCE", "environment"), folder);
        assertThatThrownBy(() -> new EnvelopeCipher(
                        settings, vault, new OpenedDataKeys(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))))
                .hasMessage("MILLWRIGHT_SECRET_KEY_SOURCE says environment, but MILLWRIGHT_SECRET_KEY is not set");
    }

    @Test
    void a_vault_is_asked_once_for_a_value_that_is_opened_often() {
        vault.configured = true;
        var cipher = cipher("");
        var sealed = cipher.seal(PLACE, "key");
        assertThat(sealed).startsWith("v2|vault.example/millwright/1|");
        for (var time = 0; time < 5; time++) {
            assertThat(cipher.open(PLACE, sealed)).isEqualTo("key");
        }
        assertThat(vault.asked).containsExactly("unwrap");
    }

    @Test
    void what_a_file_sealed_opens_while_a_vault_has_the_primary_key() {
        var sealed = cipher("").seal(PLACE, "key");
        vault.configured = true;
        var cipher = cipher("");
        assertThat(cipher.open(PLACE, sealed)).isEqualTo("key");
        assertThat(cipher.rewrap(PLACE, sealed)).startsWith("v2|vault.example/");
    }

    @Test
    void a_vault_that_is_away_is_told_of() {
        vault.configured = true;
        var cipher = cipher("");
        var sealed = cipher.seal(PLACE, "key");
        vault.away = true;
        assertThatThrownBy(() -> cipher.open(PLACE, sealed)).hasMessage("The vault is not available now: no answer");
    }

    private EnvelopeCipher cipher(String inEnvironment) {
        return new EnvelopeCipher(
                new KeySettings(file, inEnvironment, Set.of("aes-lost"), null),
                vault,
                new OpenedDataKeys(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));
    }

    private static String body(String sealed) {
        return sealed.substring(sealed.lastIndexOf('|'));
    }

    private static String key(int seed) {
        var bytes = new byte[32];
        bytes[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String oldForm(String key, String secret) throws Exception {
        var nonce = new byte[12];
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(Base64.getDecoder().decode(key), "AES"),
                new GCMParameterSpec(128, nonce));
        var encrypted = cipher.doFinal(secret.getBytes(StandardCharsets.UTF_8));
        var whole = java.util.Arrays.copyOf(nonce, nonce.length + encrypted.length);
        System.arraycopy(encrypted, 0, whole, nonce.length, encrypted.length);
        return "v1." + Base64.getEncoder().encodeToString(whole);
    }

    /** Turns data keys over bit by bit. */
    private static final class FakeVault implements KeySource {
        private final List<String> asked = new ArrayList<>();
        private boolean configured;
        private boolean away;

        @Override
        public boolean isConfigured() {
            return configured;
        }

        @Override
        public String inWords() {
            return "the vault";
        }

        @Override
        public boolean isOwn(KeyId key) {
            return key.value().startsWith("vault.example/");
        }

        @Override
        public List<KeyId> keys() {
            return List.of(new KeyId("vault.example/millwright/1"));
        }

        @Override
        public void refresh() {}

        @Override
        public KeyId renew() {
            throw new AssertionError("Nothing is renewed here");
        }

        @Override
        public byte[] wrap(KeyId key, byte[] dataKey) {
            return turned(dataKey);
        }

        @Override
        public byte[] unwrap(KeyId key, byte[] wrapped) {
            if (away) {
                throw new Refused(new Problem.Unavailable("the vault", "no answer"));
            }
            asked.add("unwrap");
            return turned(wrapped);
        }

        private static byte[] turned(byte[] bytes) {
            var turned = bytes.clone();
            for (var i = 0; i < turned.length; i++) {
                turned[i] = (byte) ~turned[i];
            }
            return turned;
        }
    }
}
