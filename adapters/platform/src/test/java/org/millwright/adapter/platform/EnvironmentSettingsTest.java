package org.millwright.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentSettingsTest {
    private final Map<String, String> environment =
            new HashMap<>(Map.of("MILLWRIGHT_DATA", "/data", "MILLWRIGHT_PUBLIC_URL", "https://ml.example.test:8443/"));

    @Test
    void defaults_are_what_the_documentation_says() {
        var settings = new EnvironmentSettings(environment).read();
        assertThat(settings.publicUrl()).hasToString("https://ml.example.test:8443");
        assertThat(settings.certificateAuthority()).isEqualTo(Path.of("/data/tls/ca.pem"));
        assertThat(settings.serverId()).isEqualTo("server-1");
        assertThat(settings.localSlots()).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void what_is_given_is_taken() {
        environment.put("MILLWRIGHT_CA_FILE", "/etc/ca.pem");
        environment.put("MILLWRIGHT_SERVER_ID", "blue");
        environment.put("MILLWRIGHT_SLOTS", "7");
        var settings = new EnvironmentSettings(environment).read();
        assertThat(settings.certificateAuthority()).isEqualTo(Path.of("/etc/ca.pem"));
        assertThat(settings.serverId()).isEqualTo("blue");
        assertThat(settings.localSlots()).isEqualTo(7);
    }

    @Test
    void a_missing_or_wrong_variable_is_named() {
        environment.put("MILLWRIGHT_SLOTS", "none");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_SLOTS");
        environment.remove("MILLWRIGHT_DATA");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_DATA");
    }
}
