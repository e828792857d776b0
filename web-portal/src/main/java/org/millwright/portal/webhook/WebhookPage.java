package org.millwright.portal.webhook;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.app.WebhookDeliveries;
import org.millwright.monitoring.app.Webhooks;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** One webhook: what was sent to it, what it answered, and a button to send it again. */
@Named
@RequestScoped
@Requires(Permission.WEBHOOK_READ)
public class WebhookPage {
    private static final int ROWS = 50;
    private static final List<Choice> STATES = List.of(
            new Choice("", "All"),
            new Choice("waiting", "Waiting"),
            new Choice("delivered", "Delivered"),
            new Choice("gave_up", "Gave up"));

    private final Address address;
    private final CurrentCaller caller;
    private final Webhooks webhooks;
    private final WebhookDeliveries deliveries;
    private final Notices notices;
    private @Nullable Webhook webhook;
    private @Nullable Page<Delivery> page;

    @Inject
    public WebhookPage(
            Address address, CurrentCaller caller, Webhooks webhooks, WebhookDeliveries deliveries, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected WebhookPage() {
        this(null, null, null, null, null);
    }

    /** One delivery. @param answer what came back, in short; empty before the first try */
    public record Row(
            String id,
            String event,
            String subject,
            StateChip state,
            int attempts,
            String answer,
            String answerBody,
            String problem,
            @Nullable Instant next,
            Instant createdAt,
            @Nullable Instant triedAt,
            String body,
            boolean replayable) {
        static Row of(Delivery delivery) {
            var last = delivery.last();
            return new Row(
                    delivery.id().toString(),
                    delivery.event().text(),
                    delivery.subject(),
                    StateChip.of(delivery.state()),
                    delivery.attempts(),
                    last == null ? "" : last.status() == 0 ? "None" : Integer.toString(last.status()),
                    last == null ? "" : last.answer(),
                    last == null ? "" : last.problem(),
                    delivery.state() instanceof Delivery.State.Waiting(var dueAt) ? dueAt : null,
                    delivery.createdAt(),
                    last == null ? null : last.at(),
                    delivery.body(),
                    delivery.state().kind() != Delivery.Kind.WAITING);
        }
    }

    /** Reads the webhook before anything of the page is sent. */
    public void open() {
        loaded();
        deliveries();
    }

    private Webhook loaded() {
        if (webhook == null) {
            webhook = webhooks.get(caller.workspace(), id());
        }
        return webhook;
    }

    private WebhookId id() {
        return WebhookId.parse(address.text("id"));
    }

    private Page<Delivery> deliveries() {
        if (page == null) {
            var after = address.text("after");
            page = deliveries.page(
                    caller.workspace(), id(), kinds(), new PageRequest(after.isEmpty() ? null : after, ROWS));
        }
        return page;
    }

    private Set<Delivery.Kind> kinds() {
        var wanted = getState().toUpperCase(Locale.ROOT);
        return Arrays.stream(Delivery.Kind.values())
                .filter(kind -> kind.name().equals(wanted))
                .findFirst()
                .map(Set::of)
                .orElse(EnumSet.allOf(Delivery.Kind.class));
    }

    public String getName() {
        return loaded().name();
    }

    public String getDescription() {
        return loaded().description();
    }

    public String getUrl() {
        return loaded().url();
    }

    public StateChip getHealth() {
        return StateChip.of(loaded());
    }

    public boolean isActive() {
        return loaded().active();
    }

    public boolean isSigned() {
        return loaded().isSigned();
    }

    public List<String> getEvents() {
        return WebhookEvent.texts(loaded().events());
    }

    public Instant getCreatedAt() {
        return loaded().createdAt();
    }

    public List<Choice> getStates() {
        return STATES;
    }

    /** The filter, as one of those offered. */
    public String getState() {
        var wanted = address.text("state");
        return STATES.stream().anyMatch(choice -> choice.key().equals(wanted)) ? wanted : "";
    }

    public List<Row> getRows() {
        return deliveries().map(Row::of).items();
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        var token = deliveries().nextToken();
        return token == null ? "" : token;
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.WEBHOOK_WRITE, caller.workspace());
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void test() {
        try {
            var answer = webhooks.test(caller.workspace(), id(), null);
            if (answer.isTaken() && answer instanceof Answer.Answered(var status, var _, var _)) {
                notices.attempt(() -> {}, "The receiver took the example and answered %d".formatted(status));
            } else {
                notices.refuse(answer.problem());
            }
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        }
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void replay() {
        notices.attempt(
                () -> deliveries.replay(caller.workspace(), id(), DeliveryId.parse(address.field("target"))),
                "It is sent again");
        page = null;
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void replayGivenUp() {
        try {
            var replayed = deliveries.replayGivenUp(caller.workspace(), id(), Instant.EPOCH);
            notices.attempt(() -> {}, "%s sent again".formatted(Wording.count(replayed, "delivery", "deliveries")));
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        }
        page = null;
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void disable() {
        activate(false, "Disabled; what waits is kept until it is active again");
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void enable() {
        activate(true, "Active again; what waited is sent now");
    }

    private void activate(boolean active, String done) {
        notices.attempt(
                () -> webhooks.update(
                        caller.workspace(), id(), new Webhooks.Edit(null, null, null, null, null, active)),
                done);
        webhook = null;
    }

    @Requires(Permission.WEBHOOK_WRITE)
    public void delete() {
        try {
            webhooks.delete(caller.workspace(), id());
            FacesContext.getCurrentInstance().getExternalContext().redirect("webhooks.xhtml");
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
