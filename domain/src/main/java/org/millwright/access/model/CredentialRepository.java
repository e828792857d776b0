package org.millwright.access.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;

/** Keeps what proves who is asking. */
public interface CredentialRepository {

    /**
     * A credential with its owner and all that the owner holds, also through groups, read in one query because every request
     * needs it.
     */
    record Holder(Credential credential, String principalName, boolean disabled, List<Grant> grants) {}

    Optional<Holder> findByDigest(String digest);

    Optional<Credential> find(CredentialId id);

    List<Credential> of(PrincipalId principal, CredentialKind kind);

    void add(Credential credential);

    /** @return false when it was revoked before, so that of two uses of a one-time link only one succeeds */
    boolean revoke(CredentialId id, Instant at);

    void revokeOfRun(String run, Instant at);

    /** Revokes the access tokens that were given for the secret, certificate or trust. */
    void revokeMadeWith(CredentialId secret, Instant at);

    /** Remembers roughly when and from where it was last used: at most one write a minute for each credential. */
    void touch(CredentialId id, Instant at, String address);

    /** Forgets access tokens that ended before, some thousands at most: they come by the hour, and nobody asks for them again. */
    void forgetAccessTokens(Instant endedBefore);

    /**
     * Notes that a signed statement was used, so that it is used once.
     *
     * @param digest names the statement
     * @param until when it ends by itself and need not be remembered any more
     * @return false when it was used before
     */
    boolean useOnce(String digest, Instant until, Instant now);
}
