package org.millwright.monitoring.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.monitoring.fake.FakeTransport;
import org.millwright.monitoring.fake.InMemoryWebhooks;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Delivery.Kind;
import org.millwright.monitoring.model.Retries;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class WebhooksTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final String URL = "https://hooks.example.com/in";
    private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

    private final SettableClock clock = new SettableClock();
    private final InMemoryWebhooks kept = new InMemoryWebhooks(clock);
    private final FakeTransport transport = new FakeTransport();
    private final SecretCipher cipher = new Backwards();
    private final Ids ids = new Ids();
    private final Webhooks webhooks = new Webhooks(new WebhookBook(kept), transport, cipher, ids, clock);
    private final WebhookDeliveries deliveries = new WebhookDeliveries(kept, kept);
    private final WebhookFanOut fanOut = new WebhookFanOut(kept, kept, transport, ids, clock);
    private final WebhookSending sending = new WebhookSending(kept, transport, cipher, clock);

    @Test
    void a_secret_is_kept_sealed_and_never_as_it_is() {
        var webhook = create("secret");
        assertThat(kept.find(MAIN, webhook.id()).orElseThrow().sealedSecret())
                .isEqualTo("webhook/" + webhook.id() + " terces");
        assertThat(update(webhook, "").isSigned()).isFalse();
        assertThat(update(webhook, "other").sealedSecret()).isEqualTo("webhook/" + webhook.id() + " rehto");
        assertThat(update(webhook, null).sealedSecret()).isEqualTo("webhook/" + webhook.id() + " rehto");
    }

    @Test
    void where_nothing_may_be_sent_there_is_no_webhook() {
        assertRefused(
                Problem.Invalid.class,
                () -> webhooks.create(MAIN, draft("http://hooks.example.com", "", WebhookEvent.RUN_FAILED)));
        var webhook = create("");
        assertRefused(
                Problem.Invalid.class,
                () -> webhooks.update(
                        MAIN, webhook.id(), new Webhooks.Edit(null, null, "http://elsewhere", null, null, null)));
        assertThat(webhooks.get(MAIN, webhook.id()).url()).isEqualTo(URL);
        assertThat(webhooks.page(MAIN, EnumSet.allOf(WebhookEvent.class), PageRequest.first(9))
                        .items())
                .hasSize(1);
    }

    @Test
    void a_test_sends_an_example_signed_and_keeps_nothing() {
        var webhook = create("secret");
        transport.answers(new Answer.Answered(500, "broken", null));
        assertThat(webhooks.test(MAIN, webhook.id(), null)).isEqualTo(new Answer.Answered(500, "broken", null));
        assertThat(webhooks.test(MAIN, webhook.id(), WebhookEvent.RUN_COMPLETED).isTaken())
                .isTrue();
        assertThat(transport.posted().getFirst().body()).contains("entity=run, action=failed");
        assertThat(transport.posted().getLast().body()).contains("entity=run, action=completed");
        assertThat(transport.posted().getFirst().headers()).containsKey("X-MLflow-Signature");
        assertThat(list(webhook)).isEmpty();
    }

    @Test
    void an_event_goes_to_each_webhook_that_wants_it_once_however_often_it_is_told() {
        var one = create("secret");
        var other = webhooks.create(MAIN, draft(URL, "", WebhookEvent.RUN_COMPLETED));
        fanOut.accept(failed(1));
        fanOut.accept(failed(1));
        assertThat(list(one)).hasSize(1);
        assertThat(list(other)).isEmpty();
        sendDue();
        assertThat(transport.posted()).hasSize(1);
        assertThat(transport.posted().getFirst().body()).contains("run_id=r1").contains("reason=exit code 1");
    }

    @Test
    void what_fails_is_sent_again_later_under_the_same_id_with_a_fresh_signature() {
        var webhook = create("secret");
        fanOut.accept(failed(1));
        transport.answers(new Answer.Unreached("no route"));
        sendDue();
        var waiting = list(webhook).getFirst();
        assertThat(waiting.state()).isInstanceOf(Delivery.State.Waiting.class);
        assertThat(waiting.last()).isEqualTo(new Delivery.Attempt(NOON, 0, "", "no route"));
        sendDue();
        assertThat(transport.posted()).hasSize(1); // not yet
        clock.advance(Duration.ofSeconds(10));
        sendDue();
        assertThat(transport.posted()).hasSize(2);
        assertThat(transport.posted()).extracting(FakeTransport.Posted::body).containsOnly(waiting.body());
        assertThat(header("X-MLflow-Delivery-Id")).containsOnly(waiting.id().toString());
        assertThat(header("X-MLflow-Timestamp")).doesNotHaveDuplicates();
        assertThat(header("X-MLflow-Signature")).doesNotHaveDuplicates();
        assertThat(list(webhook).getFirst().state()).isInstanceOf(Delivery.State.Delivered.class);
    }

    @Test
    void what_never_arrives_is_given_up_and_lets_the_next_go_and_can_be_replayed() {
        var webhook = create("");
        fanOut.accept(failed(1));
        fanOut.accept(failed(2));
        for (var i = 0; i < Retries.MOST_ATTEMPTS; i++) {
            transport.answers(new Answer.Answered(503, "busy", null));
            sendDue();
            clock.advance(Duration.ofHours(2));
        }
        assertThat(list(webhook))
                .extracting(delivery -> delivery.state().kind())
                .containsExactly(Kind.WAITING, Kind.GAVE_UP);
        sendDue();
        assertThat(list(webhook))
                .extracting(delivery -> delivery.state().kind())
                .containsExactly(Kind.DELIVERED, Kind.GAVE_UP);
        assertThat(deliveries.replayGivenUp(MAIN, webhook.id(), NOON)).isEqualTo(1);
        sendDue();
        assertThat(list(webhook))
                .extracting(delivery -> delivery.state().kind())
                .containsOnly(Kind.DELIVERED);
    }

    @Test
    void what_is_on_its_way_is_not_replayed_and_what_arrived_is() {
        var webhook = create("");
        fanOut.accept(failed(1));
        var delivery = list(webhook).getFirst();
        assertRefused(Problem.WrongState.class, () -> deliveries.replay(MAIN, webhook.id(), delivery.id()));
        sendDue();
        assertThat(deliveries.replay(MAIN, webhook.id(), delivery.id()).attempts())
                .isZero();
        sendDue();
        assertThat(transport.posted()).hasSize(2);
    }

    @Test
    void nobody_reaches_a_webhook_of_another_workspace() {
        var webhook = create("");
        fanOut.accept(failed(1));
        var delivery = list(webhook).getFirst();
        var other = new WorkspaceName("other");
        assertRefused(Problem.NotFound.class, () -> webhooks.get(other, webhook.id()));
        assertRefused(Problem.NotFound.class, () -> webhooks.delete(other, webhook.id()));
        assertRefused(Problem.NotFound.class, () -> webhooks.test(other, webhook.id(), null));
        assertRefused(Problem.NotFound.class, () -> deliveries.page(other, webhook.id(), ALL, PageRequest.first(9)));
        assertRefused(Problem.NotFound.class, () -> deliveries.replay(other, webhook.id(), delivery.id()));
        assertRefused(Problem.NotFound.class, () -> deliveries.replayGivenUp(other, webhook.id(), NOON));
    }

    @Test
    void old_deliveries_are_forgotten_after_a_month() {
        var webhook = create("");
        fanOut.accept(failed(1));
        sendDue();
        clock.advance(Duration.ofDays(29));
        assertThat(sending.forgetOld()).isZero();
        clock.advance(Duration.ofDays(2));
        assertThat(sending.forgetOld()).isEqualTo(1);
        assertThat(list(webhook)).isEmpty();
    }

    private Webhook create(String secret) {
        return webhooks.create(MAIN, draft(URL, secret, WebhookEvent.RUN_FAILED));
    }

    private static Webhooks.Draft draft(String url, String secret, WebhookEvent... events) {
        return new Webhooks.Draft("ci", "", url, List.of(events), secret, true);
    }

    private Webhook update(Webhook webhook, String secret) {
        return webhooks.update(MAIN, webhook.id(), new Webhooks.Edit(null, null, null, null, secret, null));
    }

    private List<Delivery> list(Webhook webhook) {
        return deliveries.page(MAIN, webhook.id(), ALL, PageRequest.first(9)).items();
    }

    private void sendDue() {
        sending.claimDue(9).forEach(sending::send);
    }

    private List<String> header(String name) {
        return transport.posted().stream()
                .map(posted -> posted.headers().get(name))
                .toList();
    }

    private static RecordedEvent failed(long sequence) {
        return new RecordedEvent(
                sequence,
                "RunEnded",
                "run/r1",
                NOON,
                Map.of(
                        "workspace", "main",
                        "run", "r1",
                        "name", "nightly",
                        "experiment", "0",
                        "state", "Failed",
                        "reason", "exit code 1"));
    }

    /** Seals a secret so that a test can tell. */
    private static final class Backwards implements SecretCipher {
        @Override
        public String seal(SecretPlace place, String secret) {
            return place + " " + new StringBuilder(secret).reverse();
        }

        @Override
        public String open(SecretPlace place, String sealed) {
            if (!sealed.startsWith(place + " ")) {
                throw new IllegalStateException("It was sealed for another place");
            }
            return new StringBuilder(sealed.substring(place.toString().length() + 1))
                    .reverse()
                    .toString();
        }
    }
}
