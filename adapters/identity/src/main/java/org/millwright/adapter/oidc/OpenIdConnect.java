package org.millwright.adapter.oidc;

import static java.lang.System.Logger.Level.WARNING;
import static org.millwright.adapter.oidc.Provider.refused;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.Arrival;
import org.millwright.access.model.Identity;
import org.millwright.access.model.OfferedProvider;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.ProviderToken;
import org.millwright.access.model.Renewal;
import org.millwright.access.model.SignInAttempt;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.Refused;

/**
 * The authorization code flow of OpenID Connect with PKCE, refreshing, and signing out at the provider.
 *
 * @see <a href="https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth">OpenID Connect Core, section 3.1</a>
 * @see <a href="https://datatracker.ietf.org/doc/html/rfc9700">RFC 9700, security of OAuth 2.0</a>
 */
@ApplicationScoped
public class OpenIdConnect implements IdentityProviders {
    private static final System.Logger LOG = System.getLogger(OpenIdConnect.class.getName());
    private static final String LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout";

    /** Longer ones do not fit into an address everywhere. */
    private static final int LONGEST_HINT = 4000;

    private static final int LONGEST_DESCRIPTION = 200;

    /** By which a provider says that the session or the account is no more; other errors are the operator's, or pass. */
    private static final Set<String> ENDINGS =
            Set.of("invalid_grant", "interaction_required", "login_required", "consent_required", "access_denied");

    private final Providers providers;

    @Inject
    public OpenIdConnect(Providers providers) {
        this.providers = providers;
    }

    @SuppressWarnings("NullAway")
    protected OpenIdConnect() {
        this(null);
    }

    @Override
    public List<OfferedProvider> offered() {
        return providers.all().stream()
                .map(Provider::settings)
                .map(one -> new OfferedProvider(one.name(), one.label()))
                .toList();
    }

    @Override
    public Duration checkInterval() {
        return providers.checkInterval();
    }

    @Override
    public ProviderRules rules(String provider) {
        return providers.get(provider).settings().rules();
    }

    @Override
    public URI departure(SignInAttempt attempt, URI callback) {
        var provider = providers.get(attempt.provider());
        var settings = provider.settings();
        return new AuthenticationRequest.Builder(
                        ResponseType.CODE,
                        new Scope(settings.scopes().toArray(String[]::new)),
                        new ClientID(settings.clientId()),
                        callback)
                .endpointURI(provider.metadata().getAuthorizationEndpointURI())
                .state(new State(attempt.state()))
                .nonce(new Nonce(attempt.nonce()))
                .codeChallenge(new CodeVerifier(attempt.verifier()), CodeChallengeMethod.S256)
                .build()
                .toURI();
    }

    @Override
    public Arrival arrival(SignInAttempt attempt, Map<String, String> answer, URI callback) {
        var provider = providers.get(attempt.provider());
        var error = answer.get("error");
        if (error != null) {
            throw wrongAnswer(error, answer.get("error_description"), provider.settings());
        }
        requireSender(provider, answer.get("iss"));
        var code = answer.get("code");
        if (code == null || code.isBlank()) {
            throw refused("%s sent you back without a code", provider.settings().label());
        }
        var grant =
                new AuthorizationCodeGrant(new AuthorizationCode(code), callback, new CodeVerifier(attempt.verifier()));
        var tokens = exchange(provider, grant);
        if (tokens instanceof Answer.Error(var said)) {
            throw wrongExchange(provider.settings(), said);
        }
        var given = ((Answer.Tokens) tokens).response();
        var idToken = idToken(given);
        if (idToken == null) {
            throw refused(
                    "%s gave no ID token; its client must have the scope 'openid'",
                    provider.settings().label());
        }
        var claims = verifyForUs(provider, idToken);
        if (!attempt.nonce().equals(Provider.text(claims, "nonce"))) {
            throw refused(
                    "The answer of %s belongs to another sign-in (nonce); start again",
                    provider.settings().label());
        }
        return arrival(provider, claims, idToken, refreshToken(given));
    }

    @Override
    public Renewal renew(String name, String refreshToken) {
        var configured = providers.named(name);
        if (configured.isEmpty()) {
            return new Renewal.Ended("the provider is no longer configured");
        }
        var provider = configured.get();
        try {
            return switch (exchange(provider, new RefreshTokenGrant(new RefreshToken(refreshToken)))) {
                case Answer.Error(var said) ->
                    ENDINGS.contains(said.getCode())
                            ? new Renewal.Ended(words(said))
                            : new Renewal.Unanswered(words(said));
                case Answer.Tokens(var given) -> {
                    var next = refreshToken(given);
                    var kept = next == null ? refreshToken : next;
                    var idToken = idToken(given);
                    yield idToken == null
                            ? new Renewal.HoldsUnsaid(kept)
                            : new Renewal.Holds(arrival(provider, verifyForUs(provider, idToken), idToken, kept));
                }
            };
        } catch (Unreachable silent) {
            return new Renewal.Unanswered(silent.problem().sentence());
        } catch (Refused wrong) {
            return new Renewal.Ended(wrong.problem().sentence());
        }
    }

