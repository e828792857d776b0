package org.millwright.access.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * How long what clients sign in with is good for.
 *
 * @param longestToken of a person
 * @param longestSecret of a service principal
 * @param access of what a service principal gets for its secret
 */
public record TokenLife(Duration longestToken, Duration longestSecret, Duration access) {
    /** What is said when the operator says nothing. */
    public static final TokenLife USUAL =
            new TokenLife(Duration.ofDays(365), Duration.ofDays(730), Duration.ofHours(1));

    /**
     * When something ends that is made now.
     *
     * @param wanted null for the usual time, as far as it is allowed
     * @param until null when nothing else bounds it
     * @throws Refused with Invalid for {@code field} when more is wanted than is allowed
     */
    private static Instant end(
            String field,
            @Nullable Duration wanted,
            Duration usual,
            Duration longest,
            Instant now,
            @Nullable Instant until) {
        if (wanted != null && (wanted.isNegative() || wanted.isZero())) {
            throw Refused.invalid(field, "more than zero");
        }
        if (wanted != null && wanted.compareTo(longest) > 0) {
            throw Refused.invalid(field, "at most %d days".formatted(longest.toDays()));
        }
        var end = now.plus(wanted != null ? wanted : usual.compareTo(longest) < 0 ? usual : longest);
        if (until == null || !end.isAfter(until)) {
            return end;
        }
        if (wanted != null) {
            throw Refused.invalid(
                    field, "the token that asks ends at %s; what it makes ends no later".formatted(until));
        }
        return until;
    }

    /** @throws Refused with Invalid for {@code lifetime} */
    public Instant endOfToken(@Nullable Duration wanted, Instant now, @Nullable Instant until) {
        return end("lifetime", wanted, CredentialKind.PERSONAL_TOKEN.lifetime(), longestToken, now, until);
    }

    /** @throws Refused with Invalid for {@code lifetime} */
    public Instant endOfSecret(@Nullable Duration wanted, Instant now, @Nullable Instant until) {
        return end("lifetime", wanted, CredentialKind.CLIENT_SECRET.lifetime(), longestSecret, now, until);
    }
}
