package org.millwright.system;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.function.Predicate;

/** Waits for what comes by itself. How long it takes is no test; that it never comes is a failure. */
final class Eventually {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    private Eventually() {}

    /** Looks until what it sees is as wished. @return what was seen then */
    static <T> T see(String what, Callable<T> look, Predicate<T> wished) throws Exception {
        var deadline = Instant.now().plus(PATIENCE);
        var seen = look.call();
        while (!wished.test(seen)) {
            if (Instant.now().isAfter(deadline)) {
                return fail("Not after %d minutes: %s. Last seen: %s", PATIENCE.toMinutes(), what, seen);
            }
            Thread.sleep(BETWEEN_LOOKS);
            seen = look.call();
        }
        return seen;
    }
}
