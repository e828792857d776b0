package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.shared.Notifications;
import org.millwright.shared.ServerSettings;

/** Gives waiting jobs to free nodes as soon as there are both. */
@ApplicationScoped
public class Dispatcher {
    /** A look at the queue even when no notification came: a connection that breaks loses them. */
    private static final Duration TICK = Duration.ofSeconds(3);

    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(10);
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(10);
    /** After so long without a heartbeat of it, an attempt of another server is taken over. */
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private static final int BATCH = 100;

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
        var wellSince = System.nanoTime();
        try {
            var queue = notifications.listen(Notifications.RUN_QUEUE);
            while (!threads.isClosing()) {
                var began = System.nanoTime();
                try {
                    if (System.nanoTime() >= nextCheck) {
                        pickUp();
                        dispatch.scaleDown();
                        nextCheck = System.nanoTime() + CHECK_INTERVAL.toNanos();
                    }
                    claimAll();
                    dispatch.makingRoom(settings.serverId()).forEach(executor::makeRoom);
                    if (System.nanoTime() >= nextHeartbeat) {
                        dispatch.heartbeat(executor.attempts());
                        // Who could not say that it lives does not judge others: the database may have been away for
                        // all.
                        if (System.nanoTime() - wellSince > PATIENCE.toNanos()) {
                            dispatch.takeOver(settings.serverId(), PATIENCE).forEach(executor::take);
                        }
                        nextHeartbeat = System.nanoTime() + HEARTBEAT_INTERVAL.toNanos();
                    }
                    if (System.nanoTime() - began > HEARTBEAT_INTERVAL.toNanos()) {
                        wellSince = System.nanoTime(); // something kept us, and perhaps the others too
                    }
                    patience.reset();
                    queue.await(TICK);
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Dispatching", passing);
                    wellSince = System.nanoTime();
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
        dispatch.abandoned(settings.serverId()).forEach(executor::remove);
    }

    private void claimAll() {
        List<RunDispatch.Assignment> assignments;
        do {
            assignments = dispatch.claim(settings.serverId(), BATCH);
            assignments.forEach(executor::take);
        } while (!assignments.isEmpty());
    }
}
