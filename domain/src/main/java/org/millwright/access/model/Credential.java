package org.millwright.access.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;

/**
 * Something that proves who is asking. Only the digest of the secret is kept; the secret is shown once, when it is made.
 *
 * <p>It is made, used until it expires or is revoked, and never comes back to life. A sign-in link is revoked by its use.
 *
 * @param digest SHA-256 of the secret in lower-case hex; the secrets are random, so no salt is needed
 * @param run the run that a run token belongs to, else null
 * @param expiresAt null for one that lives until it is revoked
 */
public record Credential(
        CredentialId id,
        CredentialKind kind,
        PrincipalId principal,
        String name,
        String digest,
        @Nullable String run,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    public boolean isValid(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** Why it is refused, for the person who tries it. */
    public String invalidity() {
        return revokedAt != null ? "The credential was revoked or already used" : "The credential has expired";
    }
}
