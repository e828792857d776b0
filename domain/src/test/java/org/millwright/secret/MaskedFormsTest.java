package org.millwright.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaskedFormsTest {
    @Test
    void a_secret_is_masked_as_it_is_and_as_programs_write_it() {
        assertThat(MaskedForms.of(List.of("p\"ss w/rd")))
                .contains("p\"ss w/rd", "p\\\"ss w/rd", "p%22ss+w%2Frd", "p%22ss%20w%2Frd", "cCJzcyB3L3Jk");
    }

    @Test
    void the_lines_of_a_long_secret_are_masked_each() {
        assertThat(MaskedForms.of(List.of("-----BEGIN KEY-----\nMIIEvQIBADANBg\nab\n-----END KEY-----\n")))
                .contains("MIIEvQIBADANBg", "-----END KEY-----")
                .doesNotContain("ab", "");
    }
}
