package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.millwright.monitoring.app.WebhookFanOut;
import org.millwright.monitoring.model.Announcement;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;

/** Lets each webhook that wants an event have it. */
@ApplicationScoped
public class WebhookConsumer implements EventConsumer {
    private final WebhookFanOut fanOut;

    @Inject
    public WebhookConsumer(WebhookFanOut fanOut) {
        this.fanOut = fanOut;
    }

    @SuppressWarnings("NullAway")
    protected WebhookConsumer() {
        this(null);
    }

    @Override
    public String name() {
        return "webhook";
    }

    @Override
    public boolean wants(String eventType) {
        return Announcement.isOf(eventType);
    }

    @Override
    public void accept(RecordedEvent event) {
        fanOut.accept(event);
    }
}
