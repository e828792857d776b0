package org.millwright.monitoring.fake;

import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.UUID;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Webhook;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Webhooks and deliveries for tests, named by what matters. */
public final class WebhookSamples {
    private WebhookSamples() {}

    public static Webhook active(String name, WebhookEvent... events) {
        return webhook(name, true, events);
    }

    public static Webhook disabled(String name, WebhookEvent... events) {
        return webhook(name, false, events);
    }

    public static Delivery delivery(Webhook webhook, String subject, String body) {
        return new Delivery(
                new DeliveryId(UUID.randomUUID()),
                webhook.id(),
                WebhookEvent.MODEL_VERSION_CREATED,
                subject,
                body,
                NOON,
                new Delivery.State.Waiting(NOON),
                0,
                null);
    }

    private static Webhook webhook(String name, boolean active, WebhookEvent... events) {
        return new Webhook(
                new WebhookId(UUID.randomUUID()),
                WorkspaceName.MAIN,
                name,
                "",
                "https://hooks.example.com/" + name,
                List.of(events),
                null,
                active,
                NOON,
                NOON,
                Revision.UNSAVED);
    }
}
