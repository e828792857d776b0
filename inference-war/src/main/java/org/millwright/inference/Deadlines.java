package org.millwright.inference;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.millwright.engine.ModelRun;

/**
 * Stops runs that take longer than their deployment allows. One thread looks over all of them a few times a second:
 * cheaper per request than a timer each, and a time-out need not be exact.
 */
final class Deadlines implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());
    private static final Duration LOOK = Duration.ofMillis(50);

    private final Set<Deadline> running = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("millwright-deadlines").factory());

    Deadlines() {
        watch.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        var now = System.nanoTime();
        for (var deadline : running) {
            if (now - deadline.due() >= 0) {
                stop(deadline.run());
            }
        }
    }

    private static void stop(ModelRun run) {
        try {
            run.stop();
        } catch (RuntimeException defect) {
            // Thrown on, it would end the watch over all other runs.
            LOG.log(WARNING, "A run that took too long could not be stopped", defect);
        }
    }

    /** Watches a run until the answer is closed. @param due on the clock of {@link System#nanoTime} */
    Deadline watch(ModelRun run, long due) {
        var deadline = new Deadline(this, run, due);
        running.add(deadline);
        return deadline;
    }

    @Override
    public void close() {
        watch.shutdownNow();
    }

    /** A run under watch. Two of them are never equal. */
    static final class Deadline implements AutoCloseable {
        private final Deadlines owner;
        private final ModelRun run;
        private final long due;

        private Deadline(Deadlines owner, ModelRun run, long due) {
            this.owner = owner;
            this.run = run;
            this.due = due;
        }

        private ModelRun run() {
            return run;
        }

        private long due() {
            return due;
        }

        @Override
        public void close() {
            owner.running.remove(this);
        }
    }
}
