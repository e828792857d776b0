package org.millwright.access.model;

import org.jspecify.annotations.Nullable;

/**
 * Somebody came back from a provider and is who they say.
 *
 * @param providerSession what the provider calls their session there; null when it does not say
 * @param idToken what the provider signed; it wants it back when they sign out
 * @param refreshToken by which the provider can be asked later whether all this still holds; null when it gave none
 */
public record Arrival(
        ProvidedIdentity who,
        @Nullable String providerSession,
        String idToken,
        @Nullable String refreshToken) {
    /** Without the tokens. */
    @Override
    public String toString() {
        return who.identity().toString();
    }
}
