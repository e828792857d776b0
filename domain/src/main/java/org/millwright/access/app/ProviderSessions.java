package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretCipher;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProviderSession;
import org.millwright.access.model.ProviderSessionRepository;
import org.millwright.access.model.SessionLife;
import org.millwright.access.spi.IdentityProviders;

/** Sessions that a provider vouched for: how they open, what is known of them, and how they end with the provider's. */
@ApplicationScoped
@Transactional
public class ProviderSessions {
    private final ProviderSessionRepository sessions;
    private final CredentialRepository credentials;
    private final Credentials issuing;
    private final Provisioning provisioning;
    private final IdentityProviders providers;
    private final RightsChanges changes;
    private final SecretCipher cipher;
    private final SessionLife life;
    private final Clock clock;

    @Inject
    public ProviderSessions(
            ProviderSessionRepository sessions,
            CredentialRepository credentials,
            Credentials issuing,
            Provisioning provisioning,
            IdentityProviders providers,
            RightsChanges changes,
            SecretCipher cipher,
            SessionLife life,
            Clock clock) {
        this.sessions = sessions;
        this.credentials = credentials;
        this.issuing = issuing;
        this.provisioning = provisioning;
        this.providers = providers;
        this.changes = changes;
        this.cipher = cipher;
        this.life = life;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ProviderSessions() {
        this(null, null, null, null, null, null, null, null, null);
    }

    /**
     * Makes whoever arrived known here and opens a session for them.
     *
     * @throws org.millwright.shared.Refused with Unauthenticated when they are disabled here
     */
    public Credentials.Issued open(Arrival arrival) {
        var identity = arrival.who().identity();
        var person = provisioning.follow(arrival.who(), providers.rules(identity.provider()));
        var session = issuing.openSession(person.id());
        sessions.add(
                sealed(session.credential().id(), person.id(), arrival),
                clock.instant().plus(providers.checkInterval()));
        return session;
    }

    /** Those to ask their provider about now; each is due again later, whatever comes of it. */
    public List<ProviderSession> claimDue(int most) {
        var now = clock.instant();
        return sessions.claimDue(now, now.minus(life.idle()), now.plus(providers.checkInterval()), most);
    }

    /** What to ask the provider with. */
    public @Nullable String refreshToken(ProviderSession session) {
        var sealed = session.refreshToken();
        return sealed == null ? null : cipher.open(ProviderSession.refreshTokenPlace(session.session()), sealed);
    }

    /** It still holds, and this is what the provider says now. @throws org.millwright.shared.Refused when they are disabled here */
    public void renewed(ProviderSession session, Arrival arrival) {
        provisioning.follow(arrival.who(), providers.rules(session.identity().provider()));
        sessions.update(sealed(session.session(), session.principal(), arrival));
    }

    /** It still holds; the provider said nothing new. */
    public void renewed(ProviderSession session, String refreshToken) {
        sessions.update(new ProviderSession(
                session.session(),
                session.principal(),
                session.identity(),
                session.providerSession(),
                session.idToken(),
                cipher.seal(ProviderSession.refreshTokenPlace(session.session()), refreshToken)));
    }

    /** The provider no longer vouches for it. */
    public void end(ProviderSession session) {
        credentials.revoke(session.session(), clock.instant());
        changes.happened();
    }

    /** What the provider is told when somebody signs out here. @return empty when no provider has to do with the session */
    public Optional<ProviderSession> find(CredentialId session) {
        return sessions.find(session);
    }

    public String idToken(ProviderSession session) {
        return cipher.open(ProviderSession.idTokenPlace(session.session()), session.idToken());
    }

    /** A provider says that somebody signed out there. @return how many sessions here ended by it */
    public int signedOut(String provider, IdentityProviders.SignedOut notice) {
        var subject = notice.subject();
        var providerSession = notice.providerSession();
        List<ProviderSession> ended = subject != null
                ? sessions.of(new Identity(provider, subject), providerSession)
                : providerSession != null ? sessions.of(provider, providerSession) : List.of();
        ended.forEach(this::end);
        return ended.size();
    }

    /** Forgets the tokens of sessions that are over. */
    public int forgetEnded() {
        return sessions.forgetEnded(clock.instant());
    }

    private ProviderSession sealed(CredentialId session, PrincipalId principal, Arrival arrival) {
        var refreshToken = arrival.refreshToken();
        return new ProviderSession(
                session,
                principal,
                arrival.who().identity(),
                arrival.providerSession(),
                cipher.seal(ProviderSession.idTokenPlace(session), arrival.idToken()),
                refreshToken == null ? null : cipher.seal(ProviderSession.refreshTokenPlace(session), refreshToken));
    }
}
