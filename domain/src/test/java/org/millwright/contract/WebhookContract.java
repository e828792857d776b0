package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.monitoring.fake.WebhookSamples.active;
import static org.millwright.monitoring.fake.WebhookSamples.delivery;
import static org.millwright.monitoring.fake.WebhookSamples.disabled;
import static org.millwright.monitoring.model.WebhookEvent.MODEL_VERSION_CREATED;
import static org.millwright.monitoring.model.WebhookEvent.REGISTERED_MODEL_CREATED;
import static org.millwright.monitoring.model.WebhookEvent.RUN_FAILED;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Delivery.Attempt;
import org.millwright.monitoring.model.Delivery.Kind;
import org.millwright.monitoring.model.DeliveryClaims.Claim;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

/** What every keeper of webhooks and deliveries does. */
public abstract class WebhookContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final Set<WebhookEvent> ALL_EVENTS = EnumSet.allOf(WebhookEvent.class);
    private static final Set<Kind> ALL_KINDS = EnumSet.allOf(Kind.class);
    private static final Attempt TAKEN = new Attempt(NOON, 200, "thanks", "");
    private static final Attempt REFUSED = new Attempt(NOON, 500, "no", "The receiver answered 500");

    private final AtomicLong sequence = new AtomicLong();
    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @Test
    void a_webhook_is_found_as_it_was_saved_in_its_workspace_only() {
        var webhook = saved(active("ci", RUN_FAILED, MODEL_VERSION_CREATED));
        assertThat(webhook.events()).containsExactly(MODEL_VERSION_CREATED, RUN_FAILED);
        assertThat(world.inTransaction(() -> world.webhooks().find(new WorkspaceName("other"), webhook.id())))
                .isEmpty();
    }

    @Test
    void a_change_that_was_decided_on_an_older_revision_is_refused() {
        var seen = saved(active("ci", RUN_FAILED));
        save(seen.revise("build", null, null, null, false, NOON));
        assertThat(find(seen).name()).isEqualTo("build");
        assertThat(find(seen).active()).isFalse();
        assertRefused(Problem.Stale.class, () -> save(seen.revise("late", null, null, null, null, NOON)));
    }

    @Test
    void webhooks_are_listed_page_by_page_the_newest_first_and_by_what_they_want() {
        saved(active("first", RUN_FAILED));
        saved(active("second", MODEL_VERSION_CREATED));
        saved(active("third", RUN_FAILED));
        var page = world.inTransaction(() -> world.webhooks().page(MAIN, ALL_EVENTS, PageRequest.first(2)));
        assertThat(page.items()).extracting(Webhook::name).containsExactly("third", "second");
        var rest = world.inTransaction(
                () -> world.webhooks().page(MAIN, ALL_EVENTS, new PageRequest(page.nextToken(), 2)));
        assertThat(rest.items()).extracting(Webhook::name).containsExactly("first");
        assertThat(rest.nextToken()).isNull();
        assertThat(world.inTransaction(() -> world.webhooks()
                        .page(MAIN, Set.of(MODEL_VERSION_CREATED), PageRequest.first(9))
                        .items()))
                .extracting(Webhook::name)
                .containsExactly("second");
    }

    @Test
    void only_active_webhooks_that_want_an_event_listen_to_it() {
        saved(active("wants", RUN_FAILED));
        saved(active("wants-another", MODEL_VERSION_CREATED));
        saved(disabled("sleeps", RUN_FAILED));
        assertThat(world.inTransaction(() -> world.webhooks().listening(MAIN, RUN_FAILED)))
                .extracting(Webhook::name)
                .containsExactly("wants");
    }

    @Test
    void a_deleted_webhook_is_gone_with_its_deliveries() {
        var webhook = saved(active("ci", REGISTERED_MODEL_CREATED));
        var delivery = add(webhook, "model/a", "1");
        assertThat(world.inTransaction(() -> world.webhooks().delete(MAIN, webhook.id())))
                .isTrue();
        assertThat(world.inTransaction(() -> world.webhooks().delete(MAIN, webhook.id())))
                .isFalse();
        assertThat(world.inTransaction(() -> world.deliveries().find(webhook.id(), delivery.id())))
                .isEmpty();
        assertThat(claim()).isEmpty();
        add(webhook, "model/a", "2"); // told of it too late
        assertThat(claim()).isEmpty();
    }

    @Test
    void an_event_is_added_once_for_each_webhook() {
        var one = saved(active("one", MODEL_VERSION_CREATED));
        var other = saved(active("other", MODEL_VERSION_CREATED));
        world.run(() ->
                world.deliveries().add(7, List.of(delivery(one, "model/a", "1"), delivery(other, "model/a", "1"))));
        world.run(() -> world.deliveries().add(7, List.of(delivery(one, "model/a", "again"))));
        assertThat(claim()).extracting(Claim::body).containsExactly("1", "1");
    }

    @Test
    void a_claimed_delivery_is_not_claimed_again_and_knows_where_it_goes() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED).withSecret("sealed"));
        var delivery = add(webhook, "model/a", "1");
        assertThat(claim()).containsExactly(new Claim(delivery.id(), 1, webhook.id(), webhook.url(), "sealed", "1", 1));
        assertThat(claim()).isEmpty();
    }

    @Test
    void the_events_of_a_subject_are_sent_one_after_the_other_and_others_do_not_wait() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        add(webhook, "model/a", "a1");
        add(webhook, "model/a", "a2");
        add(webhook, "model/b", "b1");
        var first = claim();
        assertThat(first).extracting(Claim::body).containsExactlyInAnyOrder("a1", "b1");
        var a1 = claimOf(first, "a1");
        world.run(() -> world.claims().putOff(a1, REFUSED, Duration.ofHours(1)));
        assertThat(claim()).isEmpty(); // a2 waits with a1
        world.run(() -> world.claims().settle(a1, REFUSED, false));
        assertThat(claim()).extracting(Claim::body).containsExactly("a2");
    }

    @Test
    void what_is_put_off_keeps_what_was_answered_and_comes_again() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        var delivery = add(webhook, "model/a", "1");
        var first = claim().getFirst();
        world.run(() -> world.claims().putOff(first, REFUSED, Duration.ZERO));
        assertThat(find(delivery).last()).isEqualTo(REFUSED);
        assertThat(find(delivery).state().kind()).isEqualTo(Kind.WAITING);
        var second = claim().getFirst();
        assertThat(second.attempts()).isEqualTo(2);
        world.run(() -> world.claims().settle(second, TAKEN, true));
        assertThat(find(delivery).last()).isEqualTo(TAKEN);
        assertThat(find(delivery).state().kind()).isEqualTo(Kind.DELIVERED);
        assertThat(find(delivery).attempts()).isEqualTo(2);
    }

    @Test
    void what_an_older_claim_reports_is_too_late() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        var delivery = add(webhook, "model/a", "1");
        var first = claim().getFirst();
        world.run(() -> world.claims().putOff(first, REFUSED, Duration.ZERO));
        var second = claim().getFirst();
        world.run(() -> world.claims().settle(first, TAKEN, true));
        assertThat(find(delivery).state().kind()).isEqualTo(Kind.WAITING);
        world.run(() -> world.claims().settle(second, REFUSED, false));
        assertThat(find(delivery).state().kind()).isEqualTo(Kind.GAVE_UP);
    }

    @Test
    void a_disabled_webhook_gets_nothing_until_it_is_active_again() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        add(webhook, "model/a", "1");
        save(find(webhook).revise(null, null, null, null, false, NOON));
        assertThat(claim()).isEmpty();
        save(find(webhook).revise(null, null, null, null, true, NOON));
        assertThat(claim()).hasSize(1);
    }

    @Test
    void a_webhook_with_much_to_send_leaves_room_for_others() {
        var busy = saved(active("busy", MODEL_VERSION_CREATED));
        var other = saved(active("other", MODEL_VERSION_CREATED));
        IntStream.range(0, 20).forEach(number -> add(busy, "model/" + number, "busy"));
        add(other, "model/a", "other");
        assertThat(claim()).extracting(Claim::body).containsOnlyOnce("other").hasSize(5);
        assertThat(claim()).isEmpty();
    }

    @Test
    void what_was_settled_can_be_replayed_and_what_waits_cannot() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        var delivery = add(webhook, "model/a", "1");
        assertThat(replay(delivery)).isFalse();
        var first = claim().getFirst();
        world.run(() -> world.claims().settle(first, TAKEN, true));
        assertThat(replay(delivery)).isTrue();
        var again = claim().getFirst();
        assertThat(again.delivery()).isEqualTo(delivery.id());
        assertThat(again.attempts()).isEqualTo(1);
        assertThat(again.number()).isEqualTo(2);
    }

    @Test
    void all_that_was_given_up_since_a_time_is_replayed_at_once() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        add(webhook, "model/a", "given up");
        add(webhook, "model/b", "delivered");
        var claims = claim();
        world.run(() -> world.claims().settle(claimOf(claims, "given up"), REFUSED, false));
        world.run(() -> world.claims().settle(claimOf(claims, "delivered"), TAKEN, true));
        assertThat(replayGivenUp(webhook, NOON.plusSeconds(1))).isZero();
        assertThat(replayGivenUp(webhook, NOON)).isEqualTo(1);
        assertThat(claim()).extracting(Claim::body).containsExactly("given up");
    }

    @Test
    void deliveries_are_listed_page_by_page_the_newest_first_and_by_state() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        add(webhook, "model/a", "1");
        add(webhook, "model/b", "2");
        var claims = claim();
        add(webhook, "model/c", "3");
        world.run(() -> world.claims().settle(claimOf(claims, "1"), REFUSED, false));
        var page = world.inTransaction(() -> world.deliveries().page(webhook.id(), ALL_KINDS, PageRequest.first(2)));
        assertThat(page.items()).extracting(Delivery::body).containsExactly("3", "2");
        var rest = world.inTransaction(
                () -> world.deliveries().page(webhook.id(), ALL_KINDS, new PageRequest(page.nextToken(), 2)));
        assertThat(rest.items()).extracting(Delivery::body).containsExactly("1");
        assertThat(world.inTransaction(() -> world.deliveries()
                        .page(webhook.id(), Set.of(Kind.GAVE_UP), PageRequest.first(9))
                        .items()))
                .extracting(Delivery::body)
                .containsExactly("1");
    }

    @Test
    void what_was_settled_long_ago_is_forgotten_and_the_rest_kept() {
        var webhook = saved(active("ci", MODEL_VERSION_CREATED));
        add(webhook, "model/a", "settled");
        add(webhook, "model/b", "waiting");
        var claims = claim();
        world.run(() -> world.claims().settle(claimOf(claims, "settled"), TAKEN, true));
        assertThat(forget(Instant.EPOCH)).isZero();
        assertThat(forget(Instant.parse("9000-01-01T00:00:00Z"))).isEqualTo(1);
        assertThat(world.inTransaction(() -> world.deliveries()
                        .page(webhook.id(), ALL_KINDS, PageRequest.first(9))
                        .items()))
                .extracting(Delivery::body)
                .containsExactly("waiting");
    }

    private Webhook saved(Webhook webhook) {
        save(webhook);
        var found = find(webhook);
        assertThat(found).usingRecursiveComparison().ignoringFields("revision").isEqualTo(webhook);
        return found;
    }

    private void save(Webhook webhook) {
        world.run(() -> world.webhooks().save(webhook));
    }

    private Webhook find(Webhook webhook) {
        return world.inTransaction(() -> world.webhooks().find(MAIN, webhook.id()))
                .orElseThrow();
    }

    private Delivery add(Webhook webhook, String subject, String body) {
        var delivery = delivery(webhook, subject, body);
        world.run(() -> world.deliveries().add(sequence.incrementAndGet(), List.of(delivery)));
        return delivery;
    }

    private Delivery find(Delivery delivery) {
        return world.inTransaction(() -> world.deliveries().find(delivery.webhook(), delivery.id()))
                .orElseThrow();
    }

    private List<Claim> claim() {
        return world.inTransaction(() -> world.claims().claimDue(100));
    }

    private static Claim claimOf(List<Claim> claims, String body) {
        return claims.stream()
                .filter(claim -> claim.body().equals(body))
                .findFirst()
                .orElseThrow();
    }

    private boolean replay(Delivery delivery) {
        return world.inTransaction(() -> world.deliveries().replay(delivery.webhook(), delivery.id()));
    }

    private int replayGivenUp(Webhook webhook, Instant since) {
        return world.inTransaction(() -> world.deliveries().replayGivenUp(webhook.id(), since));
    }

    private int forget(Instant before) {
        return world.inTransaction(() -> world.claims().forget(before));
    }
}
