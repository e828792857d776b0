package org.millwright.monitoring.model;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.DeliveryId;

/**
 * When what did not arrive is tried again: after 5 seconds, and each time three times later, up to an hour; ten tries in
 * all, over about four hours. Each wait is up to a quarter shorter or longer, so that what failed together does not come
 * back together.
 */
public final class Retries {
    public static final int MOST_ATTEMPTS = 10;
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int FACTOR = 3;

    private Retries() {}

    /**
     * @param attempts how often it was tried
     * @param wished what the receiver asked for; null for nothing
     * @return how long to wait; empty when it was tried often enough
     */
    public static Optional<Duration> after(DeliveryId delivery, int attempts, @Nullable Duration wished) {
        if (attempts >= MOST_ATTEMPTS) {
            return Optional.empty();
        }
        var wait = FIRST;
        for (var i = 1; i < attempts && wait.compareTo(LONGEST) < 0; i++) {
            wait = wait.multipliedBy(FACTOR);
        }
        wait = shorter(wait, LONGEST);
        // The id is random, and the same delivery is to be spread anew each time.
        var spread = 750 + Math.floorMod(31 * delivery.hashCode() + 7919 * attempts, 501);
        wait = wait.multipliedBy(spread).dividedBy(1000);
        return Optional.of(wished == null || wished.compareTo(wait) < 0 ? wait : shorter(wished, LONGEST));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
