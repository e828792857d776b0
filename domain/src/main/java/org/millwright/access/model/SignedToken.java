package org.millwright.access.model;

import org.jspecify.annotations.Nullable;

/**
 * A JSON web token that was read and is not believed yet.
 *
 * @param text as it was sent
 * @param certificate the thumbprint of the certificate that its header names by {@code x5t#S256}, in base64url; null when it
 *     names none
 * @param key what its header calls {@code kid}; null when it does not
 */
public record SignedToken(
        String text, @Nullable String certificate, @Nullable String key, SignedClaims claims) {

    /** Without the signature, which nobody needs to see. */
    @Override
    public String toString() {
        return "token of %s for %s".formatted(claims.issuer(), claims.subject());
    }
}
