package org.millwright.shared;

import java.util.List;

/** A decision: the aggregate as it now is, and what there is to tell others. Stored whole or not at all. */
public record Change<A>(A next, List<DomainEvent> events) {

    public Change {
        events = List.copyOf(events);
    }

    public static <A> Change<A> of(A next, DomainEvent... events) {
        return new Change<>(next, List.of(events));
    }

    /** Nothing to store and nothing to tell: what was asked for is already so. */
    public static <A> Change<A> none(A unchanged) {
        return new Change<>(unchanged, List.of());
    }
}
