package org.millwright.db;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millwright.shared.DeliveryQueue;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.ServerSettings;

/** The outbox's deliveries. A claim is a due date in the future, so no lock is held while a consumer works. */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class OutboxDeliveries implements DeliveryQueue {
    private static final int LONGEST_REASON = 2000;

    private final Database database;
    private final ServerSettings settings;
    private final AtomicBoolean recovered = new AtomicBoolean();

    @Inject
    public OutboxDeliveries(Database database, ServerSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @SuppressWarnings("NullAway")
    protected OutboxDeliveries() {
        this(null, null);
    }

    @Override
    public List<Delivery> claimDue(int most) {
        if (recovered.compareAndSet(false, true)) {
            // What this server claimed before it started anew, nobody works on.
            database.update("""
                    UPDATE outbox.delivery SET due_at = now(), claimed_by = NULL
                    WHERE delivered_at IS NULL AND claimed_by = ?
                    """, settings.serverId());
        }
        return database.query(
                """
                WITH due AS MATERIALIZED (
                    SELECT d.id
                    FROM outbox.delivery d
                    WHERE d.delivered_at IS NULL AND d.due_at <= clock_timestamp()
                      AND NOT EXISTS (
                          SELECT 1 FROM outbox.delivery earlier
                          WHERE earlier.consumer = d.consumer AND earlier.subject = d.subject
                            AND earlier.event < d.event AND earlier.delivered_at IS NULL)
                    ORDER BY d.event
                    LIMIT ?
                    FOR UPDATE OF d SKIP LOCKED
                ), claimed AS (
                    UPDATE outbox.delivery d
                    SET due_at = clock_timestamp() + interval '5 minutes', claimed_by = ?, attempts = d.attempts + 1
                    FROM due WHERE d.id = due.id
                    RETURNING d.id, d.event, d.consumer, d.attempts
                )
                SELECT c.id, c.consumer, c.attempts, e.sequence, e.type, e.subject, e.at, e.fields
                FROM claimed c JOIN outbox.event e ON e.sequence = c.event
                ORDER BY e.sequence, c.consumer
                """,
                row -> new Delivery(
                        row.getLong("id"),
                        row.getString("consumer"),
                        new RecordedEvent(
                                row.getLong("sequence"),
                                row.getString("type"),
                                row.getString("subject"),
                                Database.requiredInstant(row, "at"),
                                Json.fields(row.getString("fields"))),
                        row.getInt("attempts")),
                most,
                settings.serverId());
    }

    @Override
    public void done(Delivery delivery) {
        database.update(
                "UPDATE outbox.delivery SET delivered_at = now(), claimed_by = NULL, reason = NULL WHERE id = ?",
                delivery.id());
    }

    @Override
    public void failed(Delivery delivery, String reason) {
        // The number of the try says whether this claim is still the one that counts.
        database.update(
                """
                UPDATE outbox.delivery
                SET due_at = now() + least(interval '5 minutes', interval '1 second' * power(2, least(attempts, 10) - 1)),
                    claimed_by = NULL, reason = ?
                WHERE id = ? AND attempts = ? AND delivered_at IS NULL
                """,
                reason.substring(0, Math.min(reason.length(), LONGEST_REASON)).replace("\0", ""),
                delivery.id(),
                delivery.attempts());
    }

    @Override
    public int forget(Instant before) {
        return database.update("""
                DELETE FROM outbox.event e
                WHERE e.at < ? AND NOT EXISTS (
                    SELECT 1 FROM outbox.delivery d WHERE d.event = e.sequence AND coalesce(d.delivered_at >= ?, true))
                """, before, before);
    }
}
