package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.function.Supplier;
import org.millwright.shared.Refused;

/** Tries again what failed for a reason that passes: a database that restarts, a connection that broke. */
final class Patience {
    private static final System.Logger LOG = System.getLogger(Patience.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private Duration pause = FIRST_PAUSE;

    /** Calls until it succeeds. A refusal is an answer and is passed on. */
    static <T> T until(String what, Supplier<T> call) throws InterruptedException {
        var patience = new Patience();
        while (true) {
            try {
                return call.get();
            } catch (Refused answer) {
                throw answer;
            } catch (RuntimeException passing) {
                patience.sleepAfter(what, passing);
            }
        }
    }

    /** Says what went wrong and sleeps, each time longer. */
    void sleepAfter(String what, Exception failure) throws InterruptedException {
        LOG.log(WARNING, () -> "%s failed; trying again in %d ms".formatted(what, pause.toMillis()), failure);
        Thread.sleep(pause);
        pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
    }

    void reset() {
        pause = FIRST_PAUSE;
    }
}
