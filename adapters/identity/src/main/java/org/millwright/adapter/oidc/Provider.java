package org.millwright.adapter.oidc;

import static java.lang.System.Logger.Level.WARNING;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.Key;
import java.security.interfaces.RSAPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * One identity provider: what it publishes about itself, and whether it signed a token.
 *
 * <p>Nothing is asked of it before somebody comes. What it published is believed for an hour, and longer while it cannot be
 * reached; its keys likewise, but an unknown key is asked for at once, and no more than twice in half a minute, since anybody
 * can name one.
 */
public final class Provider {
    private static final System.Logger LOG = System.getLogger(Provider.class.getName());
    private static final Duration BELIEVED = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(12);
    private static final Duration KEY_PATIENCE = Duration.ofSeconds(15);

    /** How far its clock and ours may be apart. */
    static final Duration SKEW = Duration.ofSeconds(60);

    /** Those of public keys; what a shared secret or nobody signs does not count. */
    static final Set<JWSAlgorithm> ALGORITHMS = Set.of(
            JWSAlgorithm.RS256,
            JWSAlgorithm.RS384,
            JWSAlgorithm.RS512,
            JWSAlgorithm.PS256,
            JWSAlgorithm.PS384,
            JWSAlgorithm.PS512,
            JWSAlgorithm.ES256,
            JWSAlgorithm.ES384,
            JWSAlgorithm.ES512);

    private static final int LEAST_RSA_BITS = 2048;

    private final ProviderSettings settings;
    private final Outward outward;
    private final Clock clock;
    private volatile @Nullable Published published;

    Provider(ProviderSettings settings, Outward outward, Clock clock) {
        this.settings = settings;
        this.outward = outward;
        this.clock = clock;
    }

    /** What it said of itself, until when that is believed, and its keys. */
    private record Published(
            OIDCProviderMetadata metadata, DefaultJWTProcessor<SecurityContext> signatures, Instant until) {
        Published until(Instant later) {
            return new Published(metadata, signatures, later);
        }
    }

    public ProviderSettings settings() {
        return settings;
    }

    /** Whether tokens that name this issuer are its own. It is not asked: anybody can name an issuer. */
    boolean mayHaveIssued(String issuer) {
        return settings.isEntra()
                ? Entra.mayHaveIssued(settings, issuer)
                : issuer.equals(settings.issuer().toString()) || issuer.equals(settings.issuer() + "/");
    }

    /**
     * What a token of this provider says: it signed it, it names itself as the issuer, the token is good now, and the tenant
     * is one of those that are let in. For whom it is the caller must see to.
     *
     * @throws Refused with Unauthenticated, saying which of it is not so
     */
    public JWTClaimsSet verify(String token) {
        var claims = verifySigned(token);
        if (claims.getExpirationTime() == null) {
            throw refused("The token does not say when it expires");
        }
        return claims;
    }

    /** As {@link #verify}, for what need not say when it expires. */
    JWTClaimsSet verifySigned(String token) {
        var known = published();
        var signed = signed(token);
        JWTClaimsSet claims;
        try {
            claims = known.signatures().process(signed, null);
        } catch (RateLimitReachedException unknownKeysTooOften) {
            throw refused("The token is not signed by a known key of %s", settings.label());
        } catch (KeySourceException unreachable) {
            LOG.log(WARNING, "The keys of provider %s cannot be had".formatted(settings), unreachable);
            throw new Unreachable("%s cannot be reached for the keys that it signs with".formatted(settings.label()));
        } catch (BadJOSEException notSigned) {
            throw refused("The token is not signed by a known key of %s", settings.label());
        } catch (JOSEException unusable) {
            throw refused("The token's signature cannot be checked");
        }
        requireTimely(claims);
        requireIssuer(claims, known.metadata().getIssuer().getValue());
        requireTenant(claims);
        return claims;
    }

    /** @throws Refused with Unauthenticated when it cannot be reached and was not before */
    OIDCProviderMetadata metadata() {
        return published().metadata();
    }

    Outward outward() {
        return outward;
    }

    private static SignedJWT signed(String token) {
        try {
            if (JWTParser.parse(token) instanceof SignedJWT signed) {
                return signed;
            }
        } catch (java.text.ParseException notAToken) {
            throw refused("It is no JSON web token");
        }
        throw refused("The token is not signed");
    }

    private void requireTimely(JWTClaimsSet claims) {
        var now = clock.instant();
        var expires = instant(claims.getExpirationTime());
        if (expires != null && !now.isBefore(expires.plus(SKEW))) {
            throw refused("The token expired at %s; it is %s here", expires, now);
        }
        requireBegun(instant(claims.getNotBeforeTime()), now);
        requireBegun(instant(claims.getIssueTime()), now);
    }

