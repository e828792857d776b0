package org.millwright.shared;

/**
 * Reacts to events after the transaction that told them has committed.
 *
 * <p>Called at least once for each event, in the order of its subject; so saying the same thing twice must change nothing.
 * A thrown exception means "try again later".
 */
public interface EventConsumer {

    /** Names the deliveries of this consumer for good: renaming it would deliver old events again. */
    String name();

    boolean wants(String eventType);

    void accept(RecordedEvent event);
}
