package org.millwright.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class AesSecretCipherTest {
    private final AesSecretCipher cipher = AesSecretCipher.ofBase64(key(1));

    @Test
    void what_was_sealed_opens_again() {
        assertThat(cipher.open(cipher.seal("kéy"))).isEqualTo("kéy");
    }

    @Test
    void the_same_secret_is_never_sealed_the_same_way_twice() {
        assertThat(cipher.seal("key")).isNotEqualTo(cipher.seal("key"));
    }

    @Test
    void a_sealed_secret_does_not_open_with_another_key() {
        var other = AesSecretCipher.ofBase64(key(2));
        assertThatThrownBy(() -> other.open(cipher.seal("key"))).hasMessageContaining("another master key");
    }

    @Test
    void a_changed_secret_does_not_open() {
        var sealed = cipher.seal("key").toCharArray();
        sealed[20] = sealed[20] == 'A' ? 'B' : 'A';
        assertThatThrownBy(() -> cipher.open(new String(sealed))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_key_of_the_wrong_length_is_refused() {
        assertThatThrownBy(() -> AesSecretCipher.ofBase64("c2hvcnQ=")).hasMessageContaining("5 bytes");
    }

    private static String key(int seed) {
        var bytes = new byte[32];
        bytes[0] = (byte) seed;
        return Base64.getEncoder().encodeToString(bytes);
    }
}
