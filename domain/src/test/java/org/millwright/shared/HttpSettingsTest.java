package org.millwright.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSettingsTest {
    private final HttpSettings settings = new HttpSettings(Set.of("ml.example.test"), Duration.ZERO, 1);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ml.example.test",
                "ML.Example.test:8443",
                "localhost",
                "localhost:1",
                "127.0.0.1:8443",
                "10.1.2.3",
                "[::1]:8443",
                "[2001:db8::1]"
            })
    void it_goes_by_its_names_and_by_every_address(String authority) {
        assertThat(settings.isNamed(authority)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "evil.example",
                "ml.example.test.evil.example",
                "evil.example:8443",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "ml.example.test@evil.example",
                "evil.example/ml.example.test",
                "127.0.0.1:x"
            })
    void what_somebody_else_calls_it_is_not_its_name(String authority) {
        assertThat(settings.isNamed(authority)).isFalse();
    }
}
