package org.millwright.access.model;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a browser stays signed in.
 *
 * @param idle without anybody using it; what a page fetches by itself is no use
 * @param longest in any case
 */
public record SessionLife(Duration idle, Duration longest) {
    /** What is said when the operator says nothing. */
    public static final SessionLife USUAL = new SessionLife(Duration.ofMinutes(60), CredentialKind.SESSION.lifetime());

    /** Whether nobody has used the session for too long. What is no session is never left. */
    public boolean isLeft(Credential credential, Instant now) {
        if (credential.kind() != CredentialKind.SESSION) {
            return false;
        }
        var lastUse = credential.lastUsedAt() == null ? credential.createdAt() : credential.lastUsedAt();
        return !now.isBefore(lastUse.plus(idle));
    }
}
