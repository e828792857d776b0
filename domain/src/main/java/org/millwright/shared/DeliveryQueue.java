package org.millwright.shared;

import java.time.Instant;
import java.util.List;

/**
 * The events that have not reached their consumers yet. Whoever relays them claims some, tells the consumer, and says how
 * it went.
 *
 * <p>Each call is a transaction of its own. A consumer gets the events of one subject in order: while one is not
 * delivered, the later ones wait. Several servers may claim at once.
 */
public interface DeliveryQueue {

    /** An event on its way to a consumer. @param attempts how often it was claimed, this time included */
    record Delivery(long id, String consumer, RecordedEvent event, int attempts) {}

    /**
     * Claims deliveries that are due. What is neither done nor failed after some minutes becomes due again, at once when
     * the server that claimed it starts anew.
     */
    List<Delivery> claimDue(int most);

    /** The consumer has taken it. */
    void done(Delivery delivery);

    /** The consumer could not take it: it becomes due again, the later the more often that happened. */
    void failed(Delivery delivery, String reason);

    /** Forgets events that reached all their consumers before then. @return how many */
    int forget(Instant before);
}
