package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {

    @Test
    void what_is_as_long_as_allowed_passes() {
        assertThat(Limits.experimentTagKey("k".repeat(250))).hasSize(250);
        assertThat(Limits.experimentTag("v".repeat(20_000))).hasSize(20_000);
        assertThat(Limits.registryTag("v".repeat(100_000))).hasSize(100_000);
        assertThat(Limits.description("d".repeat(5000))).hasSize(5000);
        assertThat(Limits.inputTags(Map.of("k".repeat(255), "v".repeat(500)))).hasSize(1);
    }

    @Test
    void what_is_longer_is_refused_in_mlflows_words() {
        assertThatThrownBy(() -> Limits.experimentTags(Map.of("k".repeat(251), "")))
                .hasMessage("'key' exceeds the maximum length of 250 characters");
        assertThatThrownBy(() -> Limits.experimentTags(Map.of("k", "v".repeat(20_001))))
                .hasMessage("'value' exceeds the maximum length of 20000 characters");
        assertThatThrownBy(() -> Limits.registryTags(Map.of("k", "v".repeat(100_001))))
                .hasMessage("'value' exceeds the maximum length of 100000 characters");
        assertThatThrownBy(() -> Limits.inputTags(Map.of("k", "v".repeat(501))))
                .hasMessage("'value' exceeds the maximum length of 500 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/../b", "..", "/a", "a//b", "bad key!", "a?b", "a\\b"})
    void a_key_that_could_be_another_file_is_refused(String key) {
        assertThatThrownBy(() -> Limits.registryTagKey(key))
                .isInstanceOf(RequestRefused.class)
                .hasMessageStartingWith("Invalid value ")
                .hasMessageContaining("for parameter 'key' supplied: Names may");
    }

    @Test
    void letters_of_any_alphabet_and_mlflows_own_keys_are_fine() {
        assertThat(Limits.registryTagKey("mlflow.größe-1: a/b c")).isNotEmpty();
    }
}