    @Override
    public Optional<URI> signOut(String name, String idToken, URI back) {
        return providers.named(name).flatMap(provider -> {
            try {
                var endpoint = provider.metadata().getEndSessionEndpointURI();
                if (endpoint == null) {
                    return Optional.empty();
                }
                var hint = idToken.length() <= LONGEST_HINT ? JWTParser.parse(idToken) : null;
                return Optional.of(new LogoutRequest(
                                endpoint,
                                hint,
                                null,
                                new ClientID(provider.settings().clientId()),
                                back,
                                null,
                                null)
                        .toURI());
            } catch (Unreachable silent) {
                // Signed out here in any case.
                return Optional.empty();
            } catch (java.text.ParseException impossible) {
                throw new IllegalStateException("What was verified is no token", impossible);
            }
        });
    }

    @Override
    public ProviderToken accessToken(String token) {
        var issuer = unverifiedIssuer(token);
        var provider = providers
                .ofIssuer(issuer)
                .orElseThrow(() -> refused("No identity provider of this server issues tokens as '%s'", issuer));
        var claims = provider.verify(token);
        AccessTokenClaims.requireForUs(provider.settings(), claims);
        var expiresAt = claims.getExpirationTime().toInstant();
        var application = AccessTokenClaims.application(provider.settings(), claims);
        if (application != null) {
            return new ProviderToken.OfApplication(
                    new Identity(provider.settings().name(), application), expiresAt);
        }
        var issued = claims.getIssueTime();
        return new ProviderToken.OfPerson(
                IdentityClaims.read(provider.settings(), claims),
                IdentityClaims.tellMemberships(provider.settings(), claims),
                provider.settings().rules(),
                issued == null ? null : issued.toInstant(),
                expiresAt);
    }

    private static String unverifiedIssuer(String token) {
        try {
            var claims = JWTParser.parse(token).getJWTClaimsSet();
            if (claims != null && claims.getIssuer() != null) {
                return claims.getIssuer();
            }
        } catch (java.text.ParseException | IllegalArgumentException notAToken) {
            throw refused("It is no JSON web token");
        }
        throw refused("The token does not say who issued it");
    }

    @Override
    public SignedOut signedOut(String name, String notice) {
        var provider = providers.get(name);
        try {
            var claims = provider.verifySigned(notice);
            requireAudience(provider, claims);
            var events = claims.getClaim("events");
            if (!(events instanceof Map<?, ?> map && map.containsKey(LOGOUT_EVENT))
                    || claims.getClaim("nonce") != null
                    || claims.getIssueTime() == null) {
                throw Refused.invalid("logout_token", "a logout token");
            }
            var subject = Provider.text(claims, provider.settings().claims().subject());
            var session = Provider.text(claims, "sid");
            if (subject == null && session == null) {
                throw Refused.invalid("logout_token", "names neither a session nor a person that is known by it");
            }
            return new SignedOut(subject, session);
        } catch (Unreachable silent) {
            throw silent;
        } catch (Refused wrong) {
            throw Refused.invalid("logout_token", wrong.problem().sentence());
        }
    }

    /** What the token endpoint says. */
    private sealed interface Answer {
        record Tokens(TokenResponse response) implements Answer {}

        record Error(ErrorObject said) implements Answer {}
    }

    private Answer exchange(Provider provider, AuthorizationGrant grant) {
        var settings = provider.settings();
        var metadata = provider.metadata();
        var authentication = authentication(settings, metadata.getTokenEndpointAuthMethods());
        var endpoint = metadata.getTokenEndpointURI();
        var request = authentication == null
                ? new TokenRequest.Builder(endpoint, new ClientID(settings.clientId()), grant).build()
                : new TokenRequest.Builder(endpoint, authentication, grant).build();
        try {
            var answer = provider.outward().prepare(request.toHTTPRequest()).send();
            var response = OIDCTokenResponseParser.parse(answer);
            if (response.indicatesSuccess()) {
                return new Answer.Tokens(response);
            }
            var error = response.toErrorResponse().getErrorObject();
            if (answer.getStatusCode() >= 500) {
                throw new Unreachable(
                        "%s failed (%d); try again later".formatted(settings.label(), answer.getStatusCode()));
            }
            return new Answer.Error(error);
        } catch (IOException silent) {
            LOG.log(WARNING, "The token endpoint of provider %s does not answer".formatted(settings), silent);
            throw new Unreachable("%s does not answer; try again later".formatted(settings.label()));
        } catch (ParseException nonsense) {
            LOG.log(WARNING, "The token endpoint of provider %s gives no usable answer".formatted(settings), nonsense);
            throw new Unreachable("%s gave no usable answer; the server's log says more".formatted(settings.label()));
        }
    }

