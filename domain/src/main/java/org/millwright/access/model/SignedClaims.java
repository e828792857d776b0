package org.millwright.access.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * What a JSON web token says (RFC 7519). That it was signed by whoever it names is for others to find out.
 *
 * @param issuer empty when it names none; so is the subject
 * @param id its {@code jti}; null when it has none
 * @param values all that are text, number or truth value, as text
 */
public record SignedClaims(
        String issuer,
        String subject,
        Set<String> audience,
        @Nullable Instant expiresAt,
        @Nullable Instant notBefore,
        @Nullable Instant issuedAt,
        @Nullable String id,
        Map<String, String> values) {
    /** By how much the clocks of others may differ from ours. */
    static final Duration SKEW = Duration.ofMinutes(1);

    /** Whoever states something for longer than this does not mean a single sign-in. */
    private static final Duration LONGEST = Duration.ofHours(24);

    public SignedClaims {
        audience = Set.copyOf(audience);
        values = Map.copyOf(values);
    }

    /** @throws Refused with Unauthenticated, saying which claim is wrong */
    public void requireCurrent(Instant now) {
        var end = expiresAt;
        if (end == null) {
            throw wrong("The token has no 'exp', so it would be good for ever");
        }
        if (!now.isBefore(end.plus(SKEW))) {
            throw wrong("The token has expired: 'exp' is %s, and now it is %s".formatted(end, now));
        }
        if (notBefore != null && now.isBefore(notBefore.minus(SKEW))) {
            throw wrong("The token is not valid yet: 'nbf' is %s, and now it is %s".formatted(notBefore, now));
        }
        if (issuedAt != null && now.isBefore(issuedAt.minus(SKEW))) {
            throw wrong("The token is from the future: 'iat' is %s, and now it is %s".formatted(issuedAt, now));
        }
    }

    /** When a statement that signs somebody in once need not be remembered any more. @throws Refused when that is too late */
    public Instant endOfUse(Instant now) {
        requireCurrent(now);
        var end = expiresAt == null ? now : expiresAt;
        if (end.isAfter(now.plus(LONGEST))) {
            throw wrong(
                    "The token is good for too long: 'exp' may be at most %d hours away".formatted(LONGEST.toHours()));
        }
        return end.plus(SKEW);
    }

    /** A claim as text; null when there is none, or it is a list or an object. */
    public @Nullable String value(String name) {
        return values.get(name);
    }

    private static Refused wrong(String sentence) {
        return new Refused(new Problem.Unauthenticated(sentence));
    }
}
