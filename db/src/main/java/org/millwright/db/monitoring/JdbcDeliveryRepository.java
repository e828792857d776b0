package org.millwright.db.monitoring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.db.Database;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryRepository;
import org.millwright.monitoring.model.WebhookEvent;
import org.millwright.shared.Notifications;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** What is and was on its way to webhooks, in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcDeliveryRepository implements DeliveryRepository {
    private final Database database;

    @Inject
    public JdbcDeliveryRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcDeliveryRepository() {
        this(null);
    }

    /** A delivery with its place in the list. */
    private record Numbered(long sequence, Delivery delivery) {}

    @Override
    public void add(long sequence, List<Delivery> deliveries) {
        for (var delivery : deliveries) {
            // A webhook that is deleted meanwhile gets none.
            database.update(
                    """
                    INSERT INTO monitoring.delivery (id, webhook, told, event, subject, body, created_at, state, due_at)
                    SELECT ?, w.id, ?, ?, ?, ?, ?, 'WAITING', now() FROM monitoring.webhook w WHERE w.id = ? FOR KEY SHARE
                    ON CONFLICT ON CONSTRAINT delivery_once DO NOTHING
                    """,
                    delivery.id().value(),
                    sequence,
                    delivery.event(),
                    delivery.subject(),
                    delivery.body(),
                    delivery.createdAt(),
                    delivery.webhook().value());
        }
        database.wake(Notifications.WEBHOOKS);
    }

    @Override
    public Optional<Delivery> find(WebhookId webhook, DeliveryId id) {
        return database
                .query(
                        "SELECT * FROM monitoring.delivery WHERE webhook = ? AND id = ?",
                        JdbcDeliveryRepository::delivery,
                        webhook.value(),
                        id.value())
                .stream()
                .findFirst();
    }

    @Override
    public Page<Delivery> page(WebhookId webhook, Set<Delivery.Kind> kinds, PageRequest page) {
        var rows = database.query(
                """
                SELECT * FROM monitoring.delivery
                WHERE webhook = ? AND sequence < ? AND state = ANY (?)
                ORDER BY sequence DESC LIMIT ?
                """,
                row -> new Numbered(row.getLong("sequence"), delivery(row)),
                webhook.value(),
                SequenceToken.read(page),
                Database.Values.of("text", List.copyOf(kinds), Delivery.Kind::name),
                page.size() + 1);
        return SequenceToken.page(rows, page, Numbered::sequence).map(Numbered::delivery);
    }

    @Override
    public boolean replay(WebhookId webhook, DeliveryId id) {
        return again("id = ? AND state <> 'WAITING'", webhook, id.value()) == 1;
    }

    @Override
    public int replayGivenUp(WebhookId webhook, Instant since) {
        return again("state = 'GAVE_UP' AND created_at >= ?", webhook, since);
    }

    private int again(String which, WebhookId webhook, Object value) {
        var replayed = database.update("""
                UPDATE monitoring.delivery
                SET state = 'WAITING', settled_at = NULL, due_at = now(), attempts = 0
                WHERE webhook = ? AND %s
                """.formatted(which), webhook.value(), value);
        database.wake(Notifications.WEBHOOKS);
        return replayed;
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        var kind = Delivery.Kind.valueOf(row.getString("state"));
        return new Delivery(
                new DeliveryId(row.getObject("id", UUID.class)),
                new WebhookId(row.getObject("webhook", UUID.class)),
                WebhookEvent.valueOf(row.getString("event")),
                row.getString("subject"),
                row.getString("body"),
                Database.requiredInstant(row, "created_at"),
                switch (kind) {
                    case WAITING -> new Delivery.State.Waiting(Database.requiredInstant(row, "due_at"));
                    case DELIVERED -> new Delivery.State.Delivered(Database.requiredInstant(row, "settled_at"));
                    case GAVE_UP -> new Delivery.State.GaveUp(Database.requiredInstant(row, "settled_at"));
                },
                row.getInt("attempts"),
                attempt(row));
    }

    private static Delivery.@Nullable Attempt attempt(ResultSet row) throws SQLException {
        var at = Database.instant(row, "attempted_at");
        return at == null
                ? null
                : new Delivery.Attempt(at, row.getInt("status"), row.getString("answer"), row.getString("problem"));
    }
}
