package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.shared.Notifications;
import org.millwright.shared.ServerSettings;

/** Gives waiting jobs to free slots as soon as there are both. */
@ApplicationScoped
public class Dispatcher {
    /** A look at the queue even when no notification came: a connection that breaks loses them. */
    private static final Duration TICK = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(30);
    private static final int BATCH = 20;

    private final RunDispatch dispatch;
    private final RunExecutor executor;
    private final Notifications notifications;
    private final ServerSettings settings;
    private final ManagedThreads threads;

    @Inject
    public Dispatcher(
            RunDispatch dispatch,
            RunExecutor executor,
            Notifications notifications,
            ServerSettings settings,
            ManagedThreads threads) {
        this.dispatch = dispatch;
        this.executor = executor;
        this.notifications = notifications;
        this.settings = settings;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected Dispatcher() {
        this(null, null, null, null, null);
    }

    /** Finds the attempts again that this server looked after before, then serves the queue until the server ends. */
    public void start() {
        threads.start("dispatcher", this::serve);
    }

    private void serve() {
        var patience = new Patience();
        var nextHeartbeat = System.nanoTime() + HEARTBEAT_INTERVAL.toNanos();
        var nextCheck = System.nanoTime();
        try {
            var queue = notifications.listen(Notifications.RUN_QUEUE);
            while (!threads.isClosing()) {
                try {
                    if (System.nanoTime() >= nextCheck) {
                        pickUp();
                        nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
                    }
                    claimAll();
                    if (System.nanoTime() >= nextHeartbeat) {
                        dispatch.heartbeat(executor.attempts());
                        nextHeartbeat = System.nanoTime() + HEARTBEAT_INTERVAL.toNanos();
                    }
                    patience.reset();
                    queue.await(TICK);
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Dispatching", passing);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Takes up what is open under our name and not looked after: everything after a restart, and otherwise nothing, unless
     * something broke.
     */
    private void pickUp() {
        dispatch.recover(settings.serverId()).forEach(executor::take);
    }

    private void claimAll() {
        while (true) {
            var assignments = dispatch.claim(settings.serverId(), BATCH);
            assignments.forEach(executor::take);
            if (assignments.size() < BATCH) {
                return;
            }
        }
    }
}
