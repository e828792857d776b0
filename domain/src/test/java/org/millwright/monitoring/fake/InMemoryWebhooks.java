package org.millwright.monitoring.fake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Delivery.Attempt;
import org.millwright.monitoring.model.Delivery.State;
import org.millwright.monitoring.model.DeliveryClaims;
import org.millwright.monitoring.model.DeliveryRepository;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** Webhooks and their deliveries in memory. */
public final class InMemoryWebhooks implements WebhookRepository, DeliveryRepository, DeliveryClaims {
    private static final int MOST_OF_ONE_WEBHOOK = 4;

    private final Clock clock;
    private final List<Webhook> webhooks = new ArrayList<>();
    private final List<Delivery> deliveries = new ArrayList<>();
    private final Map<DeliveryId, Long> sequences = new HashMap<>();
    private final Map<DeliveryId, Long> claims = new HashMap<>();
    private final Map<DeliveryId, Boolean> claimed = new HashMap<>();

    public InMemoryWebhooks() {
        this(new SettableClock());
    }

    public InMemoryWebhooks(Clock clock) {
        this.clock = clock;
    }

    @Override
    public Optional<Webhook> find(WorkspaceName workspace, WebhookId id) {
        return webhooks.stream()
                .filter(webhook ->
                        webhook.workspace().equals(workspace) && webhook.id().equals(id))
                .findFirst();
    }

    @Override
    public Page<Webhook> page(WorkspaceName workspace, Set<WebhookEvent> events, PageRequest page) {
        return page(
                webhooks,
                webhook -> webhook.workspace().equals(workspace) && !Collections.disjoint(webhook.events(), events),
                page);
    }

    @Override
    public List<Webhook> listening(WorkspaceName workspace, WebhookEvent event) {
        return webhooks.stream()
                .filter(webhook -> webhook.workspace().equals(workspace)
                        && webhook.active()
                        && webhook.events().contains(event))
                .toList();
    }

    @Override
    public void save(Webhook webhook) {
        var saved = new Webhook(
                webhook.id(),
                webhook.workspace(),
                webhook.name(),
                webhook.description(),
                webhook.url(),
                webhook.events(),
                webhook.sealedSecret(),
                webhook.active(),
                webhook.createdAt(),
                webhook.updatedAt(),
                new Revision(webhook.revision().value() + 1));
        if (webhook.revision().isUnsaved()) {
            webhooks.add(saved);
            return;
        }
        for (var i = 0; i < webhooks.size(); i++) {
            if (webhooks.get(i).id().equals(webhook.id())
                    && webhooks.get(i).revision().equals(webhook.revision())) {
                webhooks.set(i, saved);
                return;
            }
        }
        throw Refused.stale("webhook", webhook.id());
    }

    @Override
    public boolean delete(WorkspaceName workspace, WebhookId id) {
        var gone = find(workspace, id).isPresent();
        if (gone) {
            webhooks.removeIf(webhook -> webhook.id().equals(id));
            deliveries.removeIf(delivery -> delivery.webhook().equals(id));
        }
        return gone;
    }

    @Override
    public void add(long sequence, List<Delivery> added) {
        for (var delivery : added) {
            var known = deliveries.stream()
                    .anyMatch(other ->
                            other.webhook().equals(delivery.webhook()) && sequences.get(other.id()) == sequence);
            if (!known && webhooks.stream().anyMatch(webhook -> webhook.id().equals(delivery.webhook()))) {
                deliveries.add(delivery);
                sequences.put(delivery.id(), sequence);
            }
        }
    }

    @Override
    public Optional<Delivery> find(WebhookId webhook, DeliveryId id) {
        return deliveries.stream()
                .filter(delivery ->
                        delivery.webhook().equals(webhook) && delivery.id().equals(id))
                .findFirst();
    }

    @Override
    public Page<Delivery> page(WebhookId webhook, Set<Delivery.Kind> kinds, PageRequest page) {
        return page(
                deliveries,
                delivery -> delivery.webhook().equals(webhook)
                        && kinds.contains(delivery.state().kind()),
                page);
    }

    @Override
    public boolean replay(WebhookId webhook, DeliveryId id) {
        return again(delivery -> delivery.webhook().equals(webhook)
                        && delivery.id().equals(id)
                        && delivery.state().kind() != Delivery.Kind.WAITING)
                == 1;
    }

