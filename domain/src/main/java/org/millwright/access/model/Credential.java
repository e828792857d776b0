package org.millwright.access.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;

/**
 * Something that proves who is asking. Only the digest of the secret is kept; the secret is shown once, when it is made.
 *
 * <p>It is made, used until it expires or is revoked, and never comes back to life. A sign-in link is revoked by its use.
 *
 * @param digest SHA-256 of the secret in lower-case hex; the secrets are random, so no salt is needed
 * @param run the run that a run token belongs to, else null
 * @param confinement what it leaves of all that its principal may do
 * @param madeWith the secret, certificate or trust that an access token was given for, else null
 * @param expiresAt null for one that lives until it is revoked
 * @param lastUsedFrom the address, as {@link org.millwright.access.Origin} has it
 */
public record Credential(
        CredentialId id,
        CredentialKind kind,
        PrincipalId principal,
        String name,
        String digest,
        @Nullable String run,
        Confinement confinement,
        @Nullable CredentialId madeWith,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt,
        @Nullable String lastUsedFrom) {

    /** One that nobody has used yet. */
    public static Credential made(
            CredentialId id,
            CredentialKind kind,
            PrincipalId principal,
            String name,
            String digest,
            Confinement confinement,
            Instant createdAt,
            @Nullable Instant expiresAt) {
        return new Credential(
                id, kind, principal, name, digest, null, confinement, null, createdAt, expiresAt, null, null, null);
    }

    public boolean isValid(Instant now) {
        return revokedAt == null && (expiresAt == null || now.isBefore(expiresAt));
    }

    /** Why it is refused, for the person who tries it. */
    public String invalidity() {
        return revokedAt != null ? "The credential was revoked or already used" : "The credential has expired";
    }
}
