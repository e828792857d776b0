package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import org.millwright.shared.DeliveryQueue;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.Notifications;

/** Brings events to those who want them, once the transaction that told them has committed. */
@ApplicationScoped
public class OutboxRelay {
    private static final System.Logger LOG = System.getLogger(OutboxRelay.class.getName());
    private static final Duration TICK = Duration.ofSeconds(3);
    private static final Duration FORGET_INTERVAL = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofDays(7);
    private static final int BATCH = 100;

    private final DeliveryQueue queue;
    private final Iterable<EventConsumer> consumers;
    private final Notifications notifications;
    private final ManagedThreads threads;
    private final Clock clock;

    @Inject
    public OutboxRelay(
            DeliveryQueue queue,
            @Any Instance<EventConsumer> consumers,
            Notifications notifications,
            ManagedThreads threads,
            Clock clock) {
        this(queue, (Iterable<EventConsumer>) consumers, notifications, threads, clock);
    }

    OutboxRelay(
            DeliveryQueue queue,
            Iterable<EventConsumer> consumers,
            Notifications notifications,
            ManagedThreads threads,
            Clock clock) {
        this.queue = queue;
        this.consumers = consumers;
        this.notifications = notifications;
        this.threads = threads;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected OutboxRelay() {
        this(null, (Iterable<EventConsumer>) null, null, null, null);
    }

    public void start() {
        threads.start("outbox relay", this::relay);
    }

    private void relay() {
        var patience = new Patience();
        var nextForget = System.nanoTime();
        try {
            var told = notifications.listen(Notifications.OUTBOX);
            while (!threads.isClosing()) {
                try {
                    if (System.nanoTime() >= nextForget) {
                        queue.forget(clock.instant().minus(KEPT));
                        nextForget = System.nanoTime() + FORGET_INTERVAL.toNanos();
                    }
                    if (deliverDue() == 0) {
                        told.await(TICK);
                    }
                    patience.reset();
                } catch (RuntimeException passing) {
                    patience.sleepAfter("Relaying events", passing);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how many there were */
    int deliverDue() {
        var due = queue.claimDue(BATCH);
        due.forEach(this::deliver);
        return due.size();
    }

    private void deliver(DeliveryQueue.Delivery delivery) {
        for (var consumer : consumers) {
            if (consumer.name().equals(delivery.consumer())) {
                try {
                    consumer.accept(delivery.event());
                } catch (RuntimeException refused) {
                    LOG.log(
                            WARNING,
                            () -> "'%s' could not take event %d (%s of %s), try %d"
                                    .formatted(
                                            delivery.consumer(),
                                            delivery.event().sequence(),
                                            delivery.event().type(),
                                            delivery.event().subject(),
                                            delivery.attempts()),
                            refused);
                    queue.failed(delivery, String.valueOf(refused.getMessage()));
                    return;
                }
                queue.done(delivery);
                return;
            }
        }
        queue.failed(delivery, "This server has no consumer '%s'".formatted(delivery.consumer()));
    }
}
