package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.SessionLife;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/** Issues credentials, tells who holds one, and takes them back. */
@ApplicationScoped
@Transactional
public class Credentials {
    private static final Duration TOUCH_INTERVAL = Duration.ofMinutes(1);

    private final CredentialRepository credentials;
    private final IdSource ids;
    private final Clock clock;
    private final RightsChanges changes;
    private final SessionLife life;

    @Inject
    public Credentials(
            CredentialRepository credentials, RightsChanges changes, SessionLife life, IdSource ids, Clock clock) {
        this.credentials = credentials;
        this.life = life;
        this.ids = ids;
        this.clock = clock;
        this.changes = changes;
    }

    @SuppressWarnings("NullAway")
    protected Credentials() {
        this(null, null, null, null, null);
    }

    /** A new credential together with its secret, which nobody can read again. */
    public record Issued(Credential credential, String secret) {}

    /** Says who holds the secret. @throws Refused with Unauthenticated when nobody does any more */
    public Caller authenticate(String secret) {
        return authenticate(secret, true);
    }

    /** @param attended whether somebody asked for it; what a page fetches by itself does not keep a session alive */
    public Caller authenticate(String secret, boolean attended) {
        var kind = CredentialKind.ofSecret(secret);
        if (kind == null || kind == CredentialKind.SIGN_IN_LINK) {
            throw unauthenticated("The credential is not one that this server issued");
        }
        var holder = credentials
                .findByDigest(Sha256.hex(secret))
                .orElseThrow(() -> unauthenticated("The credential is not known to this server"));
        var credential = holder.credential();
        var now = clock.instant();
        if (!credential.isValid(now)) {
            throw unauthenticated(credential.invalidity());
        }
        if (life.isLeft(credential, now)) {
            throw unauthenticated("The session was not used for too long; sign in again");
        }
        requireEnabled(holder);
        if (attended
                && (credential.lastUsedAt() == null
                        || credential.lastUsedAt().plus(TOUCH_INTERVAL).isBefore(now))) {
            credentials.touch(credential.id(), now);
        }
        return caller(holder);
    }

    /** @param lifetime null for the kind's usual one */
    public Issued issueToken(PrincipalId principal, String name, @Nullable Duration lifetime) {
        if (name.isBlank() || name.length() > 200) {
            throw Refused.invalid("name", "1 to 200 characters");
        }
        if (lifetime != null && (lifetime.isNegative() || lifetime.isZero())) {
            throw Refused.invalid("lifetime", "more than zero");
        }
        return issue(CredentialKind.PERSONAL_TOKEN, principal, name, null, lifetime);
    }

    /** For the script of one run; it may do what {@link Confinement#RUN} leaves of what its submitter may. */
    public Issued issueRunToken(PrincipalId submitter, String run) {
        return issue(CredentialKind.RUN_TOKEN, submitter, "Token of run " + run, run, null);
    }

    public Issued issueSignInLink(PrincipalId principal) {
        return issue(CredentialKind.SIGN_IN_LINK, principal, "Sign-in link", null, null);
    }

    /** Turns a one-time link into a session. @throws Refused with Unauthenticated when it was used or has expired */
    public Issued signIn(String linkSecret) {
        var holder = credentials
                .findByDigest(Sha256.hex(linkSecret))
                .filter(found -> found.credential().kind() == CredentialKind.SIGN_IN_LINK)
                .orElseThrow(() -> unauthenticated("The sign-in link is not known to this server"));
        var link = holder.credential();
        var now = clock.instant();
        requireEnabled(holder);
        if (!link.isValid(now) || !credentials.revoke(link.id(), now)) {
            throw unauthenticated("The sign-in link was already used or has expired");
        }
        return issue(CredentialKind.SESSION, link.principal(), "Browser session", null, life.longest());
    }

    /** Opens a session for somebody who proved themselves with a token instead of a link. */
    public Issued signInWithToken(String token) {
        var caller = authenticate(token);
        if (caller.run() != null) {
            throw unauthenticated("A run's token cannot open a session");
        }
        return issue(CredentialKind.SESSION, caller.principal(), "Browser session", null, life.longest());
    }

    /** Opens a session for somebody whom an identity provider vouches for. */
    public Issued openSession(PrincipalId principal) {
        return issue(CredentialKind.SESSION, principal, "Browser session", null, life.longest());
    }

    /** Ends the session that a browser held until it opened another. What is no session, or none any more, is left alone. */
    public void endSession(String secret) {
        credentials
                .findByDigest(Sha256.hex(secret))
                .map(CredentialRepository.Holder::credential)
                .filter(credential -> credential.kind() == CredentialKind.SESSION && credential.revokedAt() == null)
                .ifPresent(session -> end(List.of(session)));
    }

    /** Signs the principal out of every browser. @return how many sessions that ended */
    public int endSessions(PrincipalId principal) {
        var now = clock.instant();
        var open = credentials.of(principal, CredentialKind.SESSION).stream()
                .filter(session -> session.isValid(now))
                .toList();
        end(open);
        return open.size();
    }

    private void end(List<Credential> sessions) {
        sessions.forEach(session -> credentials.revoke(session.id(), clock.instant()));
        changes.happened();
    }

    public List<Credential> tokensOf(PrincipalId principal) {
        return credentials.of(principal, CredentialKind.PERSONAL_TOKEN);
    }

    /** Revokes one of the principal's own credentials; again is harmless. */
    public void revoke(PrincipalId principal, CredentialId id) {
        for (var kind : CredentialKind.values()) {
            if (credentials.of(principal, kind).stream()
                    .anyMatch(own -> own.id().equals(id))) {
                credentials.revoke(id, clock.instant());
                changes.happened();
                return;
            }
        }
        throw Refused.notFound("credential", id);
    }

    /** The run has ended, so its script has no more business here. */
    public void revokeOfRun(String run) {
        credentials.revokeOfRun(run, clock.instant());
        changes.happened();
    }

    private Issued issue(
            CredentialKind kind,
            PrincipalId principal,
            String name,
            @Nullable String run,
            @Nullable Duration lifetime) {
        var now = clock.instant();
        var secret = kind.newSecret(ids);
        var credential = new Credential(
                new CredentialId(ids.nextId()),
                kind,
                principal,
                name,
                Sha256.hex(secret),
                run,
                now,
                expiry(now, lifetime == null ? kind.lifetime() : lifetime),
                null,
                null);
        credentials.add(credential);
        return new Issued(credential, secret);
    }

    private static Instant expiry(Instant now, Duration lifetime) {
        try {
            return now.plus(lifetime);
        } catch (ArithmeticException | DateTimeException tooLong) {
            throw Refused.invalid("lifetime", "too long");
        }
    }

    private static Caller caller(CredentialRepository.Holder holder) {
        var credential = holder.credential();
        var run = credential.run();
        return new Caller(
                credential.principal(),
                holder.principalName(),
                holder.grants(),
                run == null ? Confinement.NONE : Confinement.RUN,
                credential.id(),
                run);
    }

    private static void requireEnabled(CredentialRepository.Holder holder) {
        if (holder.disabled()) {
            throw unauthenticated("The account '%s' is disabled".formatted(holder.principalName()));
        }
    }

    private static Refused unauthenticated(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }
}
