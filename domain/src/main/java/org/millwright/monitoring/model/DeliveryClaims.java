package org.millwright.monitoring.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;

/**
 * The deliveries that are to be sent. Whoever sends claims some, and says how it went.
 *
 * <p>Each call is a transaction of its own. Several servers may claim at once; of one webhook only a few deliveries are
 * claimed at a time, so that a slow receiver keeps nobody else waiting.
 */
public interface DeliveryClaims {

    /** A delivery that is ours to send. @param number of the claim; a later one takes it away @param attempts this one included */
    record Claim(
            DeliveryId delivery,
            long number,
            WebhookId webhook,
            String url,
            @Nullable String sealedSecret,
            String body,
            int attempts) {}

    /**
     * Claims deliveries that are due. What is neither settled nor put off after some minutes becomes due again, at once
     * when the server that claimed it starts anew.
     */
    List<Claim> claimDue(int most);

    /** It is over: delivered, or given up. */
    void settle(Claim claim, Delivery.Attempt attempt, boolean delivered);

    /** It is to be tried again. */
    void putOff(Claim claim, Delivery.Attempt attempt, Duration wait);

    /** Forgets deliveries that were settled before then. @return how many */
    int forget(Instant before);
}
