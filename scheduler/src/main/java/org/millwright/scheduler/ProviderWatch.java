package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.millwright.access.app.ProviderChecks;

/** Has identity providers asked, when it is time, whether the sessions that they vouched for still hold. */
@ApplicationScoped
public class ProviderWatch {
    private static final Duration TICK = Duration.ofSeconds(15);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final int MOST_AT_ONCE = 20;

    private final ProviderChecks checks;
    private final ManagedThreads threads;

    @Inject
    public ProviderWatch(ProviderChecks checks, ManagedThreads threads) {
        this.checks = checks;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected ProviderWatch() {
        this(null, null);
    }

    public void start() {
        if (checks.areNeeded()) {
            threads.start("provider watch", this::watch);
        }
    }

    private void watch() {
        var patience = new Patience();
        var nextForget = System.nanoTime();
        try {
            while (!threads.isClosing()) {
                try {
                    if (System.nanoTime() >= nextForget) {
                        checks.forgetEnded();
                        nextForget = System.nanoTime() + FORGET_INTERVAL.toNanos();
                    }
                    if (checks.check(MOST_AT_ONCE) < MOST_AT_ONCE) {
                        Thread.sleep(TICK);
                    }
                    patience.reset();
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Asking identity providers about sessions", passing);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }
}