    @Override
    public int replayGivenUp(WebhookId webhook, Instant since) {
        return again(delivery -> delivery.webhook().equals(webhook)
                && delivery.state().kind() == Delivery.Kind.GAVE_UP
                && !delivery.createdAt().isBefore(since));
    }

    @Override
    public List<Claim> claimDue(int most) {
        var now = clock.instant();
        var due = new ArrayList<Claim>();
        for (var delivery : List.copyOf(deliveries)) {
            var webhook = webhooks.stream()
                    .filter(each -> each.id().equals(delivery.webhook()))
                    .findFirst()
                    .orElseThrow();
            var busy = deliveries.stream()
                    .filter(other -> other.webhook().equals(delivery.webhook()) && claimed.containsKey(other.id()))
                    .count();
            if (due.size() < most
                    && webhook.active()
                    && busy < MOST_OF_ONE_WEBHOOK
                    && isDue(delivery, now)
                    && isFirstOfItsSubject(delivery)) {
                var number = claims.merge(delivery.id(), 1L, Long::sum);
                claimed.put(delivery.id(), true);
                replace(with(
                        delivery,
                        new State.Waiting(now.plus(Duration.ofMinutes(2))),
                        delivery.attempts() + 1,
                        delivery.last()));
                due.add(new Claim(
                        delivery.id(),
                        number,
                        webhook.id(),
                        webhook.url(),
                        webhook.sealedSecret(),
                        delivery.body(),
                        delivery.attempts() + 1));
            }
        }
        return due;
    }

    @Override
    public void settle(Claim claim, Attempt attempt, boolean delivered) {
        report(claim, attempt, delivered ? new State.Delivered(clock.instant()) : new State.GaveUp(clock.instant()));
    }

    @Override
    public void putOff(Claim claim, Attempt attempt, Duration wait) {
        report(claim, attempt, new State.Waiting(clock.instant().plus(wait)));
    }

    @Override
    public int forget(Instant before) {
        var kept = deliveries.size();
        deliveries.removeIf(delivery -> switch (delivery.state()) {
            case State.Waiting _ -> false;
            case State.Delivered(var at) -> at.isBefore(before);
            case State.GaveUp(var at) -> at.isBefore(before);
        });
        return kept - deliveries.size();
    }

    private int again(Predicate<Delivery> which) {
        var chosen = deliveries.stream().filter(which).toList();
        chosen.forEach(delivery -> replace(with(delivery, new State.Waiting(clock.instant()), 0, delivery.last())));
        return chosen.size();
    }

    private void report(Claim claim, Attempt attempt, State next) {
        deliveries.stream()
                .filter(delivery -> delivery.id().equals(claim.delivery())
                        && claims.get(delivery.id()) == claim.number()
                        && delivery.state().kind() == Delivery.Kind.WAITING)
                .findFirst()
                .ifPresent(delivery -> {
                    claimed.remove(delivery.id());
                    replace(with(delivery, next, delivery.attempts(), attempt));
                });
    }

    private static boolean isDue(Delivery delivery, Instant now) {
        return delivery.state() instanceof State.Waiting(var dueAt) && !dueAt.isAfter(now);
    }

    private boolean isFirstOfItsSubject(Delivery delivery) {
        return deliveries.stream()
                .filter(other -> other.webhook().equals(delivery.webhook())
                        && other.subject().equals(delivery.subject())
                        && other.state().kind() == Delivery.Kind.WAITING)
                .findFirst()
                .orElseThrow()
                .id()
                .equals(delivery.id());
    }

    private void replace(Delivery next) {
        deliveries.replaceAll(delivery -> delivery.id().equals(next.id()) ? next : delivery);
    }

    private static Delivery with(Delivery delivery, State state, int attempts, Attempt last) {
        return new Delivery(
                delivery.id(),
                delivery.webhook(),
                delivery.event(),
                delivery.subject(),
                delivery.body(),
                delivery.createdAt(),
                state,
                attempts,
                last);
    }

    /** The newest first; the token says how many came before. */
    private static <T> Page<T> page(List<T> all, Predicate<T> wanted, PageRequest page) {
        var from = page.token() == null ? 0 : Integer.parseInt(page.token());
        var rows = all.reversed().stream().filter(wanted).skip(from).toList();
        return rows.size() <= page.size()
                ? Page.last(rows)
                : new Page<>(rows.subList(0, page.size()), Integer.toString(from + page.size()));
    }
}
