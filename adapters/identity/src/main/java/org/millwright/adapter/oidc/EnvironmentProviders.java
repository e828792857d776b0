package org.millwright.adapter.oidc;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.shared.Refused;

/**
 * Reads which identity providers there are from environment variables. {@code MILLWRIGHT_OIDC_PROVIDERS} names them; what
 * begins with {@code MILLWRIGHT_OIDC_<NAME>_} is about one of them.
 *
 * <table>
 *   <caption>Variables of one provider</caption>
 *   <tr><td>ISSUER</td><td>its address; needed</td></tr>
 *   <tr><td>CLIENT_ID</td><td>what it knows this server by; needed</td></tr>
 *   <tr><td>CLIENT_SECRET, CLIENT_SECRET_FILE</td><td>or the file that holds it; none for a public client</td></tr>
 *   <tr><td>LABEL</td><td>on its button; its name</td></tr>
 *   <tr><td>SCOPES</td><td>{@code openid profile email}, for Entra with {@code offline_access}</td></tr>
 *   <tr><td>AUDIENCES</td><td>further ones that bearer tokens may be for; none</td></tr>
 *   <tr><td>TENANTS</td><td>whose people are let in; needed for Entra's authorities for several tenants</td></tr>
 *   <tr><td>DOMAINS</td><td>of verified addresses that are let in; all</td></tr>
 *   <tr><td>SUBJECT_CLAIM, USERNAME_CLAIM, GROUPS_CLAIM, ROLES_CLAIM</td>
 *     <td>{@code sub} (Entra {@code oid}), {@code preferred_username}, {@code groups}, {@code roles}; {@code none} for
 *     groups or roles ignores them</td></tr>
 *   <tr><td>ROLES</td><td>{@code AML.Owner=Owner, AML.Reader=Reader@team-a}; none</td></tr>
 *   <tr><td>DEFAULT_ROLE</td><td>{@code Reader} or {@code Reader@team-a} for everybody; none</td></tr>
 *   <tr><td>OWNERS</td><td>usernames, subjects or groups, separated by commas; none</td></tr>
 * </table>
 */
final class EnvironmentProviders {
    private static final String PREFIX = "MILLWRIGHT_OIDC_";
    private static final String PROVIDERS = PREFIX + "PROVIDERS";
    private static final String CA_FILE = PREFIX + "CA_FILE";
    private static final String CHECK_MINUTES = PREFIX + "CHECK_MINUTES";
    private static final Set<String> GENERAL = Set.of(PROVIDERS, CA_FILE, CHECK_MINUTES);
    private static final Set<String> OF_ONE = Set.of(
            "ISSUER",
            "CLIENT_ID",
            "CLIENT_SECRET",
            "CLIENT_SECRET_FILE",
            "LABEL",
            "SCOPES",
            "AUDIENCES",
            "TENANTS",
            "DOMAINS",
            "SUBJECT_CLAIM",
            "USERNAME_CLAIM",
            "GROUPS_CLAIM",
            "ROLES_CLAIM",
            "ROLES",
            "DEFAULT_ROLE",
            "OWNERS");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final String IGNORED = "none";
    private static final int USUAL_CHECK_MINUTES = 15;

    private final Map<String, String> environment;

    EnvironmentProviders(Map<String, String> environment) {
        this.environment = environment;
    }

    /** In the order in which they are named. @throws IllegalStateException naming the variable that is missing or wrong */
    List<ProviderSettings> read() {
        var names = names();
        requireKnownVariables(names);
        return names.stream().map(this::read).toList();
    }

    /** Certificate authorities beside the public ones. */
    @Nullable
    Path authorities() {
        var file = given(CA_FILE);
        if (file == null) {
            return null;
        }
        if (!Files.isReadable(Path.of(file))) {
            throw wrong(CA_FILE, "there is no readable file " + file);
        }
        return Path.of(file);
    }

    /** How often a session is checked at the provider that opened it. */
    Duration checkInterval() {
        var text = given(CHECK_MINUTES);
        if (text == null) {
            return Duration.ofMinutes(USUAL_CHECK_MINUTES);
        }
        try {
            var minutes = Integer.parseInt(text);
            if (minutes >= 1 && minutes <= 24 * 60) {
                return Duration.ofMinutes(minutes);
            }
        } catch (NumberFormatException notANumber) {
            // The message below covers it.
        }
        throw wrong(CHECK_MINUTES, "must be a whole number from 1 to 1440, not '%s'".formatted(text));
    }

    private List<String> names() {
        var names = words(PROVIDERS);
        for (var name : names) {
            if (!NAME.matcher(name).matches()) {
                throw wrong(
                        PROVIDERS,
                        "'%s' cannot be a provider's name: at most 32 lower-case letters, digits and '-'"
                                .formatted(name));
            }
        }
        if (Set.copyOf(names).size() < names.size()) {
            throw wrong(PROVIDERS, "names a provider twice");
        }
        return names;
    }

    /** A misspelt setting would otherwise be no setting, and let in whom it was to keep out. */
    private void requireKnownVariables(List<String> names) {
        var known = names.stream()
                .flatMap(name -> OF_ONE.stream().map(part -> variable(name, part)))
                .collect(Collectors.toSet());
        known.addAll(GENERAL);
        environment.keySet().stream()
                .filter(variable -> variable.startsWith(PREFIX) && given(variable) != null)
                .filter(variable -> !known.contains(variable))
                .sorted()
                .findFirst()
                .ifPresent(unknown -> {
                    throw wrong(
                            unknown,
                            "is no setting of a provider that %s names; there are %s"
                                    .formatted(
                                            PROVIDERS, OF_ONE.stream().sorted().collect(Collectors.joining(", "))));
                });
    }

