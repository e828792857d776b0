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
    void receivers_of_webhooks_are_named_by_host_and_port_and_whether_plain_http_will_do() {
        assertThat(new EnvironmentSettings(environment).receivers().receivers()).isEmpty();
        environment.put("MILLWRIGHT_WEBHOOK_HOSTS", "ci.corp.example, http://Build:8080,[::1]");
        var receivers = new EnvironmentSettings(environment).receivers();
        assertThat(receivers.allow("ci.corp.example", 443, true)).isTrue();
        assertThat(receivers.allow("ci.corp.example", 80, false)).isFalse();
        assertThat(receivers.allow("build", 8080, false)).isTrue();
        assertThat(receivers.allow("build", 8081, false)).isFalse();
        assertThat(receivers.allow("[::1]", 9443, true)).isTrue();
        assertThat(receivers.allow("elsewhere", 443, true)).isFalse();
        environment.put("MILLWRIGHT_WEBHOOK_HOSTS", "ftp://build");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).receivers())
                .hasMessageContaining("MILLWRIGHT_WEBHOOK_HOSTS")
                .hasMessageContaining("ftp://build");
    }

    @Test
    void a_missing_or_wrong_variable_is_named() {
        environment.put("MILLWRIGHT_SLOTS", "none");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_SLOTS");
        environment.remove("MILLWRIGHT_DATA");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_DATA");
    }
}
