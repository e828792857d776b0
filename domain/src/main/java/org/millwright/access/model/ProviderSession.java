package org.millwright.access.model;

import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretPlace;

/**
 * What a session here owes to a session at a provider. The tokens are sealed.
 *
 * @param session the one here
 * @param providerSession what the provider calls its own; null when it does not say
 * @param refreshToken null when the provider gave none: then it cannot be asked
 */
public record ProviderSession(
        CredentialId session,
        PrincipalId principal,
        Identity identity,
        @Nullable String providerSession,
        String idToken,
        @Nullable String refreshToken) {

    public static SecretPlace idTokenPlace(CredentialId session) {
        return place(session, "id");
    }

    public static SecretPlace refreshTokenPlace(CredentialId session) {
        return place(session, "refresh");
    }

    private static SecretPlace place(CredentialId session, String token) {
        return new SecretPlace("provider-session", session + "/" + token);
    }
}
