package org.millwright.shared;

import java.time.Instant;
import java.util.Map;

/** An event as the outbox kept it: its type, its subject, and its fields by name. */
public record RecordedEvent(long sequence, String type, String subject, Instant at, Map<String, Object> fields) {

    public RecordedEvent {
        fields = Map.copyOf(fields);
    }

    /** The text of a field. @throws IllegalStateException when the event has none of that name */
    public String text(String field) {
        var value = fields.get(field);
        if (value == null) {
            throw new IllegalStateException("Event %s of %s has no field '%s'".formatted(type, subject, field));
        }
        return value.toString();
    }
}
