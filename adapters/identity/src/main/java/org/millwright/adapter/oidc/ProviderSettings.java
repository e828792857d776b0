package org.millwright.adapter.oidc;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.ProviderRules;

/**
 * What the operator says about one identity provider.
 *
 * @param name in addresses, in the ids of people, and in the names of its settings
 * @param label on the button of the sign-in page
 * @param issuer where it publishes its configuration, without a slash at the end
 * @param clientSecret null for a public client, which PKCE alone protects
 * @param audiences further ones, beside the client's id, that a bearer token may be for
 * @param tenants the only ones whose people are let in, by their {@code tid}; empty for whichever the issuer has
 * @param domains the only ones whose verified addresses are let in; empty for all
 */
public record ProviderSettings(
        String name,
        String label,
        URI issuer,
        String clientId,
        @Nullable String clientSecret,
        List<String> scopes,
        Set<String> audiences,
        Set<String> tenants,
        Set<String> domains,
        Claims claims,
        ProviderRules rules) {

    public ProviderSettings {
        scopes = List.copyOf(scopes);
        audiences = Set.copyOf(audiences);
        tenants = Set.copyOf(tenants);
        domains = Set.copyOf(domains);
    }

    /**
     * Which claims say what. A dot leads into an object: {@code realm_access.roles}.
     *
     * @param groups null when the provider's groups are to be ignored
     * @param roles null when its roles are
     */
    public record Claims(
            String subject,
            String username,
            @Nullable String groups,
            @Nullable String roles) {
        /** As the standard and most providers have it. */
        public static final Claims USUAL = new Claims("sub", "preferred_username", "groups", "roles");

        /** Entra's {@code sub} is another for each application; {@code oid} is the person's own. */
        public static final Claims ENTRA = new Claims("oid", "preferred_username", "groups", "roles");
    }

    /** Of an issuer whose tokens stand for service principals. Nobody signs in there. */
    static ProviderSettings ofIssuer(URI issuer) {
        var text = issuer.toString();
        return new ProviderSettings(
                text,
                text,
                URI.create(text.replaceAll("/+$", "")),
                "",
                null,
                List.of(),
                Set.of(),
                Set.of(),
                Set.of(),
                Claims.USUAL,
                ProviderRules.NONE);
    }

    /** Whether it is Microsoft's own, which has peculiarities. */
    boolean isEntra() {
        return Entra.isAuthority(issuer);
    }

    /** Without the secret, since it may end up in a log. */
    @Override
    public String toString() {
        return "%s (%s)".formatted(name, issuer);
    }
}