    private ProviderSettings read(String name) {
        var issuer = address(variable(name, "ISSUER"));
        var entra = Entra.isAuthority(issuer);
        var label = given(variable(name, "LABEL"));
        return new ProviderSettings(
                name,
                label == null ? name : label.strip(),
                issuer,
                needed(variable(name, "CLIENT_ID")),
                secret(name),
                scopes(name, entra),
                Set.copyOf(words(variable(name, "AUDIENCES"))),
                tenants(name, issuer),
                lowerCase(words(variable(name, "DOMAINS"))),
                claims(name, entra ? ProviderSettings.Claims.ENTRA : ProviderSettings.Claims.USUAL),
                rules(name));
    }

    private URI address(String variable) {
        var text = needed(variable);
        try {
            var address = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            Addresses.requireSafe(address);
            if (address.getRawQuery() == null && address.getRawFragment() == null) {
                return address;
            }
        } catch (IllegalArgumentException unsafe) {
            throw wrong(variable, "'%s' is no https address; plain http is for this machine only".formatted(text));
        }
        throw wrong(variable, "'%s' must end with its path".formatted(text));
    }

    private @Nullable String secret(String name) {
        var direct = variable(name, "CLIENT_SECRET");
        var file = given(variable(name, "CLIENT_SECRET_FILE"));
        if (file == null) {
            return given(direct);
        }
        if (given(direct) != null) {
            throw wrong(direct, "and %s_FILE are both set; set one".formatted(direct));
        }
        try {
            var secret = Files.readString(Path.of(file)).strip();
            if (!secret.isEmpty()) {
                return secret;
            }
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "%s: the file %s cannot be read".formatted(direct + "_FILE", file), unreadable);
        }
        throw wrong(direct + "_FILE", "the file %s is empty".formatted(file));
    }

    private List<String> scopes(String name, boolean entra) {
        var given = words(variable(name, "SCOPES"));
        if (given.isEmpty()) {
            return entra
                    ? List.of("openid", "profile", "email", "offline_access")
                    : List.of("openid", "profile", "email");
        }
        if (!given.contains("openid")) {
            throw wrong(variable(name, "SCOPES"), "must include 'openid'");
        }
        return given;
    }

    private Set<String> tenants(String name, URI issuer) {
        var variable = variable(name, "TENANTS");
        var tenants = lowerCase(words(variable));
        if (tenants.isEmpty() && Entra.isAuthority(issuer) && Entra.isForSeveralTenants(issuer)) {
            throw wrong(
                    variable,
                    "is needed: %s signs in people of every organization there is; name the tenants to let in"
                            .formatted(issuer));
        }
        return tenants;
    }

    private ProviderSettings.Claims claims(String name, ProviderSettings.Claims usual) {
        var subject = given(variable(name, "SUBJECT_CLAIM"));
        var username = given(variable(name, "USERNAME_CLAIM"));
        return new ProviderSettings.Claims(
                subject == null ? usual.subject() : subject,
                username == null ? usual.username() : username,
                claim(variable(name, "GROUPS_CLAIM"), usual.groups()),
                claim(variable(name, "ROLES_CLAIM"), usual.roles()));
    }

    private @Nullable String claim(String variable, @Nullable String usual) {
        var given = given(variable);
        return given == null ? usual : given.equals(IGNORED) ? null : given;
    }

    private ProviderRules rules(String name) {
        var mapping = variable(name, "ROLES");
        var roles = new LinkedHashMap<String, List<ProvidedRole>>();
        for (var pair : list(mapping)) {
            var sign = pair.indexOf('=');
            if (sign < 1) {
                throw wrong(mapping, "'%s' is not <role at the provider>=<role here>".formatted(pair));
            }
            roles.computeIfAbsent(pair.substring(0, sign).strip(), _ -> new ArrayList<>())
                    .add(role(mapping, pair.substring(sign + 1)));
        }
        var everybody = given(variable(name, "DEFAULT_ROLE"));
        return new ProviderRules(
                roles,
                everybody == null ? null : role(variable(name, "DEFAULT_ROLE"), everybody),
                Set.copyOf(list(variable(name, "OWNERS"))));
    }

    private static ProvidedRole role(String variable, String text) {
        try {
            return ProvidedRole.parse(text.strip());
        } catch (Refused wrong) {
            throw wrong(
                    variable, "'%s': %s".formatted(text.strip(), wrong.problem().sentence()));
        }
    }

    private static Set<String> lowerCase(List<String> words) {
        return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Separated by spaces or commas. */
    private List<String> words(String variable) {
        return split(variable, "[\\s,]+");
    }

    /** Separated by commas alone. */
    private List<String> list(String variable) {
        return split(variable, ",");
    }

    private List<String> split(String variable, String by) {
        var text = given(variable);
        return text == null
                ? List.of()
                : Arrays.stream(text.split(by))
                        .map(String::strip)
                        .filter(part -> !part.isEmpty())
                        .toList();
    }

    private String needed(String variable) {
        var value = given(variable);
        if (value == null) {
            throw wrong(variable, "is not set");
        }
        return value;
    }

    private @Nullable String given(String variable) {
        var value = environment.get(variable);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static String variable(String name, String part) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_') + "_" + part;
    }

    private static IllegalStateException wrong(String variable, String why) {
        return new IllegalStateException("%s %s".formatted(variable, why));
    }
}
