package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;
import org.millwright.workspace.WorkspaceName;

/** Issues credentials, tells who holds one, and takes them back. */
@ApplicationScoped
@Transactional
public class Credentials {
    private static final Duration TOUCH_INTERVAL = Duration.ofMinutes(1);

    private final CredentialRepository credentials;
    private final PrincipalRepository principals;
    private final IdSource ids;
    private final Clock clock;
    private final RightsChanges changes;
    private final SessionLife life;
    private final TokenLife tokenLife;

    @Inject
    public Credentials(
            CredentialRepository credentials,
            PrincipalRepository principals,
            RightsChanges changes,
            SessionLife life,
            TokenLife tokenLife,
            IdSource ids,
            Clock clock) {
        this.credentials = credentials;
        this.principals = principals;
        this.life = life;
        this.tokenLife = tokenLife;
        this.ids = ids;
        this.clock = clock;
        this.changes = changes;
    }

    @SuppressWarnings("NullAway")
    protected Credentials() {
        this(null, null, null, null, null, null, null);
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
        if (kind == CredentialKind.CLIENT_SECRET) {
            throw unauthenticated("A client secret signs no request: get an access token for it at /oauth2/token");
        }
        if (kind == null || !kind.isBearer()) {
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
            credentials.touch(credential.id(), now, Authority.current().origin().address());
        }
        return caller(holder);
    }

    /**
     * A token of the caller's own.
     *
     * @param wanted what it is confined to, beside what confines the caller
     * @param lifetime null for the usual one
     * @throws Refused with Forbidden for a run, for a service, and when more is wanted than the caller's credential carries
     */
    public Issued issueToken(Caller by, String name, Confinement wanted, @Nullable Duration lifetime) {
        if (name.isBlank() || name.length() > 200) {
            throw Refused.invalid("name", "1 to 200 characters");
        }
        requirePerson(by, "make personal tokens");
        var now = clock.instant();
        var confinement = by.confinement().passOn(wanted);
        return issue(
                CredentialKind.PERSONAL_TOKEN,
                by.principal(),
                name,
                null,
                confinement,
                tokenLife.endOfToken(lifetime, now, by.confinement().until()));
    }

    /** For the script of one run; it may do what {@link Confinement#RUN} leaves of what its submitter may do there. */
    public Issued issueRunToken(PrincipalId submitter, String run, WorkspaceName workspace) {
        return issue(
                CredentialKind.RUN_TOKEN,
                submitter,
                "Token of run " + run,
                run,
                Confinement.RUN.in(workspace),
                clock.instant().plus(CredentialKind.RUN_TOKEN.lifetime()));
    }

    /** A link that signs the caller in with a browser, to do no more than they may do now. */
    public Issued issueSignInLink(Caller by) {
        requirePerson(by, "sign in with a browser");
        return issueSignInLink(by, by.principal());
    }

    /** The same for somebody else who has no other way. Who calls it has made sure that the caller may do all that they may. */
    Issued issueSignInLink(Caller by, PrincipalId person) {
        return issue(
                CredentialKind.SIGN_IN_LINK,
                person,
                "Sign-in link",
                null,
                by.confinement(),
                end(CredentialKind.SIGN_IN_LINK.lifetime(), by.confinement()));
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
        return openSession(link.principal(), link.confinement());
    }

    /** Opens a session for somebody who proved themselves with a token instead of a link. */
    public Issued signInWithToken(String token) {
        var caller = authenticate(token);
        if (CredentialKind.ofSecret(token) != CredentialKind.PERSONAL_TOKEN) {
            throw unauthenticated("Only a personal token can open a session");
        }
        return openSession(caller.principal(), caller.confinement());
    }

    private Issued openSession(PrincipalId principal, Confinement confinement) {
        return issue(
                CredentialKind.SESSION,
                principal,
                "Browser session",
                null,
                confinement,
                end(life.longest(), confinement));
    }

    /** Opens a session for somebody whom an identity provider vouches for. */
    public Issued openSession(PrincipalId principal) {
        return openSession(principal, Confinement.NONE);
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

    /**
     * Somebody's tokens, for themselves and for whoever sees who may do what.
     *
     * @throws Refused with Forbidden
     */
    public List<Credential> tokensOf(Caller by, PrincipalId principal) {
        if (!by.principal().equals(principal)) {
            by.requireEverywhere(Permission.ACCESS_READ);
        }
        return tokensOf(principal);
    }

    /** Revokes one of the principal's own credentials; again is harmless. */
    public void revoke(PrincipalId principal, CredentialId id) {
        var own = credentials.find(id).filter(found -> found.principal().equals(principal));
        if (own.isEmpty()) {
            throw Refused.notFound("credential", id);
        }
        revokeWithAllMadeOfIt(id);
    }

    /**
     * Revokes a credential of the caller's own, or anybody's when they manage who may do what; again is harmless.
     *
     * @throws Refused with NotFound also for what is another's
     */
    public void revoke(Caller by, CredentialId id) {
        var found = credentials.find(id);
        if (found.isEmpty()
                || !found.get().principal().equals(by.principal()) && !by.mayEverywhere(Permission.ACCESS_MANAGE)) {
            throw Refused.notFound("credential", id);
        }
        revokeWithAllMadeOfIt(id);
    }

    private void revokeWithAllMadeOfIt(CredentialId id) {
        credentials.revoke(id, clock.instant());
        credentials.revokeMadeWith(id, clock.instant());
        changes.happened();
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
            Confinement confinement,
            Instant expiresAt) {
        var secret = kind.newSecret(ids);
        var credential = new Credential(
                new CredentialId(ids.nextId()),
                kind,
                principal,
                name,
                Sha256.hex(secret),
                run,
                confinement,
                null,
                clock.instant(),
                expiresAt,
                null,
                null,
                null);
        credentials.add(credential);
        return new Issued(credential, secret);
    }

    private Instant end(Duration lifetime, Confinement confinement) {
        var end = clock.instant().plus(lifetime);
        var until = confinement.until();
        return until == null || end.isBefore(until) ? end : until;
    }

    private void requirePerson(Caller by, String action) {
        var service = principals
                .find(by.principal())
                .filter(principal -> principal.kind() == PrincipalKind.SERVICE)
                .isPresent();
        if (by.run() != null || service) {
            throw new Refused(new Problem.Forbidden(action, "that is for people; services have client secrets"));
        }
    }

    private static Caller caller(CredentialRepository.Holder holder) {
        var credential = holder.credential();
        var run = credential.run();
        // What a token makes ends with it, or a stolen one could live for ever. A session is how somebody proves
        // themselves.
        var confinement = credential.kind() == CredentialKind.PERSONAL_TOKEN
                ? credential.confinement().until(credential.expiresAt())
                : credential.confinement();
        return new Caller(
                credential.principal(),
                holder.principalName(),
                holder.grants(),
                run == null ? confinement : confinement.and(Confinement.RUN),
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
