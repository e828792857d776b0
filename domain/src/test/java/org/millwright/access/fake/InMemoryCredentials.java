package org.millwright.access.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;

/** Principals and credentials in memory. */
public final class InMemoryCredentials implements CredentialRepository {
    private final Map<PrincipalId, String> names = new HashMap<>();
    private final Map<PrincipalId, Set<Grant>> grants = new HashMap<>();
    private final Map<CredentialId, Credential> credentials = new LinkedHashMap<>();

    @Override
    public Optional<Holder> findByDigest(String digest) {
        return credentials.values().stream()
                .filter(credential -> credential.digest().equals(digest))
                .findFirst()
                .map(credential -> new Holder(
                        credential,
                        names.get(credential.principal()),
                        new ArrayList<>(grants.get(credential.principal()))));
    }

    @Override
    public List<Credential> of(PrincipalId principal, CredentialKind kind) {
        return credentials.values().stream()
                .filter(credential -> credential.principal().equals(principal) && credential.kind() == kind)
                .sorted(Comparator.comparing(Credential::createdAt))
                .toList();
    }

    @Override
    public void add(Credential credential) {
        credentials.put(credential.id(), credential);
    }

    @Override
    public boolean revoke(CredentialId id, Instant at) {
        return revoke(credential -> credential.id().equals(id), at);
    }

    @Override
    public void revokeOfRun(String run, Instant at) {
        revoke(credential -> run.equals(credential.run()), at);
    }

    @Override
    public void touch(CredentialId id, Instant at) {
        credentials.computeIfPresent(id, (_, credential) -> with(credential, credential.revokedAt(), at));
    }

    @Override
    public void ensurePrincipal(PrincipalId id, String name, Grant grant) {
        names.putIfAbsent(id, name);
        grants.computeIfAbsent(id, _ -> new LinkedHashSet<>()).add(grant);
    }

    private boolean revoke(Predicate<Credential> which, Instant at) {
        var any = false;
        for (var credential : List.copyOf(credentials.values())) {
            if (credential.revokedAt() == null && which.test(credential)) {
                credentials.put(credential.id(), with(credential, at, credential.lastUsedAt()));
                any = true;
            }
        }
        return any;
    }

    private static Credential with(Credential credential, Instant revokedAt, Instant lastUsedAt) {
        return new Credential(
                credential.id(),
                credential.kind(),
                credential.principal(),
                credential.name(),
                credential.digest(),
                credential.run(),
                credential.createdAt(),
                credential.expiresAt(),
                revokedAt,
                lastUsedAt);
    }
}
