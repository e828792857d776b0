package org.millwright.monitoring.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.model.Announcement;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryRepository;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.monitoring.spi.WebhookTransport;
import org.millwright.shared.IdSource;
import org.millwright.shared.RecordedEvent;

/** Makes of an event a delivery for each webhook that wants it. To be told of one event twice does no harm. */
@ApplicationScoped
@Transactional
public class WebhookFanOut {
    private final WebhookRepository webhooks;
    private final DeliveryRepository deliveries;
    private final WebhookTransport transport;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public WebhookFanOut(
            WebhookRepository webhooks,
            DeliveryRepository deliveries,
            WebhookTransport transport,
            IdSource ids,
            Clock clock) {
        this.webhooks = webhooks;
        this.deliveries = deliveries;
        this.transport = transport;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected WebhookFanOut() {
        this(null, null, null, null, null);
    }

    public void accept(RecordedEvent event) {
        var announcement = Announcement.of(event);
        var listening = webhooks.listening(announcement.workspace(), announcement.event());
        if (listening.isEmpty()) {
            return;
        }
        var now = clock.instant();
        var body = transport.json(announcement.payload());
        deliveries.add(
                event.sequence(),
                listening.stream()
                        .map(webhook -> new Delivery(
                                new DeliveryId(ids.nextId()),
                                webhook.id(),
                                announcement.event(),
                                event.subject(),
                                body,
                                now,
                                new Delivery.State.Waiting(now),
                                0,
                                null))
                        .toList());
    }
}
