package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.SignedToken;
import org.millwright.access.spi.TokenVerifier;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;

/**
 * Exchanges what a service principal proves itself by for an access token: a secret, a statement that it signed with its
 * certificate's key (RFC 7523), or a token of somebody whom it trusts (RFC 7523, RFC 8693). The keys of others are asked for
 * outside of transactions.
 */
@ApplicationScoped
public class TokenGrants {
    private final ServicePrincipals services;
    private final AccessTokens tokens;
    private final TokenVerifier verifier;
    private final Clock clock;

    @Inject
    public TokenGrants(ServicePrincipals services, AccessTokens tokens, TokenVerifier verifier, Clock clock) {
        this.services = services;
        this.tokens = tokens;
        this.verifier = verifier;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected TokenGrants() {
        this(null, null, null, null);
    }

    /** @throws Refused with Unauthenticated */
    public Credentials.Issued forSecret(String client, String secret, Confinement scope) {
        return tokens.forSecret(client, secret, scope);
    }

    /**
     * For a statement of the service itself, or of somebody whom it trusts.
     *
     * @param client null to take the one that the statement is about
     * @param us as what a service may address this server
     * @throws Refused with Unauthenticated, saying which claim is wrong
     */
    public Credentials.Issued forAssertion(
            @Nullable String client, String assertion, Set<String> us, Confinement scope) {
        var token = verifier.read(assertion);
        var name = client == null ? token.claims().subject() : client;
        return token.claims().issuer().equals(name) && token.claims().subject().equals(name)
                ? forOwn(service(name), token, us, scope)
                : forForeign(service(name), token, scope);
    }

    /** For a token of somebody whom the service trusts. @throws Refused with Unauthenticated, saying which claim is wrong */
    public Credentials.Issued forForeignToken(String client, String assertion, Confinement scope) {
        return forForeign(service(client), verifier.read(assertion), scope);
    }

    private Credentials.Issued forOwn(
            ServicePrincipals.Service service, SignedToken token, Set<String> us, Confinement scope) {
        var certificate = service.certificates().stream()
                .filter(each -> each.isMeantBy(token))
                .findFirst()
                .orElseThrow(
                        () -> unauthenticated(
                                "No certificate of the service principal is the one that the header names by 'x5t#S256' or 'kid'"));
        var now = clock.instant();
        certificate.requireCurrent(now);
        var claims = token.claims();
        if (claims.audience().stream().noneMatch(us::contains)) {
            throw unauthenticated("aud is '%s', and has to be '%s'"
                    .formatted(
                            String.join("', '", claims.audience()),
                            us.stream().sorted().findFirst().orElse("")));
        }
        var end = claims.endOfUse(now);
        verifier.requireSignedBy(certificate, token);
        return tokens.forStatement(service.principal().id(), certificate.id(), statement(token), end, scope);
    }

    private Credentials.Issued forForeign(ServicePrincipals.Service service, SignedToken token, Confinement scope) {
        var claims = token.claims();
        var trusted = service.trusts().stream()
                .filter(trust -> trust.issuer().toString().equals(claims.issuer()))
                .toList();
        if (trusted.isEmpty()) {
            throw unauthenticated("The service principal does not trust tokens of '%s'".formatted(claims.issuer()));
        }
        var end = claims.endOfUse(clock.instant());
        // Only now: an issuer that nobody named is never asked for anything.
        verifier.requireSignedBy(trusted.getFirst().issuer(), token);
        var matching = matching(trusted, token);
        return tokens.forStatement(service.principal().id(), matching, statement(token), end, scope);
    }

    private static CredentialId matching(List<FederatedTrust> trusted, SignedToken token) {
        var reasons = new ArrayList<String>();
        for (var trust : trusted) {
            var wrong = trust.mismatches(token.claims());
            if (wrong.isEmpty()) {
                return trust.id();
            }
            reasons.add("'%s' does not match, since %s".formatted(trust.name(), String.join(" and ", wrong)));
        }
        throw unauthenticated("The token is not one that the service principal trusts: " + String.join("; ", reasons));
    }

    /** The issuer and its name for the token; when it has none, what was signed: of signatures there can be several. */
    private static String statement(SignedToken token) {
        var id = token.claims().id();
        var text = token.text();
        return Sha256.hex(
                id == null
                        ? text.substring(0, text.lastIndexOf('.'))
                        : token.claims().issuer() + "\n" + id);
    }

    private ServicePrincipals.Service service(String client) {
        try {
            return services.get(new PrincipalId(client));
        } catch (Refused unknown) {
            throw unauthenticated("The client id is not known to this server");
        }
    }

    private static Refused unauthenticated(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }

    /** As a service may address this server. @param server its address, without a trailing slash */
    public static Set<String> addresses(URI server) {
        return Set.of(server.toString(), server + "/", server + "/oauth2/token");
    }
}
