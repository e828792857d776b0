package org.millwright.adapter.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.model.AttemptLimit;
import org.millwright.access.model.SessionLife;

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
    void the_usual_protection_is_what_the_documentation_says() {
        var settings = new EnvironmentSettings(environment);
        var http = settings.http("box");
        assertThat(http.hosts()).containsExactlyInAnyOrder("ml.example.test", "box");
        assertThat(http.strictTransport()).hasDays(365);
        assertThat(http.largestUpload()).isEqualTo(100L << 30);
        assertThat(settings.sessions()).isEqualTo(new SessionLife(Duration.ofHours(1), Duration.ofHours(12)));
        assertThat(settings.attempts())
                .isEqualTo(new AttemptLimit(50, Duration.ofMinutes(5), Duration.ofSeconds(30), Duration.ofMinutes(15)));
    }

    @Test
    void the_protection_that_is_given_is_taken() {
        environment.put("MILLWRIGHT_HOSTS", "ML, ml.corp.example ,");
        environment.put("MILLWRIGHT_HSTS_DAYS", "0");
        environment.put("MILLWRIGHT_LARGEST_UPLOAD", "3");
        environment.put("MILLWRIGHT_SESSION_IDLE_MINUTES", "15");
        environment.put("MILLWRIGHT_SESSION_HOURS", "8");
        environment.put("MILLWRIGHT_FAILED_ATTEMPTS", "5");
        var settings = new EnvironmentSettings(environment);
        assertThat(settings.http("").hosts()).containsExactlyInAnyOrder("ml.example.test", "ml", "ml.corp.example");
        assertThat(settings.http("").strictTransport()).isZero();
        assertThat(settings.http("").largestUpload()).isEqualTo(3L << 30);
        assertThat(settings.sessions()).isEqualTo(new SessionLife(Duration.ofMinutes(15), Duration.ofHours(8)));
        assertThat(settings.attempts().failures()).isEqualTo(5);
    }

    @Test
    void a_public_url_may_have_a_name_that_is_none_on_the_internet() {
        environment.put("MILLWRIGHT_PUBLIC_URL", "https://ML_box:8443");
        assertThat(new EnvironmentSettings(environment).http("").isNamed("ml_box:8443"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:8443", "https://localhost:8443", "https://[::1]:8443"})
    void browsers_are_not_told_to_ask_this_very_machine_by_https_only(String url) {
        environment.put("MILLWRIGHT_PUBLIC_URL", url);
        assertThat(new EnvironmentSettings(environment).http("").strictTransport())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "MILLWRIGHT_HOSTS, https://ml",
        "MILLWRIGHT_HOSTS, ml:8443",
        "MILLWRIGHT_HSTS_DAYS, -1",
        "MILLWRIGHT_LARGEST_UPLOAD, 0",
        "MILLWRIGHT_SESSION_IDLE_MINUTES, 1",
        "MILLWRIGHT_SESSION_HOURS, never",
        "MILLWRIGHT_FAILED_ATTEMPTS, 0"
    })
    void a_protection_that_is_none_is_refused_by_name(String variable, String value) {
        environment.put(variable, value);
        var settings = new EnvironmentSettings(environment);
        assertThatThrownBy(() -> {
                    settings.http("box");
                    settings.sessions();
                    settings.attempts();
                })
                .hasMessageContaining(variable)
                .hasMessageContaining(value);
    }

    @Test
    void a_missing_or_wrong_variable_is_named() {
        environment.put("MILLWRIGHT_SLOTS", "none");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_SLOTS");
        environment.remove("MILLWRIGHT_DATA");
        assertThatThrownBy(() -> new EnvironmentSettings(environment).read()).hasMessageContaining("MILLWRIGHT_DATA");
    }
}
