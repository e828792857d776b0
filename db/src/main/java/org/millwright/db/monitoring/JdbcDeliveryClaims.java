package org.millwright.db.monitoring;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.millwright.db.Database;
import org.millwright.monitoring.DeliveryId;
import org.millwright.monitoring.WebhookId;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.DeliveryClaims;
import org.millwright.shared.Notifications;
import org.millwright.shared.ServerSettings;

/** A claim is a due date in the future, so no lock is held while something is sent. */
@ApplicationScoped
@Transactional(TxType.REQUIRES_NEW)
public class JdbcDeliveryClaims implements DeliveryClaims {
    /** Of one webhook at a time, over all servers. */
    private static final int MOST_OF_ONE_WEBHOOK = 4;

    private final Database database;
    private final ServerSettings settings;
    private final AtomicBoolean recovered = new AtomicBoolean();

    @Inject
    public JdbcDeliveryClaims(Database database, ServerSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    @SuppressWarnings("NullAway")
    protected JdbcDeliveryClaims() {
        this(null, null);
    }

    @Override
    public List<Claim> claimDue(int most) {
        if (recovered.compareAndSet(false, true)) {
            // What this server claimed before it started anew, nobody sends.
            database.update("""
                    UPDATE monitoring.delivery SET due_at = now(), claimed_by = NULL
                    WHERE state = 'WAITING' AND claimed_by = ?
                    """, settings.serverId());
        }
        return database.query(
                """
                WITH open AS (
                    SELECT w.id, w.url, w.secret, ? - (
                        SELECT count(*) FROM monitoring.delivery d
                        WHERE d.webhook = w.id AND d.state = 'WAITING' AND d.due_at > clock_timestamp()
                          AND d.claimed_by IS NOT NULL) AS places
                    FROM monitoring.webhook w
                    WHERE w.active
                ), due AS MATERIALIZED (
                    SELECT ready.id, open.id AS webhook, open.url, open.secret
                    FROM open CROSS JOIN LATERAL (
                        SELECT d.id
                        FROM monitoring.delivery d
                        WHERE d.webhook = open.id AND d.state = 'WAITING' AND d.due_at <= clock_timestamp()
                          AND NOT EXISTS (
                              SELECT 1 FROM monitoring.delivery earlier
                              WHERE earlier.webhook = d.webhook AND earlier.subject = d.subject
                                AND earlier.state = 'WAITING' AND earlier.sequence < d.sequence)
                        ORDER BY d.due_at, d.sequence
                        LIMIT greatest(open.places, 0)
                        FOR UPDATE OF d SKIP LOCKED) ready
                    LIMIT ?
                )
                UPDATE monitoring.delivery d
                SET due_at = clock_timestamp() + interval '2 minutes', claimed_by = ?, claim = d.claim + 1,
                    attempts = d.attempts + 1
                FROM due WHERE d.id = due.id
                RETURNING d.id, d.claim, due.webhook, due.url, due.secret, d.body, d.attempts
                """,
                row -> new Claim(
                        new DeliveryId(row.getObject("id", UUID.class)),
                        row.getLong("claim"),
                        new WebhookId(row.getObject("webhook", UUID.class)),
                        row.getString("url"),
                        row.getString("secret"),
                        row.getString("body"),
                        row.getInt("attempts")),
                MOST_OF_ONE_WEBHOOK,
                most,
                settings.serverId());
    }

    @Override
    public void settle(Claim claim, Delivery.Attempt attempt, boolean delivered) {
        database.update(
                """
                UPDATE monitoring.delivery
                SET state = ?, settled_at = clock_timestamp(), claimed_by = NULL,
                    attempted_at = ?, status = ?, answer = ?, problem = ?
                WHERE id = ? AND claim = ? AND state = 'WAITING'
                """,
                delivered ? Delivery.Kind.DELIVERED : Delivery.Kind.GAVE_UP,
                attempt.at(),
                attempt.status(),
                attempt.answer(),
                attempt.problem(),
                claim.delivery().value(),
                claim.number());
        // The next one of its subject may go now.
        database.wake(Notifications.WEBHOOKS);
    }

    @Override
    public void putOff(Claim claim, Delivery.Attempt attempt, Duration wait) {
        database.update(
                """
                UPDATE monitoring.delivery
                SET due_at = clock_timestamp() + ? * interval '1 millisecond', claimed_by = NULL,
                    attempted_at = ?, status = ?, answer = ?, problem = ?
                WHERE id = ? AND claim = ? AND state = 'WAITING'
                """,
                wait.toMillis(),
                attempt.at(),
                attempt.status(),
                attempt.answer(),
                attempt.problem(),
                claim.delivery().value(),
                claim.number());
    }

    @Override
    public int forget(Instant before) {
        return database.update("DELETE FROM monitoring.delivery WHERE settled_at < ?", before);
    }
}
