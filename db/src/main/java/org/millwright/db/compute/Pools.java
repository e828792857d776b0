package org.millwright.db.compute;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobResources;
import org.millwright.compute.Tier;
import org.millwright.compute.model.Planner;
import org.millwright.compute.model.PoolSnapshot;
import org.millwright.compute.model.PoolSnapshot.Account;
import org.millwright.compute.model.PoolSnapshot.Holder;
import org.millwright.compute.model.PoolSnapshot.Waiter;
import org.millwright.db.Database;
import org.millwright.db.JsonText;
import org.millwright.db.TaggedJson;

/**
 * Reads of a compute target what planning needs: the heads of the lines of its queue, which an index has side by side however
 * long they are, its nodes, its claims, and the small tables of usage and quotas.
 */
final class Pools {
    /** More lines than these are not looked at in one plan; those of lower priority come later. */
    private static final int MOST_LINES = 400;

    private final Database database;

    Pools(Database database) {
        this.database = database;
    }

    /** A target that is to be planned. @param now by the database's clock */
    record Target(
            String workspace, String name, ComputeKind kind, boolean paused, int maxNodes, int nodes, Instant now) {
        static Target read(ResultSet row) throws SQLException {
            return new Target(
                    row.getString("workspace"),
                    row.getString("name"),
                    TaggedJson.read(new JsonText(row.getString("kind")), ComputeKind.class),
                    row.getBoolean("paused"),
                    row.getInt("max_nodes"),
                    row.getInt("nodes_now"),
                    Database.requiredInstant(row, "now"));
        }

        private boolean isLow() {
            return kind.tier() == Tier.LOW_PRIORITY;
        }
    }

    List<Integer> freeNodes(Target target) {
        return database.query("""
                SELECT node FROM compute.node
                WHERE workspace = ? AND compute = ? AND run IS NULL AND NOT drained ORDER BY node
                """, row -> row.getInt("node"), target.workspace(), target.name());
    }

    /** @param wanted how many runs are to be granted at most */
    PoolSnapshot snapshot(Target target, int freeNodes, int wanted) {
        var free = Math.min(freeNodes, Math.max(0, target.maxNodes() - (target.nodes() - freeNodes)));
        return new PoolSnapshot(
                target.name(),
                target.kind(),
                target.paused(),
                free,
                Math.max(0, target.maxNodes() - target.nodes()),
                holders(target),
                waiters(target, wanted),
                Quotas.of(database, target.workspace(), target.name()),
                usage(target),
                target.now());
    }

    private List<Holder> holders(Target target) {
        return database.query(
                """
                SELECT run, team, username, priority, low_tier, nodes, claimed_at, making_room_at IS NOT NULL AS making_room,
                    coalesce(started_at, claimed_at) + time_limit * interval '1 second' AS ends_by
                FROM compute.claim WHERE workspace = ? AND compute = ?
                """,
                row -> new Holder(
                        row.getString("run"),
                        new Account(row.getString("team"), row.getString("username")),
                        row.getInt("priority"),
                        row.getBoolean("low_tier") ? Tier.LOW_PRIORITY : Tier.DEDICATED,
                        row.getInt("nodes"),
                        Database.requiredInstant(row, "claimed_at"),
                        Database.instant(row, "ends_by"),
                        row.getBoolean("making_room")),
                target.workspace(),
                target.name());
    }

    /** The lines are found by leaping from each to the next, so that this takes as long for a hundred waiting runs as for a million. */
    private List<Waiter> waiters(Target target, int wanted) {
        return database.query(
                """
                WITH RECURSIVE line AS (
                    (SELECT -q.priority AS place, q.team, q.username FROM compute.run_queue q
                     WHERE q.workspace = ? AND q.compute = ?
                     ORDER BY -q.priority, q.team, q.username LIMIT 1)
                    UNION ALL
                    SELECT following.* FROM line CROSS JOIN LATERAL (
                        SELECT -q.priority, q.team, q.username FROM compute.run_queue q
                        WHERE q.workspace = ? AND q.compute = ?
                          AND (-q.priority, q.team, q.username) > (line.place, line.team, line.username)
                        ORDER BY -q.priority, q.team, q.username LIMIT 1) following
                ), looked_at AS MATERIALIZED (SELECT * FROM line LIMIT ?)
                SELECT head.* FROM looked_at CROSS JOIN LATERAL (
                    SELECT q.* FROM compute.run_queue q
                    WHERE q.workspace = ? AND q.compute = ? AND -q.priority = looked_at.place AND q.team = looked_at.team
                      AND q.username = looked_at.username AND (q.not_before IS NULL OR q.not_before <= clock_timestamp())
                    ORDER BY q.enqueued_at, q.sequence
                    LIMIT (SELECT greatest(4, least(?, 2 * ? / count(*))) FROM looked_at)) head
                """,
                row -> waiter(row, target),
                target.workspace(),
                target.name(),
                target.workspace(),
                target.name(),
                MOST_LINES,
                target.workspace(),
                target.name(),
                wanted,
                wanted);
    }

    static Waiter waiter(ResultSet row, Target target) throws SQLException {
        var low = row.getObject("low_tier", Boolean.class);
        var seconds = row.getObject("time_limit", Integer.class);
        var cpus = row.getObject("cpus", Float.class);
        return new Waiter(
                row.getString("run"),
                new Account(row.getString("team"), row.getString("username")),
                row.getInt("priority"),
                (low == null ? target.isLow() : low) ? Tier.LOW_PRIORITY : Tier.DEDICATED,
                new JobResources(
                        row.getInt("nodes"),
                        cpus == null ? null : cpus.doubleValue(),
                        row.getObject("memory", Long.class),
                        row.getInt("gpus")),
                seconds == null ? null : Duration.ofSeconds(seconds),
                Database.requiredInstant(row, "enqueued_at"));
    }

    private HashMap<Account, Double> usage(Target target) {
        var usage = new HashMap<Account, Double>();
        database.query(
                """
                SELECT team, username, node_seconds * power(0.5, extract(epoch FROM clock_timestamp() - as_of) / ?) AS faded
                FROM compute.usage WHERE workspace = ? AND compute = ?
                """,
                row -> usage.put(new Account(row.getString("team"), row.getString("username")), row.getDouble("faded")),
                Planner.HALF_LIFE.toSeconds(),
                target.workspace(),
                target.name());
        return usage;
    }
}
