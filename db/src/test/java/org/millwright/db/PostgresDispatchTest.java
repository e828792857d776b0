package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.FailureCause;
import org.millwright.compute.JobResources;
import org.millwright.compute.NodeState;
import org.millwright.compute.RunQueue.Claim;
import org.millwright.compute.RunQueue.Request;
import org.millwright.compute.Tier;
import org.millwright.compute.Waiting.Reason;
import org.millwright.compute.fake.Targets;
import org.millwright.compute.model.ComputeRepository.Node;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** What the queue does when several servers, the clock of the database and several nodes meet. */
class PostgresDispatchTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ComputeName LOCAL = ComputeName.LOCAL;
    private static final Duration PATIENCE = Duration.ofSeconds(45);

    private final PostgresWorld world = new PostgresWorld();
    private final RunDispatch dispatch =
            new RunDispatch(world.runs(), world.queue(), Clock.fixed(NOON, ZoneOffset.UTC));

    @BeforeEach
    void begin() {
        world.run(() -> world.compute().save(Targets.local(6)));
    }

    @Test
    void several_servers_never_give_a_node_twice_and_never_a_part_of_a_gang() throws Exception {
        for (var i = 0; i < 12; i++) {
            enqueue("run" + i, 1 + i % 3, null);
        }
        try (var servers = Executors.newFixedThreadPool(4)) {
            var all = new ArrayList<Future<List<Claim>>>();
            for (var i = 0; i < 4; i++) {
                var server = "server-" + i;
                all.add(servers.submit((Callable<List<Claim>>) () -> {
                    var mine = new ArrayList<Claim>();
                    for (var round = 0; round < 10; round++) {
                        var claims = world.inTransaction(() -> world.queue().claim(server, 5));
                        assertNoNodeIsSharedAndNoGangIsPartial();
                        mine.addAll(claims);
                        claims.forEach(claim -> world.run(() -> world.queue().release(claim.attempt())));
                    }
                    return mine;
                }));
            }
            var runs = new HashSet<String>();
            for (var one : all) {
                for (var claim : one.get()) {
                    assertThat(runs.add(claim.attempt().run())).isTrue();
                }
            }
            List<Claim> rest;
            do {
                rest = world.inTransaction(() -> world.queue().claim("last", 20));
                rest.forEach(claim -> world.run(() -> world.queue().release(claim.attempt())));
                rest.forEach(claim -> runs.add(claim.attempt().run()));
            } while (!rest.isEmpty());
            assertThat(runs).hasSize(12);
        }
        assertThat(world.inTransaction(() -> world.compute().nodes(MAIN, LOCAL)))
                .extracting(Node::state)
                .containsOnly(NodeState.IDLE);
    }

    private void assertNoNodeIsSharedAndNoGangIsPartial() {
        var partial = world.inTransaction(() -> world.database().query("""
                        SELECT c.run FROM compute.claim c
                        WHERE c.nodes <> (SELECT count(*) FROM compute.node n WHERE n.run = c.run)
                        """, row -> row.getString("run")));
        assertThat(partial).isEmpty();
    }

    @Test
    void a_low_run_makes_room_waits_again_and_is_not_counted_as_a_failure() {
        world.run(() -> world.compute()
                .save(world.compute().find(MAIN, LOCAL).orElseThrow().become(Targets.nodes(1))));
        enqueue("low", 1, Tier.LOW_PRIORITY);
        var low = world.inTransaction(() -> dispatch.claim("server", 1)).getFirst();
        enqueue("firm", 1, Tier.DEDICATED);
        assertThat(world.inTransaction(() -> dispatch.claim("server", 1))).isEmpty();
        assertThat(world.inTransaction(() -> dispatch.makingRoom("server"))).isEmpty(); // it has just begun
        age("low");
        assertThat(world.inTransaction(() -> dispatch.claim("server", 1))).isEmpty();
        assertThat(world.inTransaction(() -> dispatch.makingRoom("server")))
                .containsExactly(low.attempt().id());
        assertThat(world.inTransaction(() -> world.queue().waiting("firm"))
                        .orElseThrow()
                        .reason())
                .isEqualTo(Reason.MAKING_ROOM);
        assertThat(world.inTransaction(() -> world.compute().nodes(MAIN, LOCAL)))
                .extracting(Node::state)
                .containsExactly(NodeState.PREEMPTED);
        world.run(() -> dispatch.failed(low.attempt(), NOON, "ended", 143, FailureCause.EXIT_CODE));
        assertThat(state("low")).isInstanceOf(RunState.Queued.class);
        assertThat(world.inTransaction(() -> world.runs().attempts(new RunId("low")))
                        .getFirst()
                        .cause())
                .isNull();
        assertThat(world.inTransaction(() -> dispatch.claim("server", 5)))
                .extracting(one -> one.attempt().id())
                .containsExactly(new AttemptId("firm", 1));
        world.run(() -> world.queue().release(new AttemptId("firm", 1)));
        assertThat(world.inTransaction(() -> dispatch.claim("server", 5)))
                .extracting(one -> one.attempt().id())
                .containsExactly(new AttemptId("low", 2));
    }

    private void age(String run) {
        world.run(() -> world.database()
                .update("UPDATE compute.claim SET claimed_at = claimed_at - interval '1 hour' WHERE run = ?", run));
    }

    @Test
    void what_a_silent_server_ran_on_its_machine_is_lost_and_tried_again() {
        enqueue("run", 1, null);
        var first = world.inTransaction(() -> dispatch.claim("gone", 1)).getFirst();
        assertThat(world.inTransaction(() -> dispatch.takeOver("other", PATIENCE)))
                .isEmpty();
        assertThat(state("run")).isInstanceOf(RunState.Preparing.class);
        silence("run");
        assertThat(world.inTransaction(() -> dispatch.takeOver("gone", PATIENCE)))
                .isEmpty();
        assertThat(state("run")).isInstanceOf(RunState.Preparing.class);

        assertThat(world.inTransaction(() -> dispatch.takeOver("other", PATIENCE)))
                .isEmpty();

        assertThat(state("run")).isInstanceOf(RunState.Queued.class);
        assertThat(world.inTransaction(() -> world.runs().attempts(new RunId("run")))
                        .getFirst()
                        .cause())
                .isEqualTo(FailureCause.NODE_LOST);
        assertThat(world.inTransaction(() -> dispatch.abandoned("gone")))
                .extracting(one -> one.attempt().id())
                .containsExactly(first.attempt().id());
        assertThat(world.inTransaction(() -> dispatch.abandoned("gone"))).isEmpty();
        assertThat(world.inTransaction(() -> dispatch.claim("other", 1))
                        .getFirst()
                        .attempt()
                        .id())
                .isEqualTo(new AttemptId("run", 2));
        assertThat(world.inTransaction(() -> dispatch.current(first.attempt().id())))
                .isEmpty();
    }

    @Test
    void what_a_silent_server_ran_elsewhere_is_observed_further() {
        var spark = new ComputeName("spark");
        world.run(() -> world.compute()
                .save(ComputeTarget.create(
                        spark, MAIN, new ComputeKind.Livy("http://livy:8998", null, 2), null, NOON)));
        world.run(() -> {
            world.runs().save(accepted("run"));
            world.queue().enqueue(Request.ofOneNode("run", MAIN, spark, "ada", 500, NOON));
        });
        var first = world.inTransaction(() -> dispatch.claim("gone", 1)).getFirst();
        silence("run");

        var taken = world.inTransaction(() -> dispatch.takeOver("other", PATIENCE));

        assertThat(taken)
                .extracting(one -> one.attempt().id())
                .containsExactly(first.attempt().id());
        assertThat(world.inTransaction(() -> dispatch.recover("other"))).hasSize(1);
        assertThat(world.inTransaction(() -> dispatch.recover("gone"))).isEmpty();
        assertThat(world.inTransaction(() -> dispatch.takeOver("third", PATIENCE)))
                .isEmpty();
    }

    private void silence(String run) {
        world.run(() -> world.database()
                .update(
                        "UPDATE compute.claim SET heartbeat_at = heartbeat_at - interval '46 seconds' WHERE run = ?",
                        run));
    }

    @Test
    void a_cluster_keeps_why_it_got_more_and_fewer_nodes() {
        world.run(() -> world.compute()
                .save(ComputeTarget.create(
                        new ComputeName("night"),
                        MAIN,
                        new ComputeKind.Cluster(Targets.SHARE, Tier.DEDICATED, 0, 3, Duration.ZERO),
                        null,
                        NOON)));
        world.run(() -> {
            world.runs().save(accepted("run"));
            world.queue().enqueue(Request.ofOneNode("run", MAIN, new ComputeName("night"), "ada", 500, NOON));
        });
        world.run(() -> world.queue().claim("server", 5));
        world.run(() -> world.queue().release(new AttemptId("run", 1)));
        world.run(() -> world.queue().scaleDown());
        assertThat(world.inTransaction(() -> world.compute().scalings(MAIN, new ComputeName("night"), 10)))
                .satisfiesExactly(
                        down -> {
                            assertThat(down.after()).isZero();
                            assertThat(down.why()).contains("nothing to do");
                        },
                        up -> {
                            assertThat(up.after()).isEqualTo(1);
                            assertThat(up.why()).contains("Runs that wait take 1 nodes");
                        });
    }

    @Test
    void usage_decides_between_users_and_fades_with_a_half_life_of_a_day() {
        world.run(() -> world.compute()
                .save(world.compute().find(MAIN, LOCAL).orElseThrow().become(Targets.nodes(1))));
        world.run(() -> world.database().update("""
                        INSERT INTO compute.usage (workspace, compute, team, username, node_seconds, as_of) VALUES
                            ('main', 'local', '', 'ada', 80000, now() - interval '2 days'),
                            ('main', 'local', '', 'grace', 30000, now())
                        """));
        world.run(() -> {
            for (var user : List.of("grace", "ada")) {
                world.runs().save(accepted("of-" + user));
                world.queue().enqueue(Request.ofOneNode("of-" + user, MAIN, LOCAL, user, 500, NOON));
            }
        });
        assertThat(world.inTransaction(() -> world.queue().claim("server", 5)))
                .extracting(claim -> claim.attempt().run())
                .containsExactly("of-ada");
    }

    /** A job with the usual retries. */
    private static Change<Run> accepted(String run) {
        return Run.queue(new RunId(run), MAIN, ExperimentId.DEFAULT, run, Runs.OWNER, Jobs.saying("true"), NOON);
    }

    private RunState state(String run) {
        return world.inTransaction(() -> world.runs().find(new RunId(run)))
                .orElseThrow()
                .state();
    }

    private void enqueue(String run, int nodes, Tier tier) {
        world.run(() -> {
            world.runs().save(accepted(run));
            world.queue()
                    .enqueue(new Request(
                            run, MAIN, LOCAL, "ada", JobResources.nodes(nodes), tier, 500, null, NOON, null));
        });
    }
}
