package org.millwright.access.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;

/** Keeps which sessions came through which provider. */
public interface ProviderSessionRepository {

    /** @param checkAt when to ask the provider about it */
    void add(ProviderSession session, Instant checkAt);

    Optional<ProviderSession> find(CredentialId session);

    /** Those of an account at a provider, or of one session of it there. @param providerSession null for all */
    List<ProviderSession> of(Identity identity, @Nullable String providerSession);

    /** Those of a session at the provider, whoever's it is. */
    List<ProviderSession> of(String provider, String providerSession);

    /**
     * Takes sessions to ask their provider about: those that are open, were used lately, and are due. They are due again at the
     * given time, whatever comes of it, so that no other server asks about the same.
     *
     * @param now what is due by then
     * @param usedSince when they were used last, at least
     */
    List<ProviderSession> claimDue(Instant now, Instant usedSince, Instant dueAgain, int most);

    /** The provider gave other tokens. */
    void update(ProviderSession session);

    /** Those whose session here is over. @return how many there were */
    int forgetEnded(Instant now);
}
