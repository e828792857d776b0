package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.fake.Runs;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelVersionRegistered;
import org.millwright.shared.DeliveryQueue.Delivery;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;

class OutboxTest {
    private final PostgresWorld world = new PostgresWorld(consumer("starts", "RunStarted"), consumer("everything", ""));
    private OutboxDeliveries deliveries = deliveriesOf("server-1");

    @Test
    void an_event_is_delivered_to_each_consumer_that_wants_it() {
        world.run(() -> world.runs().save(Runs.track("a", NOON)));
        world.run(() -> world.runs().save(Runs.queue("b", NOON)));
        assertThat(claim())
                .extracting(
                        delivery -> delivery.consumer() + " " + delivery.event().type())
                .containsExactlyInAnyOrder("starts RunStarted", "everything RunStarted", "everything RunQueued");
    }

    @Test
    void the_fields_of_an_event_are_read_by_name_and_ids_as_their_text() {
        tell(new ModelVersionRegistered(
                WorkspaceName.MAIN,
                new ModelRef(new ModelName("churn"), 3),
                "s3://models/churn",
                null,
                "",
                Map.of("team", "risk"),
                false,
                NOON));
        var event = claim().getFirst().event();
        assertThat(event.fields())
                .isEqualTo(Map.of(
                        "workspace",
                        "main",
                        "model",
                        "churn:3",
                        "source",
                        "s3://models/churn",
                        "description",
                        "",
                        "tags",
                        Map.of("team", "risk"),
                        "prompt",
                        false,
                        "at",
                        NOON.toString()));
        assertThat(event.subject()).isEqualTo("model/main/churn");
        assertThat(event.at()).isEqualTo(NOON);
    }

    @Test
    void what_is_rolled_back_was_never_told() {
        assertThatThrownBy(() -> world.run(() -> {
                    world.runs().save(Runs.track("a", NOON));
                    throw new IllegalStateException("something else went wrong");
                }))
                .hasMessageContaining("something else");
        assertThat(claim()).isEmpty();
    }

    @Test
    void a_claimed_delivery_is_not_claimed_again_before_it_failed() {
        tell(new Happened("a", 1, NOON));
        var delivery = claim().getFirst();
        assertThat(delivery.attempts()).isEqualTo(1);
        assertThat(claim()).isEmpty();
        world.run(() -> deliveries.failed(delivery, "the receiver is down"));
        assertThat(claim()).isEmpty(); // it waits a little
        dueNow();
        assertThat(claim().getFirst().attempts()).isEqualTo(2);
    }

    @Test
    void the_events_of_a_subject_come_one_after_the_other_and_those_of_others_do_not_wait() {
        tell(new Happened("a", 1, NOON), new Happened("a", 2, NOON), new Happened("b", 1, NOON));
        var first = claim();
        assertThat(first).extracting(OutboxTest::told).containsExactly("a 1", "b 1");
        world.run(() -> deliveries.failed(first.getFirst(), "not now"));
        world.run(() -> deliveries.done(first.getLast()));
        assertThat(claim()).isEmpty();
        dueNow();
        var again = claim();
        assertThat(again).extracting(OutboxTest::told).containsExactly("a 1");
        world.run(() -> deliveries.done(again.getFirst()));
        assertThat(claim()).extracting(OutboxTest::told).containsExactly("a 2");
    }

    @Test
    void a_server_that_starts_anew_takes_up_what_it_had_claimed() {
        tell(new Happened("a", 1, NOON));
        assertThat(claim()).hasSize(1);
        deliveries = deliveriesOf("server-2");
        assertThat(claim()).isEmpty();
        deliveries = deliveriesOf("server-1");
        assertThat(claim()).hasSize(1);
    }

    @Test
    void a_failure_that_comes_too_late_changes_nothing() {
        tell(new Happened("a", 1, NOON));
        var delivery = claim().getFirst();
        world.run(() -> deliveries.done(delivery));
        world.run(() -> deliveries.failed(delivery, "too late"));
        dueNow();
        assertThat(claim()).isEmpty();
    }

    @Test
    void delivered_events_are_forgotten_and_others_kept() {
        tell(new Happened("a", 1, NOON), new Happened("b", 1, NOON));
        world.run(() -> deliveries.done(claim().getFirst()));
        var forgotten =
                world.inTransaction(() -> deliveries.forget(Instant.now().plus(Duration.ofDays(10_000))));
        assertThat(forgotten).isEqualTo(1);
    }

    /** An event of a test. */
    public record Happened(String to, int number, Instant at) implements DomainEvent {
        @Override
        public String subject() {
            return "thing/" + to;
        }
    }

    private static String told(Delivery delivery) {
        return delivery.event().text("to") + " " + delivery.event().text("number");
    }

    private void tell(DomainEvent... events) {
        world.run(() -> world.outbox().append(List.of(events)));
    }

    private List<Delivery> claim() {
        return world.inTransaction(() -> deliveries.claimDue(100));
    }

    private void dueNow() {
        PostgresForTests.get().execute("UPDATE outbox.delivery SET due_at = now()");
    }

    private OutboxDeliveries deliveriesOf(String server) {
        return new OutboxDeliveries(
                world.database(),
                new ServerSettings(Path.of("/"), URI.create("https://localhost"), Path.of("/ca.pem"), server, 1));
    }

    private static EventConsumer consumer(String name, String type) {
        return new EventConsumer() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public boolean wants(String eventType) {
                return type.isEmpty() || type.equals(eventType);
            }

            @Override
            public void accept(RecordedEvent event) {
                throw new UnsupportedOperationException("Nobody relays in these tests");
            }
        };
    }
}
