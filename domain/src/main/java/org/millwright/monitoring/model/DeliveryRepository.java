package org.millwright.monitoring.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** Keeps what is and was on its way to webhooks. */
public interface DeliveryRepository {

    /**
     * Adds deliveries that are due at once. One that was added before for the same webhook and event is left alone.
     *
     * @param sequence of the event in the outbox
     */
    void add(long sequence, List<Delivery> deliveries);

    Optional<Delivery> find(WebhookId webhook, DeliveryId id);

    /** The newest first. @param kinds those in one of these states */
    Page<Delivery> page(WebhookId webhook, Set<Delivery.Kind> kinds, PageRequest page);

    /** Makes it due at once, as if it had never been tried. @return false when it is waiting already */
    boolean replay(WebhookId webhook, DeliveryId id);

    /** Makes all due at once that were given up and whose event became known since then. @return how many */
    int replayGivenUp(WebhookId webhook, Instant since);
}
