package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.app.WebhookSending;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryClaims;
import org.millwright.monitoring.spi.WebhookTransport;

class WebhookRelayTest {
    private final Due due = new Due();
    private final CountDownLatch quickIsThrough = new CountDownLatch(1);

    @Test
    void a_receiver_that_takes_its_time_keeps_no_other_waiting() throws InterruptedException {
        due.add("slow");
        due.add("quick");
        assertThat(relay().sendDue()).isEqualTo(2);
        assertThat(List.of(due.settled.take(), due.settled.take())).containsExactlyInAnyOrder("slow", "quick");
    }

    @Test
    void a_delivery_that_breaks_something_gives_its_place_back() throws InterruptedException {
        var relay = relay();
        IntStream.range(0, 17).forEach(_ -> due.add("broken"));
        due.add("quick");
        for (var sent = 0; sent < 18; ) {
            sent += relay.sendDue();
        }
        assertThat(due.settled.take()).isEqualTo("quick");
    }

    private WebhookRelay relay() {
        return new WebhookRelay(
                new WebhookSending(due, new Receivers(), new NoSecrets(), Clock.systemUTC()),
                _ -> _ -> false,
                new TestThreads());
    }

    /** Deliveries in the order added; by their bodies. */
    private static final class Due implements DeliveryClaims {
        private final Queue<Claim> waiting = new ArrayDeque<>();
        final BlockingQueue<String> settled = new LinkedBlockingQueue<>();

        void add(String body) {
            waiting.add(new Claim(
                    new DeliveryId(UUID.randomUUID()),
                    1,
                    new WebhookId(UUID.randomUUID()),
                    "https://" + body,
                    null,
                    body,
                    1));
        }

        @Override
        public List<Claim> claimDue(int most) {
            return Stream.generate(waiting::poll)
                    .limit(Math.min(most, waiting.size()))
                    .toList();
        }

        @Override
        public void settle(Claim claim, Delivery.Attempt attempt, boolean delivered) {
            settled.add(claim.body());
        }

        @Override
        public void putOff(Claim claim, Delivery.Attempt attempt, Duration wait) {
            throw new AssertionError("Nothing is put off here");
        }

        @Override
        public int forget(Instant before) {
            return 0;
        }
    }

    /** The slow one answers once the quick one has; the broken one is a defect of ours. */
    private final class Receivers implements WebhookTransport {
        @Override
        public void check(String url) {
            throw new AssertionError("Nothing is made here");
        }

        @Override
        public Answer post(String url, Map<String, String> headers, String body) {
            switch (body) {
                case "slow" -> await();
                case "quick" -> quickIsThrough.countDown();
                default -> throw new IllegalStateException("broken");
            }
            return new Answer.Answered(200, "", null);
        }

        private void await() {
            try {
                quickIsThrough.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public String json(Map<String, Object> fields) {
            throw new AssertionError("Nothing is written here");
        }
    }

    private static final class NoSecrets implements SecretCipher {
        @Override
        public String seal(SecretPlace place, String secret) {
            throw new AssertionError("Nothing is sealed here");
        }

        @Override
        public String open(SecretPlace place, String sealed) {
            throw new AssertionError("Nothing is opened here");
        }
    }
}
