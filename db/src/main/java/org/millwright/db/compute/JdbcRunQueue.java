package org.millwright.db.compute;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Tier;
import org.millwright.compute.Waiting;
import org.millwright.compute.Waiting.Reason;
import org.millwright.compute.model.DispatchPlan;
import org.millwright.compute.model.DispatchPlan.Verdict;
import org.millwright.compute.model.Planner;
import org.millwright.compute.model.PoolSnapshot;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.compute.Pools.Target;
import org.millwright.shared.Notifications;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * The queue in PostgreSQL. A target is planned under a lock on its row, so what was free when it was looked at is free when it is
 * given. Rows that somebody else is working on are skipped, never waited for, so dispatchers of several servers do not get in each
 * other's way.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcRunQueue implements RunQueue {
    /** Decisions on the size of a target that are kept. */
    private static final int KEPT_SCALINGS = 500;

    private final Database database;
    private final Pools pools;

    @Inject
    public JdbcRunQueue(Database database) {
        this.database = database;
        this.pools = new Pools(database);
    }

    @SuppressWarnings("NullAway")
    protected JdbcRunQueue() {
        this(null);
    }

    @Override
    public void enqueue(Request request) {
        var workspace = request.workspace();
        var compute = request.compute();
        if (!Authority.current().sees(Resource.of(ResourceKind.COMPUTE, workspace, compute))) {
            throw Refused.notFound("compute", compute);
        }
        var resources = request.resources();
        var limit = request.timeLimit();
        // Their first group with a quota here, else their first group, is the team.
        var known = database.query(
                """
                WITH target AS (
                    SELECT workspace, name FROM compute.target WHERE workspace = ? AND name = ?
                ), added AS (
                    INSERT INTO compute.run_queue (run, workspace, compute, priority, enqueued_at, team, username, nodes,
                        cpus, memory, gpus, low_tier, time_limit, not_before)
                    SELECT ?, t.workspace, t.name, ?, ?,
                        coalesce((
                            SELECT m.grouping FROM access.membership m
                            LEFT JOIN compute.quota o ON o.workspace = t.workspace AND o.compute = t.name
                                AND o.holder = 'TEAM' AND o.subject = m.grouping
                            WHERE m.member = ? ORDER BY o.subject IS NULL, m.grouping LIMIT 1), ''),
                        ?, ?, ?, ?, ?, ?, ?, ?
                    FROM target t
                    ON CONFLICT (run) DO NOTHING
                )
                SELECT name FROM target
                """,
                row -> row.getString("name"),
                workspace.value(),
                compute.value(),
                request.run(),
                request.priority(),
                request.since(),
                request.user(),
                request.user(),
                resources.instances(),
                resources.cpus() == null ? null : resources.cpus().floatValue(),
                resources.memoryBytes(),
                resources.gpus(),
                request.tier() == null ? null : request.tier() == Tier.LOW_PRIORITY,
                limit == null ? null : (int) Math.max(1, limit.toSeconds()),
                request.notBefore());
        if (known.isEmpty()) {
            throw Refused.notFound("compute", compute);
        }
        database.wake(Notifications.RUN_QUEUE);
    }

    @Override
    public List<Claim> claim(String server, int most) {
        var claims = new ArrayList<Claim>();
        for (var target : targetsWithWork()) {
            if (claims.size() < most) {
                claims.addAll(claim(server, target, most - claims.size()));
            }
        }
        return claims;
    }

    /** Those that something can be done for, each locked against others who plan it. */
    private List<Target> targetsWithWork() {
        return database.query("""
                SELECT c.workspace, c.name, c.kind, c.paused, c.max_nodes, clock_timestamp() AS now,
                    (SELECT count(*) FROM compute.node n WHERE n.workspace = c.workspace AND n.compute = c.name) AS nodes_now
                FROM compute.target c
                WHERE NOT c.paused
                  AND EXISTS (SELECT 1 FROM compute.run_queue q WHERE q.workspace = c.workspace AND q.compute = c.name)
                  AND (EXISTS (
                        SELECT 1 FROM compute.node n
                        WHERE n.workspace = c.workspace AND n.compute = c.name AND n.run IS NULL AND NOT n.drained)
                    OR c.max_nodes > (
                        SELECT count(*) FROM compute.node n WHERE n.workspace = c.workspace AND n.compute = c.name)
                    OR EXISTS (
                        SELECT 1 FROM compute.claim h
                        WHERE h.workspace = c.workspace AND h.compute = c.name AND h.low_tier AND h.making_room_at IS NULL))
                ORDER BY c.workspace, c.name
                FOR NO KEY UPDATE OF c SKIP LOCKED
                """, Target::read);
    }

    private List<Claim> claim(String server, Target target, int most) {
        var free = pools.freeNodes(target);
        var plan = Planner.plan(pools.snapshot(target, free.size(), most), most);
        makeRoom(plan);
        if (plan.granted().isEmpty()) {
            return List.of();
        }
        var taken = take(plan);
        var nodes = new ArrayList<>(free);
        if (plan.nodesToStart() > 0) {
            nodes.addAll(start(target, plan.nodesToStart()));
        }
        var granted = new ArrayList<PoolSnapshot.Waiter>();
        var claims = new ArrayList<Claim>();
        var next = 0;
        for (var waiter : plan.granted()) {
            var number = taken.get(waiter.run());
            if (number != null) {
                var last = next + waiter.resources().instances();
                claims.add(new Claim(
                        new AttemptId(waiter.run(), number),
                        new WorkspaceName(target.workspace()),
                        new ComputeName(target.name()),
                        nodes.subList(next, last)));
                granted.add(waiter);
                next = last;
            }
        }
        hold(server, target, granted, claims);
        return claims;
    }

    /** Takes what was granted out of the queue. @return the number of the next attempt at each; who is withdrawn meanwhile is absent */
    private Map<String, Integer> take(DispatchPlan plan) {
        var numbers = new HashMap<String, Integer>();
        database.query(
                """
                WITH gone AS (
                    DELETE FROM compute.run_queue WHERE run IN (
                        SELECT run FROM compute.run_queue WHERE run = ANY (?) FOR UPDATE SKIP LOCKED)
                    RETURNING run
                )
                SELECT g.run, 1 + coalesce((
                    SELECT a.number FROM experiment.run_attempt a WHERE a.run = g.run ORDER BY a.number DESC LIMIT 1), 0) AS number
                FROM gone g
                """,
                row -> numbers.put(row.getString("run"), row.getInt("number")),
                Values.of("text", plan.granted(), PoolSnapshot.Waiter::run));
        return numbers;
    }

    /** More nodes, in the gaps first. */
    private List<Integer> start(Target target, int more) {
        var started = database.query(
                """
                INSERT INTO compute.node (workspace, compute, node, idle_since)
                SELECT CAST(? AS text), CAST(? AS text), number, clock_timestamp()
                FROM generate_series(1, ?) AS number
                WHERE NOT EXISTS (
                    SELECT 1 FROM compute.node n WHERE n.workspace = ? AND n.compute = ? AND n.node = number)
                ORDER BY number LIMIT ?
                RETURNING node
                """,
                row -> row.getInt("node"),
                target.workspace(),
                target.name(),
                2 * target.maxNodes(),
                target.workspace(),
                target.name(),
                more);
        if (target.kind() instanceof ComputeKind.Cluster) {
            decided(
                    target.workspace(),
                    target.name(),
                    target.nodes(),
                    target.nodes() + more,
                    "Runs that wait take %d nodes more than were free; at most %d are allowed"
                            .formatted(more, target.maxNodes()));
        }
        return started;
    }

    private void hold(String server, Target target, List<PoolSnapshot.Waiter> granted, List<Claim> claims) {
        database.update(
                """
                INSERT INTO compute.claim (run, attempt, workspace, compute, nodes, team, username, priority, low_tier, time_limit,
                    claimed_at, server, heartbeat_at)
                SELECT g.run, g.attempt, ?, ?, g.nodes, g.team, g.username, g.priority, g.low_tier, g.time_limit,
                    clock_timestamp(), ?, clock_timestamp()
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?) AS g (run, attempt, nodes, team, username, priority, low_tier, time_limit)
                """,
                target.workspace(),
                target.name(),
                server,
                Values.of("text", claims, claim -> claim.attempt().run()),
                Values.of("int4", claims, claim -> claim.attempt().number()),
                Values.of("int4", claims, claim -> claim.nodes().size()),
                Values.of("text", granted, waiter -> waiter.account().team()),
                Values.of("text", granted, waiter -> waiter.account().user()),
                Values.of("int4", granted, PoolSnapshot.Waiter::priority),
                Values.of("bool", granted, waiter -> waiter.tier() == Tier.LOW_PRIORITY),
                Values.of("int4", granted, waiter -> seconds(waiter.timeLimit())));
        var runs = new ArrayList<String>();
        var nodes = new ArrayList<Integer>();
        for (var claim : claims) {
            for (var node : claim.nodes()) {
                runs.add(claim.attempt().run());
                nodes.add(node);
            }
        }
        database.update(
                """
                UPDATE compute.node n SET run = g.run, idle_since = NULL FROM unnest(?, ?) AS g (run, node)
                WHERE n.workspace = ? AND n.compute = ? AND n.node = g.node
                """,
                Values.of("text", runs, run -> run),
                Values.of("int4", nodes, node -> node),
                target.workspace(),
                target.name());
    }

    private static @Nullable Integer seconds(@Nullable Duration limit) {
        return limit == null ? null : (int) limit.toSeconds();
    }

    private void makeRoom(DispatchPlan plan) {
        if (!plan.toMakeRoom().isEmpty()) {
            database.update(
                    "UPDATE compute.claim SET making_room_at = clock_timestamp() WHERE run = ANY (?) AND making_room_at IS NULL",
                    Values.of("text", plan.toMakeRoom(), run -> run));
            database.wake(Notifications.RUN_QUEUE); // they may be another server's
        }
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
    public void started(AttemptId attempt, Instant at) {
        database.update("""
                UPDATE compute.claim SET started_at = clock_timestamp()
                WHERE run = ? AND attempt = ? AND started_at IS NULL
                """, attempt.run(), attempt.number());
    }

    /** What is freed of a claim. */
    private record Freed(String workspace, String compute, String team, String user, double nodeSeconds) {}

    @Override
    public void release(AttemptId attempt) {
        var freed = database.query(
                """
                DELETE FROM compute.claim WHERE run = ? AND attempt = ?
                RETURNING workspace, compute, team, username,
                    nodes * extract(epoch FROM clock_timestamp() - claimed_at) AS node_seconds
                """,
                row -> new Freed(
                        row.getString("workspace"),
                        row.getString("compute"),
                        row.getString("team"),
                        row.getString("username"),
                        row.getDouble("node_seconds")),
                attempt.run(),
                attempt.number());
        for (var claim : freed) {
            database.update(
                    "UPDATE compute.node SET run = NULL, idle_since = clock_timestamp() WHERE run = ?", attempt.run());
            database.update(
                    JpaComputeRepository.LET_GO,
                    claim.workspace(),
                    claim.compute(),
                    claim.workspace(),
                    claim.compute(),
                    claim.workspace(),
                    claim.compute());
            database.update(
                    """
                    INSERT INTO compute.usage AS u (workspace, compute, team, username, node_seconds, as_of)
                    VALUES (?, ?, ?, ?, ?, clock_timestamp())
                    ON CONFLICT (workspace, compute, team, username) DO UPDATE SET
                        node_seconds = excluded.node_seconds
                            + u.node_seconds * power(0.5, extract(epoch FROM excluded.as_of - u.as_of) / ?),
                        as_of = excluded.as_of
                    """,
                    claim.workspace(),
                    claim.compute(),
                    claim.team(),
                    claim.user(),
                    claim.nodeSeconds(),
                    Planner.HALF_LIFE.toSeconds());
            database.wake(Notifications.RUN_QUEUE);
        }
    }

    @Override
    public void heartbeat(List<AttemptId> attempts) {
        database.update(
                """
                UPDATE compute.claim c SET heartbeat_at = clock_timestamp()
                FROM unnest(?, ?) AS alive (run, attempt)
                WHERE c.run = alive.run AND c.attempt = alive.attempt
                """, Values.of("text", attempts, AttemptId::run), Values.of("int4", attempts, AttemptId::number));
    }

    @Override
    public List<AttemptId> makingRoom(String server) {
        return database.query(
                "SELECT run, attempt FROM compute.claim WHERE server = ? AND making_room_at IS NOT NULL",
                row -> new AttemptId(row.getString("run"), row.getInt("attempt")),
                server);
    }

    @Override
    public boolean isMakingRoom(AttemptId attempt) {
        return !database.query(
                        "SELECT 1 FROM compute.claim WHERE run = ? AND attempt = ? AND making_room_at IS NOT NULL",
                        _ -> true,
                        attempt.run(),
                        attempt.number())
                .isEmpty();
    }

    @Override
    public List<Silent> silent(String server, Duration patience) {
        return database.query(
                """
                SELECT c.run, c.attempt, c.server, t.kind ->> 'type' = 'cluster' AS on_server
                FROM compute.claim c JOIN compute.target t ON t.workspace = c.workspace AND t.name = c.compute
                WHERE c.server <> ? AND c.heartbeat_at < clock_timestamp() - ? * interval '1 second'
                ORDER BY c.run LIMIT 100
                """,
                row -> new Silent(
                        new AttemptId(row.getString("run"), row.getInt("attempt")),
                        row.getString("server"),
                        row.getBoolean("on_server")),
                server,
                patience.toSeconds());
    }

    @Override
    public boolean takeOver(AttemptId attempt, String server, Duration patience) {
        return database.update("""
                        UPDATE compute.claim SET server = ?, heartbeat_at = clock_timestamp()
                        WHERE run = ? AND attempt = ? AND heartbeat_at < clock_timestamp() - ? * interval '1 second'
                        """, server, attempt.run(), attempt.number(), patience.toSeconds()) == 1;
    }

    /** A target with idle nodes beyond the fewest. */
    private record Idle(String workspace, String name, int nodes, int minNodes, int idleSeconds, boolean ours) {}

    @Override
    public void scaleDown() {
        var targets = database.query(
                """
                SELECT c.workspace, c.name, c.min_nodes, c.idle_seconds, c.kind ->> 'type' = 'cluster' AS ours,
                    (SELECT count(*) FROM compute.node n WHERE n.workspace = c.workspace AND n.compute = c.name) AS nodes
                FROM compute.target c
                WHERE EXISTS (
                    SELECT 1 FROM compute.node n
                    WHERE n.workspace = c.workspace AND n.compute = c.name AND n.run IS NULL AND NOT n.drained
                      AND n.idle_since <= clock_timestamp() - c.idle_seconds * interval '1 second')
                  AND c.min_nodes < (
                    SELECT count(*) FROM compute.node n WHERE n.workspace = c.workspace AND n.compute = c.name)
                FOR NO KEY UPDATE OF c SKIP LOCKED
                """,
                row -> new Idle(
                        row.getString("workspace"),
                        row.getString("name"),
                        row.getInt("nodes"),
                        row.getInt("min_nodes"),
                        row.getInt("idle_seconds"),
                        row.getBoolean("ours")));
        for (var target : targets) {
            var gone = database.update(
                    """
                    DELETE FROM compute.node d WHERE d.workspace = ? AND d.compute = ? AND d.run IS NULL AND d.node IN (
                        SELECT n.node FROM compute.node n
                        WHERE n.workspace = ? AND n.compute = ? AND n.run IS NULL AND NOT n.drained
                          AND n.idle_since <= clock_timestamp() - ? * interval '1 second'
                        ORDER BY n.node DESC LIMIT ?)
                    """,
                    target.workspace(),
                    target.name(),
                    target.workspace(),
                    target.name(),
                    target.idleSeconds(),
                    target.nodes() - target.minNodes());
            if (target.ours() && gone > 0) {
                decided(
                        target.workspace(),
                        target.name(),
                        target.nodes(),
                        target.nodes() - gone,
                        "%d nodes had nothing to do for %d s; at least %d are kept"
                                .formatted(gone, target.idleSeconds(), target.minNodes()));
            }
        }
    }

    private void decided(String workspace, String compute, int before, int after, String why) {
        database.update("""
                INSERT INTO compute.scaling (workspace, compute, at, before, after, why)
                VALUES (?, ?, clock_timestamp(), ?, ?, ?)
                """, workspace, compute, before, after, why);
        database.update("""
                DELETE FROM compute.scaling WHERE workspace = ? AND compute = ? AND id <= (
                    SELECT id FROM compute.scaling WHERE workspace = ? AND compute = ? ORDER BY id DESC OFFSET ? LIMIT 1)
                """, workspace, compute, workspace, compute, KEPT_SCALINGS);
    }

    /** A run that waits. */
    private record Place(
            Target target,
            PoolSnapshot.Waiter waiter,
            @Nullable Instant notBefore,
            int position) {}

    @Override
    public Optional<Waiting> waiting(String run) {
        return database
                .query(
                        """
                        SELECT q.*, c.name, c.kind, c.paused, c.max_nodes, clock_timestamp() AS now,
                            (SELECT count(*) FROM compute.node n WHERE n.workspace = q.workspace AND n.compute = q.compute) AS nodes_now,
                            (SELECT count(*) FROM compute.run_queue ahead
                             WHERE ahead.workspace = q.workspace AND ahead.compute = q.compute AND -ahead.priority < -q.priority)
                            + (SELECT count(*) FROM compute.run_queue ahead
                               WHERE ahead.workspace = q.workspace AND ahead.compute = q.compute
                                 AND -ahead.priority = -q.priority
                                 AND (ahead.enqueued_at, ahead.sequence) <= (q.enqueued_at, q.sequence)) AS position
                        FROM compute.run_queue q
                        JOIN compute.target c ON c.workspace = q.workspace AND c.name = q.compute
                        WHERE q.run = ?
                        """,
                        row -> {
                            var target = Target.read(row);
                            return new Place(
                                    target,
                                    Pools.waiter(row, target),
                                    Database.instant(row, "not_before"),
                                    row.getInt("position"));
                        },
                        run)
                .stream()
                .findFirst()
                .map(this::explain);
    }

    private Waiting explain(Place place) {
        var verdict = verdict(place);
        var ahead = place.position() == 1
                ? "by priority and age it is the first in the queue"
                : "by priority and age, %d are before it".formatted(place.position() - 1);
        return new Waiting(verdict.reason(), place.position(), verdict.explanation() + "; " + ahead);
    }

    private Verdict verdict(Place place) {
        var target = place.target();
        var notBefore = place.notBefore();
        if (!target.paused() && notBefore != null && notBefore.isAfter(target.now())) {
            return new Verdict(Reason.RETRY_PAUSE, "It failed, and is tried again at %s".formatted(notBefore));
        }
        var pool = pools.snapshot(target, pools.freeNodes(target).size(), 1);
        var looked = new HashSet<String>();
        pool.waiters().forEach(waiter -> looked.add(waiter.run()));
        if (looked.contains(place.waiter().run())) {
            return Optional.ofNullable(
                            Planner.explain(pool).verdicts().get(place.waiter().run()))
                    .orElseGet(() -> behind(target));
        }
        // It is deep in its line; what holds it back by itself is told all the same.
        return Planner.obstacle(pool, place.waiter()).orElseGet(() -> behind(target));
    }

    private static Verdict behind(Target target) {
        return new Verdict(Reason.BEHIND_OTHERS, "Other runs go first on compute '%s'".formatted(target.name()));
    }
}
