package org.millwright.access.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProviderSession;
import org.millwright.access.model.ProviderSessionRepository;

/** What sessions owe to providers, in memory. */
public final class InMemoryProviderSessions implements ProviderSessionRepository {
    private final Map<CredentialId, ProviderSession> sessions = new LinkedHashMap<>();
    private final Map<CredentialId, Instant> due = new LinkedHashMap<>();
    private final CredentialRepository credentials;

    public InMemoryProviderSessions(CredentialRepository credentials) {
        this.credentials = credentials;
    }

    @Override
    public void add(ProviderSession session, Instant checkAt) {
        sessions.put(session.session(), session);
        due.put(session.session(), checkAt);
    }

    @Override
    public Optional<ProviderSession> find(CredentialId session) {
        return Optional.ofNullable(sessions.get(session));
    }

    @Override
    public List<ProviderSession> of(Identity identity, @Nullable String providerSession) {
        return sessions.values().stream()
                .filter(session -> session.identity().equals(identity))
                .filter(session -> providerSession == null || providerSession.equals(session.providerSession()))
                .toList();
    }

    @Override
    public List<ProviderSession> of(String provider, String providerSession) {
        return sessions.values().stream()
                .filter(session -> session.identity().provider().equals(provider))
                .filter(session -> providerSession.equals(session.providerSession()))
                .toList();
    }

    @Override
    public List<ProviderSession> claimDue(Instant now, Instant usedSince, Instant dueAgain, int most) {
        var claimed = new ArrayList<ProviderSession>();
        for (var session : sessions.values()) {
            var lately = credential(session)
                    .filter(credential -> credential.isValid(now))
                    .map(credential ->
                            credential.lastUsedAt() == null ? credential.createdAt() : credential.lastUsedAt())
                    .filter(used -> !used.isBefore(usedSince));
            if (claimed.size() < most
                    && session.refreshToken() != null
                    && lately.isPresent()
                    && !due.get(session.session()).isAfter(now)) {
                claimed.add(session);
                due.put(session.session(), dueAgain);
            }
        }
        return claimed;
    }

    @Override
    public void update(ProviderSession session) {
        sessions.replace(session.session(), session);
    }

    @Override
    public int forgetEnded(Instant now) {
        var before = sessions.size();
        sessions.values().removeIf(session -> credential(session)
                .filter(credential -> credential.isValid(now))
                .isEmpty());
        return before - sessions.size();
    }

    private Optional<Credential> credential(ProviderSession session) {
        return credentials.of(session.principal(), CredentialKind.SESSION).stream()
                .filter(credential -> credential.id().equals(session.session()))
                .findFirst();
    }
}
