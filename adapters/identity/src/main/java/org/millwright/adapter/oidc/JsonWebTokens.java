package org.millwright.adapter.oidc;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.IssuerSettings;
import org.millwright.access.model.SignedClaims;
import org.millwright.access.model.SignedToken;
import org.millwright.access.spi.TokenVerifier;
import org.millwright.shared.Refused;

/**
 * Reads what service principals and those whom they trust signed, and asks issuers for their keys. An issuer that an
 * administrator named is reached over TLS on the public network only; one that the operator calls their own, wherever it is.
 */
@ApplicationScoped
public class JsonWebTokens implements TokenVerifier {
    private static final int LONGEST = 16_384;
    private static final int MOST_ISSUERS = 500;

    private final Providers providers;
    private final IssuerSettings settings;
    private final Clock clock;
    private final Map<URI, Provider> issuers = new LinkedHashMap<>(16, 0.75f, true);

    @Inject
    public JsonWebTokens(Providers providers, IssuerSettings settings, Clock clock) {
        this.providers = providers;
        this.settings = settings;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected JsonWebTokens() {
        this(null, null, null);
    }

    @Override
    public SignedToken read(String token) {
        var signed = parse(token);
        var header = signed.getHeader();
        var thumbprint = header.getX509CertSHA256Thumbprint();
        try {
            return new SignedToken(
                    token,
                    thumbprint == null ? null : thumbprint.toString(),
                    header.getKeyID(),
                    claims(signed.getJWTClaimsSet()));
        } catch (ParseException notClaims) {
            throw Provider.refused("The token's claims cannot be read");
        }
    }

    @Override
    public void requireSignedBy(URI issuer, SignedToken token) {
        issuer(issuer).verify(token.text());
    }

    @Override
    public void requireSignedBy(ClientCertificate certificate, SignedToken token) {
        var signed = parse(token.text());
        var key = certificate.certificate().getPublicKey();
        try {
            if (signed.verify(new DefaultJWSVerifierFactory().createJWSVerifier(signed.getHeader(), key))) {
                return;
            }
        } catch (JOSEException otherKindOfKey) {
            // Refused like any other signature that is not the key's.
        }
        throw Provider.refused("The token is not signed by the key of the certificate '%s'", certificate.name());
    }

    /** Those asked longest ago are forgotten, with their keys. */
    private Provider issuer(URI issuer) {
        synchronized (issuers) {
            var known = issuers.get(issuer);
            if (known == null) {
                var outward = settings.own().contains(issuer)
                        ? providers.outward().toOwn()
                        : providers.outward().toThePublic();
                known = new Provider(ProviderSettings.ofIssuer(issuer), outward, clock);
                issuers.put(issuer, known);
                if (issuers.size() > MOST_ISSUERS) {
                    issuers.remove(issuers.keySet().iterator().next());
                }
            }
            return known;
        }
    }

    private static SignedJWT parse(String token) {
        if (token.length() > LONGEST) {
            throw Provider.refused("The token is longer than %d characters", LONGEST);
        }
        try {
            var parsed = JWTParser.parse(token);
            if (parsed instanceof SignedJWT signed
                    && Provider.ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
                return signed;
            }
            throw wrongAlgorithm(parsed.getHeader().getAlgorithm());
        } catch (ParseException | IllegalArgumentException notAToken) {
            throw Provider.refused("It is no JSON web token");
        }
    }

    private static Refused wrongAlgorithm(@Nullable Algorithm algorithm) {
        return Provider.refused(
                "The token's algorithm '%s' is not believed: sign it with a private key, as RS256 or ES256 does",
                algorithm);
    }

    private static SignedClaims claims(JWTClaimsSet claims) {
        var values = new HashMap<String, String>();
        claims.getClaims().forEach((name, value) -> {
            if (value instanceof String || value instanceof Number || value instanceof Boolean) {
                values.put(name, value.toString());
            }
        });
        return new SignedClaims(
                text(claims.getIssuer()),
                text(claims.getSubject()),
                claims.getAudience().stream().filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet()),
                instant(claims.getExpirationTime()),
                instant(claims.getNotBeforeTime()),
                instant(claims.getIssueTime()),
                claims.getJWTID(),
                values);
    }

    private static String text(@Nullable String claim) {
        return claim == null ? "" : claim;
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }
}