    /** Null for a public client. Basic is the standard's own choice where a provider does not say what it takes. */
    private static @Nullable ClientAuthentication authentication(
            ProviderSettings settings, @Nullable List<ClientAuthenticationMethod> taken) {
        if (settings.clientSecret() == null) {
            return null;
        }
        var client = new ClientID(settings.clientId());
        var secret = new Secret(settings.clientSecret());
        return taken == null || taken.contains(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                ? new ClientSecretBasic(client, secret)
                : new ClientSecretPost(client, secret);
    }

    private static @Nullable String idToken(TokenResponse given) {
        var token =
                given instanceof OIDCTokenResponse oidc ? oidc.getOIDCTokens().getIDTokenString() : null;
        return token == null || token.isBlank() ? null : token;
    }

    private static @Nullable String refreshToken(TokenResponse given) {
        var token = given.toSuccessResponse().getTokens().getRefreshToken();
        return token == null ? null : token.getValue();
    }

    private static Arrival arrival(
            Provider provider, JWTClaimsSet claims, String idToken, @Nullable String refreshToken) {
        return new Arrival(
                IdentityClaims.read(provider.settings(), claims), Provider.text(claims, "sid"), idToken, refreshToken);
    }

    private static JWTClaimsSet verifyForUs(Provider provider, String idToken) {
        var claims = provider.verify(idToken);
        requireAudience(provider, claims);
        var party = Provider.text(claims, "azp");
        if (party != null && !party.equals(provider.settings().clientId())) {
            throw refused("The token was given to '%s', not to this server", party);
        }
        return claims;
    }

    private static void requireAudience(Provider provider, JWTClaimsSet claims) {
        if (!claims.getAudience().contains(provider.settings().clientId())) {
            throw refused("The token is for %s, not for this server", claims.getAudience());
        }
    }

    /** RFC 9207: an answer of one provider must not be taken for another's. */
    private static void requireSender(Provider provider, @Nullable String issuer) {
        if (issuer != null
                && !issuer.equals(provider.metadata().getIssuer().getValue())
                && !provider.mayHaveIssued(issuer)) {
            throw refused(
                    "The answer comes from '%s', not from %s",
                    issuer, provider.settings().label());
        }
    }

    private static Refused wrongAnswer(String error, @Nullable String description, ProviderSettings settings) {
        return switch (error) {
            case "access_denied" ->
                Provider.refused("%s did not let you in, or you cancelled%s", settings.label(), said(description));
            case "server_error", "temporarily_unavailable" ->
                Provider.refused("%s cannot sign anybody in just now%s", settings.label(), said(description));
            default ->
                Provider.refused("%s refused the sign-in (%s)%s", settings.label(), cleaned(error), said(description));
        };
    }

    private static Refused wrongExchange(ProviderSettings settings, ErrorObject said) {
        LOG.log(WARNING, "Provider {0} refused to exchange a code: {1}", settings, words(said));
        return switch (said.getCode() == null ? "" : said.getCode()) {
            case "invalid_grant" ->
                Provider.refused("The sign-in at %s was used already, or took too long; start again", settings.label());
            case "invalid_client", "unauthorized_client" ->
                Provider.refused(
                        "%s does not know this server by its client id and secret; the operator has to look at them",
                        settings.label());
            default -> Provider.refused("%s refused the sign-in (%s)", settings.label(), words(said));
        };
    }

    private static String words(ErrorObject said) {
        var description = said.getDescription();
        return cleaned(description == null ? String.valueOf(said.getCode()) : said.getCode() + ": " + description);
    }

    private static String said(@Nullable String description) {
        return description == null || description.isBlank() ? "" : ": " + cleaned(description);
    }

    /** It goes onto a page and into a log. */
    private static String cleaned(String text) {
        var line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return line.length() <= LONGEST_DESCRIPTION ? line : line.substring(0, LONGEST_DESCRIPTION) + "…";
    }
}
