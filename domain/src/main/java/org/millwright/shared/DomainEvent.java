package org.millwright.shared;

import java.time.Instant;

/**
 * Something that happened and that others may want to know. Events of one subject are delivered in order, at least once.
 *
 * <p>Implementations are records of text, numbers, ids and times, because they are stored as JSON.
 */
public interface DomainEvent {

    /** What it happened to, for ordering: {@code run/<id>}, {@code endpoint/<workspace>/<name>}. */
    String subject();

    Instant at();

    /** The name consumers and webhooks know it by. */
    default String type() {
        return getClass().getSimpleName();
    }
}
