package org.millwright.adapter.platform;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.shared.ServerSettings;

/**
 * Reads the settings of the server from environment variables.
 *
 * <table>
 *   <caption>Variables</caption>
 *   <tr><td>MILLWRIGHT_DATA</td><td>folder for all that is not in the database; needed</td></tr>
 *   <tr><td>MILLWRIGHT_PUBLIC_URL</td><td>where clients reach the server; needed</td></tr>
 *   <tr><td>MILLWRIGHT_CA_FILE</td><td>certificate authority that clients trust; {@code <data>/tls/ca.pem}</td></tr>
 *   <tr><td>MILLWRIGHT_SERVER_ID</td><td>names this process among several; {@code server-1}</td></tr>
 *   <tr><td>MILLWRIGHT_SLOTS</td><td>jobs that the local cluster runs at once; the number of processors</td></tr>
 *   <tr><td>MILLWRIGHT_WEBHOOK_HOSTS</td><td>receivers of webhooks in the operator's own network; none</td></tr>
 * </table>
 */
final class EnvironmentSettings {
    private final Map<String, String> environment;

    EnvironmentSettings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws IllegalStateException naming the variable that is missing or wrong */
    ServerSettings read() {
        var data = Path.of(needed("MILLWRIGHT_DATA"));
        var caFile = given("MILLWRIGHT_CA_FILE");
        var serverId = given("MILLWRIGHT_SERVER_ID");
        return new ServerSettings(
                data,
                URI.create(withoutSlash(needed("MILLWRIGHT_PUBLIC_URL"))),
                caFile == null ? data.resolve("tls").resolve("ca.pem") : Path.of(caFile),
                serverId == null ? "server-1" : serverId,
                slots());
    }

    /** @throws IllegalStateException when the variable is wrong */
    NamedReceivers receivers() {
        var text = given("MILLWRIGHT_WEBHOOK_HOSTS");
        try {
            return NamedReceivers.parse(text == null ? "" : text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalStateException("MILLWRIGHT_WEBHOOK_HOSTS: " + wrong.getMessage(), wrong);
        }
    }

    private int slots() {
        var text = given("MILLWRIGHT_SLOTS");
        if (text == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            var slots = Integer.parseInt(text);
            if (slots > 0) {
                return slots;
            }
        } catch (NumberFormatException notANumber) {
            // The message below covers it.
        }
        throw new IllegalStateException("MILLWRIGHT_SLOTS must be a whole number from 1, not '%s'".formatted(text));
    }

    private String needed(String name) {
        var value = given(name);
        if (value == null) {
            throw new IllegalStateException("The environment variable %s is not set".formatted(name));
        }
        return value;
    }

    private @Nullable String given(String name) {
        var value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
