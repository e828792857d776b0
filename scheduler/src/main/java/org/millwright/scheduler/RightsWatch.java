package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.millwright.access.app.RightsChanges;
import org.millwright.shared.Notifications;

/** Hears from the database, once a change of rights is committed on any server, that what was believed may not hold. */
@ApplicationScoped
public class RightsWatch {
    private static final Duration LOOK_AROUND = Duration.ofMinutes(1);

    private final Notifications notifications;
    private final RightsChanges changes;
    private final ManagedThreads threads;

    @Inject
    public RightsWatch(Notifications notifications, RightsChanges changes, ManagedThreads threads) {
        this.notifications = notifications;
        this.changes = changes;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected RightsWatch() {
        this(null, null, null);
    }

    public void start() {
        threads.start("rights watch", this::watch);
    }

    private void watch() {
        try {
            var told = notifications.listen(Notifications.RIGHTS);
            while (!threads.isClosing()) {
                if (told.await(LOOK_AROUND)) {
                    changes.happened();
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }
}