    private void requireBegun(@Nullable Instant begin, Instant now) {
        if (begin != null && now.isBefore(begin.minus(SKEW))) {
            throw refused(
                    "The token is good from %s on, and it is %s here: the clock of this server or of %s is wrong",
                    begin, now, settings.label());
        }
    }

    private void requireIssuer(JWTClaimsSet claims, String ofConfiguration) {
        var issuer = claims.getIssuer();
        var tenant = text(claims, "tid");
        var accepted = settings.isEntra()
                ? Entra.issuers(settings.issuer(), ofConfiguration).stream()
                        .map(form -> tenant == null ? form : form.replace(Entra.TENANT_PLACE, tenant))
                        .toList()
                : List.of(ofConfiguration);
        if (issuer == null || !accepted.contains(issuer)) {
            throw refused("The token was issued by '%s', which is not %s", issuer, settings.label());
        }
    }

    private void requireTenant(JWTClaimsSet claims) {
        if (settings.tenants().isEmpty()) {
            return;
        }
        var tenant = text(claims, "tid");
        if (tenant == null || !settings.tenants().contains(tenant.toLowerCase(Locale.ROOT))) {
            throw refused("People of the organization '%s' are not let in here", tenant);
        }
    }

    private Published published() {
        var known = published;
        var now = clock.instant();
        return known != null && now.isBefore(known.until()) ? known : publishedAnew(now);
    }

    /** One at a time: others who come meanwhile wait for the answer instead of asking, too. */
    private synchronized Published publishedAnew(Instant now) {
        var known = published;
        if (known != null && now.isBefore(known.until())) {
            return known;
        }
        Published fresh;
        try {
            fresh = read(now);
        } catch (IOException | ParseException | IllegalArgumentException unusable) {
            LOG.log(WARNING, "The configuration of provider %s cannot be read".formatted(settings), unusable);
            if (known == null) {
                throw new Unreachable(
                        "%s cannot be reached, or publishes no usable configuration; the server's log says more"
                                .formatted(settings.label()));
            }
            fresh = known.until(now.plus(RETRY));
        }
        published = fresh;
        return fresh;
    }

    private Published read(Instant now) throws IOException, ParseException {
        var address = URI.create(settings.issuer() + "/.well-known/openid-configuration");
        outward.requireAllowed(address);
        var metadata = OIDCProviderMetadata.parse(
                outward.retriever().retrieveResource(address.toURL()).getContent());
        requireItself(metadata.getIssuer().getValue());
        requireSafe(metadata.getJWKSetURI());
        requireSafe(metadata.getAuthorizationEndpointURI());
        requireSafe(metadata.getTokenEndpointURI());
        requireSafe(metadata.getEndSessionEndpointURI());
        var known = published;
        var signatures = known != null && known.metadata().getJWKSetURI().equals(metadata.getJWKSetURI())
                ? known.signatures()
                : signatures(metadata.getJWKSetURI());
        return new Published(metadata, signatures, now.plus(BELIEVED));
    }

    /** Otherwise one provider could speak for another. */
    private void requireItself(String issuer) {
        var asked = settings.issuer().toString();
        var isItself = settings.isEntra()
                ? Entra.speaksFor(settings.issuer(), issuer)
                : issuer.equals(asked) || issuer.equals(asked + "/");
        if (!isItself) {
            throw new IllegalArgumentException("The configuration is that of the issuer " + issuer);
        }
    }

    private void requireSafe(@Nullable URI address) {
        if (address != null) {
            outward.requireAllowed(address);
        }
    }

    private DefaultJWTProcessor<SecurityContext> signatures(URI keys) throws MalformedURLException {
        JWKSource<SecurityContext> source = JWKSourceBuilder.create(keys.toURL(), outward.retriever())
                .cache(BELIEVED.toMillis(), KEY_PATIENCE.toMillis())
                .rateLimited(RETRY.toMillis())
                .retrying(true)
                .outageTolerant(OUTAGE.toMillis())
                .build();
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, source) {
            @Override
            public List<Key> selectJWSKeys(JWSHeader header, @Nullable SecurityContext context)
                    throws KeySourceException {
                return super.selectJWSKeys(header, context).stream()
                        .filter(Provider::isStrong)
                        .toList();
            }
        });
        // Only what says that it is something else is refused here; the header is optional.
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(Types.ACCEPTED));
        processor.setJWTClaimsSetVerifier(null);
        return processor;
    }

    private static boolean isStrong(Key key) {
        return !(key instanceof RSAPublicKey rsa) || rsa.getModulus().bitLength() >= LEAST_RSA_BITS;
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    /** Null when it has no such claim, or it is no text. */
    static @Nullable String text(JWTClaimsSet claims, String claim) {
        return claims.getClaim(claim) instanceof String text && !text.isBlank() ? text : null;
    }

    static Refused refused(String words, @Nullable Object... parts) {
        return new Refused(new Problem.Unauthenticated(words.formatted(parts)));
    }
}
