package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.millwright.monitoring.app.WebhookSending;
import org.millwright.monitoring.model.DeliveryClaims.Claim;
import org.millwright.shared.Notifications;

/** Sends what is due to webhooks, each delivery on a thread of its own, because a receiver may take its time. */
@ApplicationScoped
public class WebhookRelay {
    private static final System.Logger LOG = System.getLogger(WebhookRelay.class.getName());
    private static final Duration TICK = Duration.ofSeconds(2);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final int MOST_AT_ONCE = 16;

    private final WebhookSending sending;
    private final Notifications notifications;
    private final ManagedThreads threads;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);

    @Inject
    public WebhookRelay(WebhookSending sending, Notifications notifications, ManagedThreads threads) {
        this.sending = sending;
        this.notifications = notifications;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected WebhookRelay() {
        this(null, null, null);
    }

    public void start() {
        threads.start("webhook relay", this::relay);
    }

    private void relay() {
        var patience = new Patience();
        var nextForget = System.nanoTime();
        try {
            var told = notifications.listen(Notifications.WEBHOOKS);
            while (!threads.isClosing()) {
                try {
                    if (System.nanoTime() >= nextForget) {
                        sending.forgetOld();
                        nextForget = System.nanoTime() + FORGET_INTERVAL.toNanos();
                    }
                    if (sendDue() == 0) {
                        told.await(TICK);
                    }
                    patience.reset();
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Sending to webhooks", passing);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a free place, and begins as many as there are. @return how many were begun */
    int sendDue() throws InterruptedException {
        places.acquire();
        places.release();
        var due = sending.claimDue(places.availablePermits());
        for (var claim : due) {
            places.acquire();
            threads.start("webhook " + claim.delivery(), () -> send(claim));
        }
        return due.size();
    }

    private void send(Claim claim) {
        try {
            sending.send(claim);
        } catch (RuntimeException failed) {
            // Its claim runs out, and then it is sent again.
            LOG.log(
                    WARNING,
                    () -> "What came of delivery %s cannot be written down".formatted(claim.delivery()),
                    failed);
        } finally {
            places.release();
        }
    }
}
