package org.millwright.db.compute;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Waiting;
import org.millwright.compute.Waiting.Reason;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.shared.Notifications;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * The queue in PostgreSQL. Rows that somebody else is working on are skipped, never waited for, so dispatchers of several
 * servers do not get in each other's way.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcRunQueue implements RunQueue {
    private final Database database;

    @Inject
    public JdbcRunQueue(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcRunQueue() {
        this(null);
    }

    private record Target(String workspace, String compute) {}

    /** What {@link #waiting} is computed from. */
    private record Standing(String compute, boolean paused, int slots, int free, int position) {}

    @Override
    public void enqueue(String run, WorkspaceName workspace, ComputeName compute, int priority, Instant now) {
        var known = database.query(
                "SELECT 1 FROM compute.target WHERE workspace = ? AND name = ?",
                row -> row.getInt(1),
                workspace.value(),
                compute.value());
        if (known.isEmpty() || !Authority.current().sees(Resource.of(ResourceKind.COMPUTE, workspace, compute))) {
            throw Refused.notFound("compute", compute);
        }
        database.update("""
                INSERT INTO compute.run_queue (run, workspace, compute, priority, enqueued_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (run) DO NOTHING
                """, run, workspace.value(), compute.value(), priority, now);
        database.wake(Notifications.RUN_QUEUE);
    }

    @Override
    public List<Claim> claim(String server, int most, Instant now) {
        var claims = new ArrayList<Claim>();
        for (var target : targetsWithWork()) {
            if (claims.size() < most) {
                claims.addAll(claim(server, target, most - claims.size()));
            }
        }
        return claims;
    }

    /** Shares a lock with each target, so that one that is being paused or resized gives nothing until that is decided. */
    private List<Target> targetsWithWork() {
        return database.query("""
                SELECT c.workspace, c.name
                FROM compute.target c
                WHERE NOT c.paused
                  AND EXISTS (SELECT 1 FROM compute.run_queue q WHERE q.workspace = c.workspace AND q.compute = c.name)
                  AND EXISTS (
                      SELECT 1 FROM compute.slot s
                      WHERE s.workspace = c.workspace AND s.compute = c.name AND s.run IS NULL AND s.slot <= c.max_nodes)
                ORDER BY c.workspace, c.name
                FOR SHARE OF c SKIP LOCKED
                """, row -> new Target(row.getString("workspace"), row.getString("name")));
    }

    private List<Claim> claim(String server, Target target, int most) {
        return database.query(
                """
                WITH free AS MATERIALIZED (
                    SELECT s.workspace, s.compute, s.slot
                    FROM compute.slot s
                    JOIN compute.target c ON c.workspace = s.workspace AND c.name = s.compute
                    WHERE s.workspace = ? AND s.compute = ? AND s.run IS NULL AND s.slot <= c.max_nodes
                    ORDER BY s.slot LIMIT ?
                    FOR UPDATE OF s SKIP LOCKED
                ), waiting AS MATERIALIZED (
                    SELECT q.run, q.priority, q.enqueued_at, q.sequence
                    FROM compute.run_queue q
                    WHERE q.workspace = ? AND q.compute = ?
                    ORDER BY q.priority DESC, q.enqueued_at, q.sequence
                    LIMIT (SELECT count(*) FROM free)
                    FOR UPDATE SKIP LOCKED
                ), paired AS MATERIALIZED (
                    SELECT w.run, w.place, f.workspace, f.compute, f.slot,
                        1 + (SELECT coalesce(max(a.number), 0) FROM experiment.run_attempt a WHERE a.run = w.run) AS attempt
                    FROM (SELECT run, row_number() OVER (ORDER BY priority DESC, enqueued_at, sequence) AS place
                          FROM waiting) w
                    JOIN (SELECT workspace, compute, slot, row_number() OVER (ORDER BY slot) AS place FROM free) f
                        ON f.place = w.place
                ), left_queue AS (
                    DELETE FROM compute.run_queue q USING paired p WHERE q.run = p.run
                )
                UPDATE compute.slot s
                SET run = p.run, attempt = p.attempt, server = CAST(? AS text), heartbeat_at = clock_timestamp()
                FROM paired p
                WHERE s.workspace = p.workspace AND s.compute = p.compute AND s.slot = p.slot
                RETURNING p.place, s.run, s.attempt, s.slot
                """,
                row -> new Claim(
                        new AttemptId(row.getString("run"), row.getInt("attempt")),
                        new WorkspaceName(target.workspace()),
                        new ComputeName(target.compute()),
                        row.getInt("slot")),
                target.workspace(),
                target.compute(),
                most,
                target.workspace(),
                target.compute(),
                server);
    }

    @Override
    public boolean withdraw(String run) {
        // Skipped when a dispatcher is claiming it: waiting for that would be a deadlock, because it wants the run's
        // row.
        return database.update("""
                        DELETE FROM compute.run_queue WHERE run IN (
                            SELECT run FROM compute.run_queue WHERE run = ? FOR UPDATE SKIP LOCKED)
                        """, run) == 1;
    }

    @Override
    public void release(AttemptId attempt) {
        var freed = database.update("""
                UPDATE compute.slot SET run = NULL, attempt = NULL, server = NULL, heartbeat_at = NULL
                WHERE run = ? AND attempt = ?
                """, attempt.run(), attempt.number());
        if (freed > 0) {
            database.update("""
                    DELETE FROM compute.slot s USING compute.target c
                    WHERE c.workspace = s.workspace AND c.name = s.compute AND s.slot > c.max_nodes AND s.run IS NULL
                    """);
            database.wake(Notifications.RUN_QUEUE);
        }
    }

    @Override
    public void heartbeat(List<AttemptId> attempts) {
        database.update(
                """
                UPDATE compute.slot s SET heartbeat_at = clock_timestamp()
                FROM unnest(?, ?) AS alive (run, attempt)
                WHERE s.run = alive.run AND s.attempt = alive.attempt
                """, Values.of("text", attempts, AttemptId::run), Values.of("int4", attempts, AttemptId::number));
    }

    @Override
    public Optional<Waiting> waiting(String run) {
        return database
                .query(
                        """
                        SELECT c.name, c.paused, c.max_nodes,
                            (SELECT count(*) FROM compute.slot s
                             WHERE s.workspace = q.workspace AND s.compute = q.compute
                               AND s.run IS NULL AND s.slot <= c.max_nodes) AS free,
                            (SELECT count(*) FROM compute.run_queue ahead
                             WHERE ahead.workspace = q.workspace AND ahead.compute = q.compute
                               AND (-ahead.priority, ahead.enqueued_at, ahead.sequence)
                                   <= (-q.priority, q.enqueued_at, q.sequence)) AS position
                        FROM compute.run_queue q
                        JOIN compute.target c ON c.workspace = q.workspace AND c.name = q.compute
                        WHERE q.run = ?
                        """,
                        row -> new Standing(
                                row.getString("name"),
                                row.getBoolean("paused"),
                                row.getInt("max_nodes"),
                                row.getInt("free"),
                                row.getInt("position")),
                        run)
                .stream()
                .findFirst()
                .map(JdbcRunQueue::explain);
    }

    private static Waiting explain(Standing standing) {
        var compute = standing.compute();
        var position = standing.position();
        var behind = position == 1 ? "it is next" : "%d before it".formatted(position - 1);
        if (standing.paused()) {
            return new Waiting(
                    Reason.COMPUTE_PAUSED,
                    position,
                    "Compute '%s' is paused; in its queue, %s".formatted(compute, behind));
        }
        if (standing.free() == 0) {
            return new Waiting(
                    Reason.NO_FREE_SLOT,
                    position,
                    "Compute '%s' has no free slot (%d in all); in its queue, %s"
                            .formatted(compute, standing.slots(), behind));
        }
        return position <= standing.free()
                ? new Waiting(Reason.NEXT, position, "A slot of compute '%s' is being given to it".formatted(compute))
                : new Waiting(
                        Reason.BEHIND_OTHERS,
                        position,
                        "Compute '%s' has %d free slots, but there are %d runs before it"
                                .formatted(compute, standing.free(), position - 1));
    }
}
