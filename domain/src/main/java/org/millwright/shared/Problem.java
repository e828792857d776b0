package org.millwright.shared;

import java.util.OptionalLong;

/** Why we said no, in domain words: no HTTP status, no client's error code. Each wire words it in its protocol's shape. */
public sealed interface Problem {
    record NotFound(String kind, String id) implements Problem {}

    record AlreadyExists(String kind, String id) implements Problem {}

    /** @param field where it stands, as the caller wrote it, such as {@code inputs.rate} */
    record Invalid(String field, String rule) implements Problem {}

    record WrongState(String kind, String id, String state, String action) implements Problem {}

    /** Somebody else changed it between our read and our write. */
    record Stale(String kind, String id) implements Problem {}

    /** Nobody is signed in, or the credential is unknown, expired or revoked. */
    record Unauthenticated(String reason) implements Problem {}

    /** Whoever asks has failed to prove who they are too often. @param seconds after which they may try again */
    record TooManyAttempts(long seconds) implements Problem {}

    /** Something outside that this needs cannot be reached or does not answer now. */
    record Unavailable(String what, String reason) implements Problem {
        /** After which to try again. */
        public static final long SECONDS = 2;
    }

    /** @param action what was tried, @param reason what would allow it */
    record Forbidden(String action, String reason) implements Problem {}

    record TooLarge(String field, long limit, String unit) implements Problem {}

    /** A part of a foreign protocol that this server does not offer. */
    record NotSupported(String what, String instead) implements Problem {}

    /** Seconds after which trying again makes sense; empty when it does not by itself. */
    default OptionalLong retryAfter() {
        return switch (this) {
            case TooManyAttempts(var seconds) -> OptionalLong.of(seconds);
            case Unavailable _ -> OptionalLong.of(Unavailable.SECONDS);
            default -> OptionalLong.empty();
        };
    }

    /** One sentence in plain English that a wire may use as its message. */
    default String sentence() {
        return switch (this) {
            case NotFound(var kind, var id) -> "No %s '%s'".formatted(kind, id);
            case AlreadyExists(var kind, var id) -> "%s '%s' already exists".formatted(capital(kind), id);
            case Invalid(var field, var rule) -> "%s: %s".formatted(field, rule);
            case WrongState(var kind, var id, var state, var action) ->
                "Cannot %s %s '%s': it is %s".formatted(action, kind, id, state);
            case Stale(var kind, var id) ->
                "%s '%s' was changed by someone else meanwhile; read it again".formatted(capital(kind), id);
            case Unauthenticated(var reason) -> reason;
            case TooManyAttempts(var seconds) ->
                "Too many attempts to sign in have failed; try again in %d seconds".formatted(seconds);
            case Unavailable(var what, var reason) -> "%s is not available now: %s".formatted(capital(what), reason);
            case Forbidden(var action, var reason) -> "You may not %s: %s".formatted(action, reason);
            case TooLarge(var field, var limit, var unit) -> "%s: at most %d %s".formatted(field, limit, unit);
            case NotSupported(var what, var instead) -> "%s is not supported: %s".formatted(what, instead);
        };
    }

    private static String capital(String kind) {
        return kind.isEmpty() ? kind : Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
    }
}
