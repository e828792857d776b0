package org.millwright.db;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue.Request;
import org.millwright.compute.fake.Targets;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.model.Run;
import org.millwright.workspace.WorkspaceName;

/**
 * Measures the queue on a real PostgreSQL: {@code benchmarks/dispatch/run} runs it. It is no test: its name keeps it out of them.
 */
class DispatchBenchmark {
    private static final int NODES = 1000;
    private static final int BATCH = 100;
    private static final int USERS = 40;
    private static final int TEAMS = 8;
    private static final ComputeName POOL = new ComputeName("pool");

    private final PostgresForTests postgres = PostgresForTests.forMeasuring();
    private final PostgresWorld world = new PostgresWorld();
    private final RunDispatch dispatch = new RunDispatch(world.runs(), world.queue(), Clock.systemUTC());
    private final AtomicInteger names = new AtomicInteger();

    private record Line(String what, String figure, String target) {}

    private final List<Line> lines = new ArrayList<>();

    @Test
    void measure() throws Exception {
        var finished = Integer.getInteger("benchmark.finished", 100_000);
        world.run(() -> world.compute()
                .save(ComputeTarget.create(POOL, WorkspaceName.MAIN, Targets.nodes(NODES), null, Instant.now())));
        warmUp();
        submits("Submits per second, empty queue");
        claimsAndEnds("nothing else waits");
        fill(finished);
        submits("Submits per second, 100,000 runs wait");
        claimsAndEnds("100,000 runs wait, %,d have ended".formatted(finished));
        heartbeats();
        waiting();
        System.out.println("RESULT");
        for (var line : lines) {
            System.out.printf("RESULT %-70s %14s   %s%n", line.what(), line.figure(), line.target());
        }
    }

    private void warmUp() {
        for (var round = 0; round < 3; round++) {
            for (var i = 0; i < 300; i++) {
                submit();
            }
            endAll(claimAll(300));
        }
    }

    private void submit() {
        var number = names.incrementAndGet();
        world.run(() -> {
            var id = "bench-" + number;
            var now = Instant.now();
            var user = "user" + number % USERS;
            world.runs()
                    .save(Run.queue(
                            new RunId(id),
                            WorkspaceName.MAIN,
                            ExperimentId.DEFAULT,
                            id,
                            new PrincipalId(user),
                            Jobs.saying("true"),
                            now));
            world.queue().enqueue(Request.ofOneNode(id, WorkspaceName.MAIN, POOL, user, 500, now));
        });
    }

    private void submits(String what) throws Exception {
        var each = 500;
        try (var threads = Executors.newFixedThreadPool(2)) {
            var began = System.nanoTime();
            var all = new ArrayList<Future<?>>();
            for (var thread = 0; thread < 2; thread++) {
                all.add(threads.submit(() -> {
                    for (var i = 0; i < each; i++) {
                        submit();
                    }
                }));
            }
            for (var one : all) {
                one.get();
            }
            lines.add(new Line(what, perSecond(2 * each, began), "at least 300"));
        }
    }

    private void claimsAndEnds(String situation) {
        var began = System.nanoTime();
        var claimed = claimAll(NODES);
        lines.add(new Line("Claims per second, " + situation, perSecond(claimed.size(), began), "at least 500"));
        began = System.nanoTime();
        endAll(claimed);
        lines.add(new Line("Ends per second, " + situation, perSecond(claimed.size(), began), ""));
    }

    private List<RunDispatch.Assignment> claimAll(int most) {
        var all = new ArrayList<RunDispatch.Assignment>();
        List<RunDispatch.Assignment> claimed;
        do {
            claimed = world.inTransaction(() -> dispatch.claim("server", BATCH));
            all.addAll(claimed);
        } while (!claimed.isEmpty() && all.size() < most);
        return all;
    }

    private void endAll(List<RunDispatch.Assignment> claimed) {
        for (var one : claimed) {
            world.run(() -> dispatch.completed(one.attempt(), Instant.now(), Instant.now()));
        }
    }

    /** As many lines of teams and users as a company has, and a past. */
    private void fill(int finished) {
        postgres.execute("""
                SET session_replication_role = replica;
                INSERT INTO experiment.run (id, workspace, experiment, name, user_name, submitter, job, state, attempt, started_at,
                    ended_at, created_at, revision)
                SELECT 'past' || i, 'main', 0, 'past', 'ada', 'ada', '{}', 'Completed', 1, now() - i * interval '1 second', now(),
                    now() - i * interval '1 second', 1
                FROM generate_series(1, %d) i;
                INSERT INTO experiment.run_attempt (run, number, compute, slot, server, claimed_at, ended_at, outcome)
                SELECT 'past' || i, 1, 'pool', 1, 'server', now(), now(), 'Completed' FROM generate_series(1, %d) i;
                INSERT INTO experiment.run (id, workspace, experiment, name, user_name, submitter, job, state, attempt, created_at, revision)
                SELECT 'waiting' || i, 'main', 0, 'waiting', 'ada', 'ada',
                    (SELECT job FROM experiment.run WHERE id = 'bench-1'), 'Queued', 0, now() - i * interval '1 second', 1
                FROM generate_series(1, 100000) i;
                INSERT INTO compute.run_queue (run, workspace, compute, priority, enqueued_at, team, username)
                SELECT 'waiting' || i, 'main', 'pool', 300 + 100 * (i %% 4), now() - i * interval '1 second',
                    'team' || i %% %d, 'user' || i %% %d
                FROM generate_series(1, 100000) i;
                SET session_replication_role = origin;
                ANALYZE;
                """.formatted(finished, finished, TEAMS, USERS));
    }

    private void heartbeats() {
        var alive = new ArrayList<AttemptId>();
        claimAll(NODES).forEach(one -> alive.add(one.attempt().id()));
        var seconds = fastest(() -> world.run(() -> dispatch.heartbeat(alive)));
        lines.add(new Line(
                "Share of one core, heartbeats of %d nodes each 10 s".formatted(alive.size()),
                "%.2f %%".formatted(100 * seconds / 10),
                "under 10 %"));
    }

    private void waiting() {
        var seconds = fastest(() -> world.run(() -> world.queue().waiting("waiting50000")));
        lines.add(new Line("Milliseconds to say why one of 100,000 waits", "%.0f".formatted(1000 * seconds), ""));
    }

    private static double fastest(Runnable what) {
        LongSupplier once = () -> {
            var began = System.nanoTime();
            what.run();
            return System.nanoTime() - began;
        };
        var best = Long.MAX_VALUE;
        for (var i = 0; i < 10; i++) {
            best = Math.min(best, once.getAsLong());
        }
        return best / 1e9;
    }

    private static String perSecond(int number, long began) {
        return "%,.0f".formatted(number / ((System.nanoTime() - began) / 1e9));
    }
}
