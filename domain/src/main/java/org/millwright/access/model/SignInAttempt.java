package org.millwright.access.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.millwright.shared.IdSource;

/**
 * Somebody on their way to a provider and back. Their browser keeps it, sealed, so that only the browser that set out can
 * arrive, and a flood of departures leaves nothing behind here. It arrives once: the provider gives out a code that works once,
 * and only with this verifier.
 *
 * @param state comes back in the address, and tells that the answer belongs to this attempt
 * @param nonce comes back in the provider's token, and tells that the token does
 * @param verifier proves that whoever brings the code is who asked for it (RFC 7636)
 * @param next the page that they wanted to go to
 */
public record SignInAttempt(
        String provider, String state, String nonce, String verifier, Instant startedAt, String next) {
    public static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final int SECRET_BYTES = 32;
    private static final int FIELDS = 6;

    public static SignInAttempt begin(String provider, String next, IdSource ids, Instant now) {
        return new SignInAttempt(provider, secret(ids), secret(ids), secret(ids), now, next);
    }

    public boolean isOver(Instant now) {
        return !now.isBefore(startedAt.plus(LIFETIME));
    }

    /** One line for each part. */
    public String write() {
        return String.join(
                "\n",
                provider,
                state,
                nonce,
                verifier,
                Long.toString(startedAt.toEpochMilli()),
                next.replace("\n", ""));
    }

    /** @throws IllegalArgumentException when {@link #write} did not write it */
    public static SignInAttempt read(String written) {
        var fields = written.split("\n", -1);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException("It has %d lines".formatted(fields.length));
        }
        return new SignInAttempt(
                fields[0], fields[1], fields[2], fields[3], Instant.ofEpochMilli(Long.parseLong(fields[4])), fields[5]);
    }

    private static String secret(IdSource ids) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ids.nextSecret(SECRET_BYTES));
    }
}
