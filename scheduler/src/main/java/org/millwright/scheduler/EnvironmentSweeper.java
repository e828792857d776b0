package org.millwright.scheduler;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.millwright.compute.EnvironmentBuilds;

/** Removes from this server's disk the environments that no job has wanted for long. */
@ApplicationScoped
public class EnvironmentSweeper {
    private static final System.Logger LOG = System.getLogger(EnvironmentSweeper.class.getName());

    /** The start has better things to do. */
    private static final Duration FIRST = Duration.ofMinutes(5);

    private static final Duration INTERVAL = Duration.ofHours(6);

    private final EnvironmentBuilds builds;
    private final ManagedThreads threads;

    @Inject
    public EnvironmentSweeper(EnvironmentBuilds builds, ManagedThreads threads) {
        this.builds = builds;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected EnvironmentSweeper() {
        this(null, null);
    }

    public void start() {
        threads.start("environment sweeper", this::sweepAgainAndAgain);
    }

    private void sweepAgainAndAgain() {
        try {
            Thread.sleep(FIRST);
            while (!threads.isClosing()) {
                sweep();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() throws InterruptedException {
        try {
            var removed = builds.removeUnused();
            if (removed > 0) {
                LOG.log(INFO, "{0} environments were removed that no job has used for long", removed);
            }
        } catch (IOException | RuntimeException passing) {
            LOG.log(WARNING, "Unused environments could not be removed; it is tried again", passing);
        }
    }
}
