package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    // printf 'secret' | sha256sum
    private static final String DIGEST = "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";

    @Test
    void any_of_the_keys_opens_and_no_other() {
        var ring = new KeyRing(List.of("ab".repeat(32), DIGEST));

        assertThat(ring.opensWith("secret")).isTrue();
        assertThat(ring.opensWith("Secret")).isFalse();
        assertThat(ring.opensWith("")).isFalse();
        assertThat(ring.opensWith(DIGEST)).isFalse();
    }

    @Test
    void an_endpoint_without_keys_opens_to_nobody() {
        assertThat(new KeyRing(List.of()).opensWith("")).isFalse();
        assertThat(KeyRing.NOBODY.opensWith("secret")).isFalse();
    }
}
