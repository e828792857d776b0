package org.millwright.monitoring.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of sending something to a receiver once. */
public sealed interface Answer {

    /**
     * The receiver answered.
     *
     * @param body its beginning, for people
     * @param retryAfter how long it wants to be left alone; null when it does not say
     */
    record Answered(int status, String body, @Nullable Duration retryAfter) implements Answer {}

    /** Nothing was sent, or nothing came back. @param reason one sentence for the webhook's owner */
    record Unreached(String reason) implements Answer {}

    /** Whether the receiver has taken it: a status from 200 to 299. A redirect is not followed, so it has not. */
    default boolean isTaken() {
        return this instanceof Answered answered && answered.status() / 100 == 2;
    }

    /** Why it was not taken, one sentence; empty when it was. */
    default String problem() {
        return switch (this) {
            case Answered _ when isTaken() -> "";
            case Answered(var status, var _, var _)
            when status / 100 == 3 ->
                "The receiver answered with a redirect (%d); redirects are not followed".formatted(status);
            case Answered(var status, var _, var _) -> "The receiver answered %d".formatted(status);
            case Unreached(var reason) -> reason;
        };
    }
}
