package org.millwright.db;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.Notifications;

/**
 * Stores events in the transaction of the change that they tell of, with a delivery for each consumer that wants them.
 *
 * <p>Repositories append after they have written their rows: who waits for a row gets the later number, so the numbers of
 * one subject are in the order of the commits. What nobody wants is not stored.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class Outbox {
    private final Database database;
    private final Iterable<EventConsumer> consumers;

    @Inject
    public Outbox(Database database, @Any Instance<EventConsumer> consumers) {
        this(database, (Iterable<EventConsumer>) consumers);
    }

    public Outbox(Database database, Iterable<EventConsumer> consumers) {
        this.database = database;
        this.consumers = consumers;
    }

    @SuppressWarnings("NullAway")
    protected Outbox() {
        this(null, (Iterable<EventConsumer>) null);
    }

    public void append(List<DomainEvent> events) {
        var wanted = false;
        for (var event : events) {
            wanted |= append(event);
        }
        if (wanted) {
            database.wake(Notifications.OUTBOX);
        }
    }

    /** @return whether anybody wants it */
    private boolean append(DomainEvent event) {
        var wanting = new ArrayList<String>();
        for (var consumer : consumers) {
            if (consumer.wants(event.type())) {
                wanting.add(consumer.name());
            }
        }
        if (wanting.isEmpty()) {
            return false;
        }
        database.update(
                """
                WITH told AS (
                    INSERT INTO outbox.event (type, subject, at, fields)
                    VALUES (CAST(? AS text), CAST(? AS text), ?, CAST(? AS jsonb))
                    RETURNING sequence, subject
                )
                INSERT INTO outbox.delivery (event, consumer, subject, due_at)
                SELECT told.sequence, consumer, told.subject, now()
                FROM told, unnest(?) AS consumer
                """,
                event.type(),
                event.subject(),
                event.at(),
                Json.write(fields(event)).value(),
                new Database.Values("text", wanting.toArray()));
        return true;
    }

    /** Numbers, truths and maps of text as they are, everything else as its text: ids, names, times. */
    private static Map<String, Object> fields(DomainEvent event) {
        if (!(event instanceof Record)) {
            throw new IllegalStateException("Events are records; %s is not".formatted(event.getClass()));
        }
        var fields = new LinkedHashMap<String, Object>();
        for (var component : event.getClass().getRecordComponents()) {
            var value = value(event, component);
            if (value != null) {
                fields.put(
                        component.getName(),
                        value instanceof Number || value instanceof Boolean || value instanceof Map
                                ? value
                                : value.toString());
            }
        }
        return fields;
    }

    private static @Nullable Object value(DomainEvent event, RecordComponent component) {
        try {
            return component.getAccessor().invoke(event);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalStateException(
                    "Events are public records; %s is not".formatted(event.getClass()), impossible);
        }
    }
}
