package org.millwright.monitoring.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Set;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryRepository;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Shows what became of the events that webhooks wanted, and sends them again. */
@ApplicationScoped
@Transactional
public class WebhookDeliveries {
    private final WebhookRepository webhooks;
    private final DeliveryRepository deliveries;

    @Inject
    public WebhookDeliveries(WebhookRepository webhooks, DeliveryRepository deliveries) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
    }

    @SuppressWarnings("NullAway")
    protected WebhookDeliveries() {
        this(null, null);
    }

    /** The newest first. */
    public Page<Delivery> page(WorkspaceName workspace, WebhookId webhook, Set<Delivery.Kind> kinds, PageRequest page) {
        require(workspace, webhook);
        return deliveries.page(webhook, kinds, page);
    }

    /**
     * Sends it again, at once, whether or not it had arrived.
     *
     * @throws Refused with WrongState when it is on its way anyhow
     */
    public Delivery replay(WorkspaceName workspace, WebhookId webhook, DeliveryId delivery) {
        require(workspace, webhook);
        var known = find(webhook, delivery);
        if (!deliveries.replay(webhook, delivery)) {
            throw new Refused(new Problem.WrongState("delivery", known.id().toString(), "waiting", "replay"));
        }
        return find(webhook, delivery);
    }

    /** Sends all again that were given up and whose event happened since then. @return how many */
    public int replayGivenUp(WorkspaceName workspace, WebhookId webhook, Instant since) {
        require(workspace, webhook);
        return deliveries.replayGivenUp(webhook, since);
    }

    private Delivery find(WebhookId webhook, DeliveryId delivery) {
        return deliveries.find(webhook, delivery).orElseThrow(() -> Refused.notFound("delivery", delivery));
    }

    private void require(WorkspaceName workspace, WebhookId webhook) {
        if (webhooks.find(workspace, webhook).isEmpty()) {
            throw Refused.notFound("webhook", webhook);
        }
    }
}
