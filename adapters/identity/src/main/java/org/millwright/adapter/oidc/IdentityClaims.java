package org.millwright.adapter.oidc;

import static org.millwright.adapter.oidc.Provider.refused;
import static org.millwright.adapter.oidc.Provider.text;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProvidedIdentity;
import org.millwright.shared.Refused;

/** Reads from the claims of a verified token who somebody is, as the provider's settings say. */
public final class IdentityClaims {
    private static final int LONGEST_VALUE = 1000;
    private static final int MOST_VALUES = 2000;

    private IdentityClaims() {}

    /** @throws Refused with Unauthenticated when a claim is missing, groups are left out, or the operator lets in others only */
    public static ProvidedIdentity read(ProviderSettings settings, JWTClaimsSet claims) {
        var names = settings.claims();
        var subject = text(claims, names.subject());
        if (subject == null || subject.length() > LONGEST_VALUE) {
            throw refused(
                    "%s does not say who you are: its token has no usable claim '%s'",
                    settings.label(), names.subject());
        }
        requireDomain(settings, claims);
        var email = isDenied(claims, "email_verified") ? null : text(claims, "email");
        var username = username(claims, names.username(), email);
        var name = text(claims, "name");
        return new ProvidedIdentity(
                new Identity(settings.name(), subject),
                username,
                name != null ? name : username != null ? username : subject,
                email,
                names.groups() == null ? Set.of() : groups(settings, claims, names.groups()),
                names.roles() == null ? Set.of() : values(claims, names.roles()));
    }

    /** Whether it has the claims that say what groups and roles they have here; one that has none of them may still be in some. */
    static boolean tellMemberships(ProviderSettings settings, JWTClaimsSet claims) {
        var names = settings.claims();
        return Stream.of(names.groups(), names.roles())
                .allMatch(name -> name == null || at(claims.getClaims(), name) != null);
    }

    private static @Nullable String username(JWTClaimsSet claims, String claim, @Nullable String verifiedEmail) {
        // Whoever may write any address into their profile must not pass for its owner.
        var said = claim.equals("email") ? verifiedEmail : text(claims, claim);
        return said != null ? said : verifiedEmail;
    }

    private static void requireDomain(ProviderSettings settings, JWTClaimsSet claims) {
        if (settings.domains().isEmpty()) {
            return;
        }
        var hosted = text(claims, "hd");
        var email = text(claims, "email");
        var ofEmail = email == null || !isAffirmed(claims, "email_verified")
                ? null
                : email.substring(email.lastIndexOf('@') + 1);
        if (!isAmong(settings.domains(), hosted) && !isAmong(settings.domains(), ofEmail)) {
            throw refused(
                    "Only people with a verified address of %s are let in here",
                    String.join(", ", settings.domains().stream().sorted().toList()));
        }
    }

    private static boolean isAmong(Set<String> domains, @Nullable String domain) {
        return domain != null && domains.contains(domain.toLowerCase(Locale.ROOT));
    }

    /**
     * Entra leaves groups out of a token when there are more than 200 and says where to ask for them instead. Without them somebody would
     * lose roles, or a denial.
     */
    private static Set<String> groups(ProviderSettings settings, JWTClaimsSet claims, String claim) {
        var elsewhere = claims.getClaim("_claim_names") instanceof Map<?, ?> names && names.containsKey(claim);
        if (elsewhere || isAffirmed(claims, "hasgroups")) {
            throw refused(
                    "You are in more groups than %s puts into a token, so your roles here cannot be told. Its administrator can send only the"
                            + " groups that are assigned to the application (in Entra ID: Token configuration, groups claim, 'Groups"
                            + " assigned to the application'), or use application roles and set MILLWRIGHT_OIDC_%s_GROUPS_CLAIM=none",
                    settings.label(), settings.name().toUpperCase(Locale.ROOT).replace('-', '_'));
        }
        return values(claims, claim);
    }

    private static Set<String> values(JWTClaimsSet claims, String claim) {
        var found = at(claims.getClaims(), claim);
        var values = new LinkedHashSet<String>();
        if (found instanceof Collection<?> several) {
            several.forEach(value -> add(values, value));
        } else {
            add(values, found);
        }
        if (values.size() > MOST_VALUES) {
            throw refused("The token has %d values in '%s'; at most %d are read", values.size(), claim, MOST_VALUES);
        }
        return values;
    }

    private static void add(Set<String> values, @Nullable Object value) {
        if (value instanceof String text && !text.isBlank() && text.length() <= LONGEST_VALUE && text.indexOf(0) < 0) {
            values.add(text);
        }
    }

    /** The claim of that very name, or what dots lead to. */
    private static @Nullable Object at(Map<?, ?> claims, String path) {
        if (claims.containsKey(path)) {
            return claims.get(path);
        }
        var dot = path.indexOf('.');
        return dot > 0 && claims.get(path.substring(0, dot)) instanceof Map<?, ?> inner
                ? at(inner, path.substring(dot + 1))
                : null;
    }

    /** Some providers write truths as text. */
    private static boolean isAffirmed(JWTClaimsSet claims, String claim) {
        return "true".equalsIgnoreCase(String.valueOf(claims.getClaim(claim)));
    }

    private static boolean isDenied(JWTClaimsSet claims, String claim) {
        return "false".equalsIgnoreCase(String.valueOf(claims.getClaim(claim)));
    }
}
