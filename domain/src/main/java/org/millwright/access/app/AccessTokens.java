package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.ServiceRepository;
import org.millwright.access.model.TokenLife;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/** Gives service principals that have proved themselves the tokens that they work with. */
@ApplicationScoped
@Transactional
public class AccessTokens {
    /** Ended tokens are kept for as long, because somebody may ask which one it was. */
    private static final Duration KEPT = Duration.ofDays(1);

    private final PrincipalRepository principals;
    private final CredentialRepository credentials;
    private final ServiceRepository services;
    private final TokenLife life;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public AccessTokens(
            PrincipalRepository principals,
            CredentialRepository credentials,
            ServiceRepository services,
            TokenLife life,
            IdSource ids,
            Clock clock) {
        this.principals = principals;
        this.credentials = credentials;
        this.services = services;
        this.life = life;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected AccessTokens() {
        this(null, null, null, null, null, null);
    }

    /** @throws Refused with Unauthenticated, in the same words whether the service or the secret is unknown */
    public Credentials.Issued forSecret(String client, String secret, Confinement scope) {
        var now = clock.instant();
        var known = CredentialKind.ofSecret(secret) == CredentialKind.CLIENT_SECRET
                ? credentials.findByDigest(Sha256.hex(secret)).map(CredentialRepository.Holder::credential)
                : Optional.<Credential>empty();
        var found = known.filter(each -> same(each.principal().value(), client))
                .orElseThrow(() -> unauthenticated("The client id or the secret is not known to this server"));
        if (!found.isValid(now)) {
            throw unauthenticated(
                    found.revokedAt() != null ? "The client secret was revoked" : "The client secret has expired");
        }
        credentials.touch(found.id(), now, Authority.current().origin().address());
        return issue(found.principal(), found.id(), scope);
    }

    /**
     * For whoever signed a statement that was believed.
     *
     * @param with the certificate or trust that it was believed by
     * @param statement the digest that names the statement
     * @param endOfUse when the statement ends by itself
     * @throws Refused with Unauthenticated when the statement was used before
     */
    public Credentials.Issued forStatement(
            PrincipalId service, CredentialId with, String statement, Instant endOfUse, Confinement scope) {
        var now = clock.instant();
        if (!credentials.useOnce(statement, endOfUse, now)) {
            throw unauthenticated("The token was used before: ask its issuer for a new one each time");
        }
        services.used(with, now);
        return issue(service, with, scope);
    }

    private Credentials.Issued issue(PrincipalId service, CredentialId with, Confinement scope) {
        var principal = principals
                .find(service)
                .filter(found -> found.kind() == PrincipalKind.SERVICE)
                .orElseThrow(() -> unauthenticated("The service principal is no more"));
        if (principal.isDisabled()) {
            throw unauthenticated("The service principal '%s' is disabled".formatted(principal.name()));
        }
        var now = clock.instant();
        credentials.forgetAccessTokens(now.minus(KEPT));
        var secret = CredentialKind.ACCESS_TOKEN.newSecret(ids);
        var credential = new Credential(
                new CredentialId(ids.nextId()),
                CredentialKind.ACCESS_TOKEN,
                service,
                "Access token",
                Sha256.hex(secret),
                null,
                scope,
                with,
                now,
                now.plus(life.access()),
                null,
                null,
                null);
        return Authority.current()
                .of(new Caller(service, principal.name(), List.of(), scope, with, null))
                .doing(() -> {
                    credentials.add(credential);
                    return new Credentials.Issued(credential, secret);
                });
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static Refused unauthenticated(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }
}
