package org.millwright.adapter.platform;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.AttemptLimit;
import org.millwright.access.model.IssuerSettings;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.shared.HttpSettings;
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
 *   <tr><td>MILLWRIGHT_HOSTS</td><td>further names that the server is asked for by; none</td></tr>
 *   <tr><td>MILLWRIGHT_HSTS_DAYS</td><td>how long browsers ask by HTTPS only; 365 under a name, else 0</td></tr>
 *   <tr><td>MILLWRIGHT_LARGEST_UPLOAD</td><td>gibibytes of one file; 100</td></tr>
 *   <tr><td>MILLWRIGHT_SESSION_IDLE_MINUTES</td><td>after which a browser is signed out; 60</td></tr>
 *   <tr><td>MILLWRIGHT_SESSION_HOURS</td><td>after which it is in any case; 12</td></tr>
 *   <tr><td>MILLWRIGHT_TOKEN_DAYS</td><td>that a personal token is good for at most; 365</td></tr>
 *   <tr><td>MILLWRIGHT_CLIENT_SECRET_DAYS</td><td>that a service's secret is good for at most; 730</td></tr>
 *   <tr><td>MILLWRIGHT_ACCESS_TOKEN_MINUTES</td><td>that what a service gets for it is good for; 60</td></tr>
 *   <tr><td>MILLWRIGHT_OWN_ISSUERS</td><td>issuers of tokens in the operator's own network; none</td></tr>
 *   <tr><td>MILLWRIGHT_FAILED_ATTEMPTS</td><td>to sign in, of one address within five minutes; 50</td></tr>
 *   <tr><td>MILLWRIGHT_ACCESS_CONTACT</td><td>whom people are to ask for a role; nobody</td></tr>
 *   <tr><td>MILLWRIGHT_COMPUTE_HOSTS</td><td>clusters to attach in the operator's own network; none</td></tr>
 *   <tr><td>MILLWRIGHT_WEBHOOK_HOSTS</td><td>receivers of webhooks in the operator's own network; none</td></tr>
 * </table>
 */
final class EnvironmentSettings {
    private static final Pattern HOST = Pattern.compile("[a-z0-9_.-]+|\\[[0-9a-f:.]+]");

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

    /** @throws IllegalStateException when the variable is wrong */
    ClusterHosts clusters() {
        var text = given("MILLWRIGHT_COMPUTE_HOSTS");
        try {
            return ClusterHosts.parse(text == null ? "" : text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalStateException("MILLWRIGHT_COMPUTE_HOSTS: " + wrong.getMessage(), wrong);
        }
    }

    /** @param machine what it calls itself @throws IllegalStateException naming the variable that is wrong */
    HttpSettings http(String machine) {
        var own = host(URI.create(needed("MILLWRIGHT_PUBLIC_URL")));
        var hosts = given("MILLWRIGHT_HOSTS");
        var names = Stream.concat(
                        Stream.of(own, machine), hosts == null ? Stream.empty() : Arrays.stream(hosts.split(",")))
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        names.forEach(EnvironmentSettings::requireHost);
        // A browser remembers it for the name, whatever the port: other servers of a developer's machine would suffer.
        var named = !own.equals("localhost") && !HttpSettings.isAddress(own);
        return new HttpSettings(
                names,
                Duration.ofDays(number("MILLWRIGHT_HSTS_DAYS", 0, named ? 365 : 0)),
                (long) number("MILLWRIGHT_LARGEST_UPLOAD", 1, 100) << 30);
    }

    /** Java finds no host in an address whose name has an underscore, as machines' names in private networks do. */
    private static String host(URI url) {
        var authority = url.getRawAuthority();
        return authority == null ? "" : authority.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
    }

    private static void requireHost(String name) {
        if (!HOST.matcher(name).matches()) {
            throw new IllegalStateException(
                    "MILLWRIGHT_HOSTS: '%s' is not the name of a host; give names without port".formatted(name));
        }
    }

    /** @throws IllegalStateException naming the variable that is wrong */
    AttemptLimit attempts() {
        return new AttemptLimit(
                number("MILLWRIGHT_FAILED_ATTEMPTS", 1, 50),
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(15));
    }

    /** @throws IllegalStateException naming the variable that is wrong */
    SessionLife sessions() {
        var usual = SessionLife.USUAL;
        return new SessionLife(
                Duration.ofMinutes(number(
                        "MILLWRIGHT_SESSION_IDLE_MINUTES", 2, (int) usual.idle().toMinutes())),
                Duration.ofHours(number(
                        "MILLWRIGHT_SESSION_HOURS", 1, (int) usual.longest().toHours())));
    }

    AccessContact contact() {
        var words = given("MILLWRIGHT_ACCESS_CONTACT");
        return new AccessContact(words == null ? "" : words.strip());
    }

    /** @throws IllegalStateException naming the variable that is wrong */
    TokenLife tokens() {
        return new TokenLife(
                Duration.ofDays(number("MILLWRIGHT_TOKEN_DAYS", 1, 365)),
                Duration.ofDays(number("MILLWRIGHT_CLIENT_SECRET_DAYS", 1, 730)),
                Duration.ofMinutes(number("MILLWRIGHT_ACCESS_TOKEN_MINUTES", 1, 60)));
    }

    /** @throws IllegalStateException when the variable is wrong */
    IssuerSettings issuers() {
        var text = given("MILLWRIGHT_OWN_ISSUERS");
        try {
            return new IssuerSettings(Arrays.stream((text == null ? "" : text).split(","))
                    .map(String::strip)
                    .filter(issuer -> !issuer.isEmpty())
                    .map(URI::create)
                    .collect(Collectors.toUnmodifiableSet()));
        } catch (IllegalArgumentException noAddress) {
            throw new IllegalStateException("MILLWRIGHT_OWN_ISSUERS: " + noAddress.getMessage(), noAddress);
        }
    }

    private int slots() {
        return number("MILLWRIGHT_SLOTS", 1, Runtime.getRuntime().availableProcessors());
    }

    private int number(String name, int least, int usual) {
        var text = given(name);
        if (text == null) {
            return usual;
        }
        try {
            var number = Integer.parseInt(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // The message below covers it.
        }
        throw new IllegalStateException("%s must be a whole number from %d, not '%s'".formatted(name, least, text));
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
