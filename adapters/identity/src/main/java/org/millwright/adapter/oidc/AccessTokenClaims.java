package org.millwright.adapter.oidc;

import static org.millwright.adapter.oidc.Provider.refused;
import static org.millwright.adapter.oidc.Provider.text;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the claims of a verified token whether it is an access token for this server, and whether an application or a
 * person sends it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9068">RFC 9068, access tokens that are JSON web tokens</a>
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference">Entra ID's claims</a>
 */
final class AccessTokenClaims {
    /** Claims that only ID tokens and notices of signing out have. */
    private static final Set<String> OF_OTHER_TOKENS = Set.of("nonce", "at_hash", "c_hash", "events");

    private AccessTokenClaims() {}

    /** @throws org.millwright.shared.Refused with Unauthenticated */
    static void requireForUs(ProviderSettings settings, JWTClaimsSet claims) {
        var type = text(claims, "typ");
        if (claims.getClaims().keySet().stream().anyMatch(OF_OTHER_TOKENS::contains)
                || type != null && !type.toLowerCase(Locale.ROOT).equals("bearer")) {
            throw refused(
                    "The token is no access token: an ID token tells an application who signed in, and opens nothing");
        }
        var ours = audiences(settings);
        if (claims.getAudience().stream().noneMatch(ours::contains)) {
            throw refused(
                    "The token is for '%s', and has to be for '%s'",
                    String.join(
                            "', '",
                            claims.getAudience().stream()
                                    .filter(Objects::nonNull)
                                    .toList()),
                    settings.clientId());
        }
    }

    private static Set<String> audiences(ProviderSettings settings) {
        var audiences = new HashSet<>(settings.audiences());
        audiences.add(settings.clientId());
        if (settings.isEntra()) {
            // Its tokens of version 1 name the application by its address, which is this unless somebody chose another.
            audiences.add("api://" + settings.clientId());
        }
        return audiences;
    }

    /** The id of the application that acts for itself; null when a person is behind it. */
    static @Nullable String application(ProviderSettings settings, JWTClaimsSet claims) {
        var client = Stream.of("azp", "appid", "client_id")
                .map(name -> text(claims, name))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
        if (client == null) {
            return null;
        }
        var subject = text(claims, "sub");
        var actsForItself = settings.isEntra()
                // A person's subject is another for each application, and their tokens say what was consented to.
                ? "app".equals(text(claims, "idtyp"))
                        || text(claims, "scp") == null && subject != null && subject.equals(text(claims, "oid"))
                : client.equals(subject) || isKeycloakServiceAccount(claims, client);
        return actsForItself ? client : null;
    }

    /** Keycloak gives a client an account of its own. That of a person may be called so, but has no {@code client_id}. */
    private static boolean isKeycloakServiceAccount(JWTClaimsSet claims, String client) {
        return client.equals(text(claims, "client_id"))
                && ("service-account-" + client.toLowerCase(Locale.ROOT)).equals(text(claims, "preferred_username"));
    }
}
