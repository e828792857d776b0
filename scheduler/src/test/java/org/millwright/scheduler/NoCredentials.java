package org.millwright.scheduler;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;

/** Lets credentials be issued and forgets them. */
class NoCredentials implements CredentialRepository {
    @Override
    public Optional<Holder> findByDigest(String digest) {
        return Optional.empty();
    }

    @Override
    public List<Credential> of(PrincipalId principal, CredentialKind kind) {
        return List.of();
    }

    @Override
    public void add(Credential credential) {
        // Forgotten.
    }

    @Override
    public boolean revoke(CredentialId id, Instant at) {
        return true;
    }

    @Override
    public void revokeOfRun(String run, Instant at) {
        // Forgotten.
    }

    @Override
    public void touch(CredentialId id, Instant at) {
        // Forgotten.
    }
}
