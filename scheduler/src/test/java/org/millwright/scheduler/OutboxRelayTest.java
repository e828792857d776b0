package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.millwright.shared.DeliveryQueue;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.Notifications;
import org.millwright.shared.RecordedEvent;

class OutboxRelayTest {
    private final Deliveries queue = new Deliveries();
    private final Consumer first = new Consumer("first");
    private final Consumer second = new Consumer("second");
    private final OutboxRelay relay =
            new OutboxRelay(queue, List.of(first, second), new Silence(), new TestThreads(), Clock.systemUTC());

    @Test
    void each_consumer_gets_its_own_deliveries() {
        queue.due.add(delivery(1, "first"));
        queue.due.add(delivery(2, "second"));

        assertThat(relay.deliverDue()).isEqualTo(2);

        assertThat(first.events).containsExactly(1L);
        assertThat(second.events).containsExactly(2L);
        assertThat(queue.told).containsExactly("done 1", "done 2");
    }

    @Test
    void a_consumer_that_fails_is_tried_again_and_stops_nobody_else() {
        first.fails = true;
        queue.due.add(delivery(1, "first"));
        queue.due.add(delivery(2, "second"));

        relay.deliverDue();

        assertThat(queue.told).containsExactly("failed 1: not now", "done 2");
    }

    @Test
    void a_delivery_for_nobody_we_know_is_kept() {
        queue.due.add(delivery(1, "of another version"));

        relay.deliverDue();

        assertThat(queue.told).containsExactly("failed 1: This server has no consumer 'of another version'");
    }

    private static DeliveryQueue.Delivery delivery(long id, String consumer) {
        return new DeliveryQueue.Delivery(
                id, consumer, new RecordedEvent(id, "RunEnded", "run/a", Instant.EPOCH, Map.of()), 1);
    }

    private static final class Consumer implements EventConsumer {
        final List<Long> events = new ArrayList<>();
        boolean fails;
        private final String name;

        Consumer(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public boolean wants(String eventType) {
            return true;
        }

        @Override
        public void accept(RecordedEvent event) {
            if (fails) {
                throw new IllegalStateException("not now");
            }
            events.add(event.sequence());
        }
    }

    private static final class Deliveries implements DeliveryQueue {
        final Queue<Delivery> due = new ArrayDeque<>();
        final List<String> told = new ArrayList<>();

        @Override
        public List<Delivery> claimDue(int most) {
            var claimed = List.copyOf(due);
            due.clear();
            return claimed;
        }

        @Override
        public void done(Delivery delivery) {
            told.add("done " + delivery.id());
        }

        @Override
        public void failed(Delivery delivery, String reason) {
            told.add("failed %d: %s".formatted(delivery.id(), reason));
        }

        @Override
        public int forget(Instant before) {
            return 0;
        }
    }

    private static final class Silence implements Notifications {
        @Override
        public Listener listen(String channel) {
            return most -> {
                Thread.sleep(Duration.ofMillis(1));
                return false;
            };
        }
    }
}
