package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.JobResources;
import org.millwright.compute.NodeState;
import org.millwright.compute.RunQueue;
import org.millwright.compute.RunQueue.Claim;
import org.millwright.compute.Tier;
import org.millwright.compute.Waiting;
import org.millwright.compute.fake.Targets;
import org.millwright.compute.model.ComputeRepository.Node;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.model.Quota;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.compute.RunQueue} and {@link org.millwright.compute.model.ComputeRepository} do. */
public abstract class RunQueueContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ComputeName LOCAL = ComputeName.LOCAL;

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        save(Targets.local(2));
    }

    @Test
    void nodes_go_to_the_higher_priority_then_to_the_longer_wait_then_in_the_order_of_arrival() {
        enqueue("late", 500, 1);
        enqueue("first", 500, 0);
        enqueue("second", 500, 0);
        enqueue("urgent", 900, 2);
        assertThat(claim(10)).containsExactlyInAnyOrder("urgent", "first");
        assertThat(length()).isEqualTo(2);
    }

    @Test
    void a_claim_takes_no_more_than_asked_for_and_never_the_same_twice() {
        enqueue("a", 500, 0);
        enqueue("b", 500, 1);
        assertThat(claim(1)).containsExactly("a");
        assertThat(claim(1)).containsExactly("b");
        assertThat(claim(1)).isEmpty();
    }

    @Test
    void a_run_that_is_tried_again_gets_the_next_number() {
        enqueue("a", 500, 0);
        var first = claims(1).getFirst();
        assertThat(first.attempt()).isEqualTo(new AttemptId("a", 1));
        var attempt = new RunAttempt(first.attempt(), LOCAL, first.slot(), "server", NOON, null, null);
        world.run(() -> world.runs().openAttempt(attempt));
        world.run(() -> world.runs().closeAttempt(attempt.end(NOON, "Vanished")));
        world.run(() -> world.queue().release(first.attempt()));
        world.run(() -> world.queue().enqueue(request("a", LOCAL, 500, NOON)));
        assertThat(claims(1).getFirst().attempt()).isEqualTo(new AttemptId("a", 2));
    }

    @Test
    void a_release_frees_the_nodes_of_that_attempt_only() {
        enqueue("a", 500, 0);
        var claim = claims(1).getFirst();
        world.run(() -> world.queue().release(new AttemptId("a", 7)));
        assertThat(nodes()).contains(new Node(claim.slot(), NodeState.PREPARING, "a"));
        world.run(() -> world.queue().heartbeat(List.of(claim.attempt())));
        world.run(() -> world.queue().release(claim.attempt()));
        world.run(() -> world.queue().release(claim.attempt()));
        assertThat(nodes()).containsExactly(new Node(1, NodeState.IDLE, null), new Node(2, NodeState.IDLE, null));
    }

    @Test
    void a_withdrawn_run_is_not_claimed() {
        enqueue("a", 500, 0);
        assertThat(withdraw("a")).isTrue();
        assertThat(withdraw("a")).isFalse();
        assertThat(claim(1)).isEmpty();
    }

    @Test
    void an_unknown_compute_target_is_refused() {
        world.run(() -> world.runs().save(Runs.queue("a", NOON)));
        assertRefused(
                Problem.NotFound.class,
                () -> world.run(() -> world.queue().enqueue(request("a", new ComputeName("nowhere"), 500, NOON))));
    }

    @Test
    void a_paused_target_gives_no_nodes_until_it_is_resumed() {
        enqueue("a", 500, 0);
        save(target().pause());
        assertThat(claim(1)).isEmpty();
        assertThat(waiting("a").reason()).isEqualTo(Waiting.Reason.COMPUTE_PAUSED);
        save(target().resume());
        assertThat(claim(1)).containsExactly("a");
    }

    @Test
    void who_waits_is_told_the_place_and_the_reason() {
        enqueue("a", 500, 0);
        enqueue("b", 500, 1);
        enqueue("c", 500, 2);
        assertThat(waiting("a").reason()).isEqualTo(Waiting.Reason.NEXT);
        assertThat(waiting("c").reason()).isEqualTo(Waiting.Reason.BEHIND_OTHERS);
        assertThat(waiting("c").position()).isEqualTo(3);
        claim(10);
        assertThat(waiting("c").reason()).isEqualTo(Waiting.Reason.NO_FREE_NODE);
        assertThat(waiting("c").position()).isEqualTo(1);
        assertThat(waiting("c").explanation()).contains("local");
        assertThat(world.inTransaction(() -> world.queue().waiting("a"))).isEmpty();
    }

    @Test
    void a_target_that_shrinks_keeps_its_busy_nodes_until_they_are_freed() {
        enqueue("a", 500, 0);
        enqueue("b", 500, 1);
        enqueue("c", 500, 2);
        var claims = claims(10);
        save(target().become(Targets.nodes(1)));
        assertThat(nodes()).hasSize(2);
        var onSecond =
                claims.stream().filter(claim -> claim.slot() == 2).findFirst().orElseThrow();
        world.run(() -> world.queue().release(onSecond.attempt()));
        assertThat(nodes()).hasSize(1);
        assertThat(claim(1)).isEmpty();
        assertThat(waiting("c").reason()).isEqualTo(Waiting.Reason.NO_FREE_NODE);
        save(target().become(Targets.nodes(3)));
        assertThat(claim(10)).containsExactly("c");
    }

    @Test
    void a_run_of_several_nodes_gets_them_all_at_once_or_none() {
        enqueue("a", 500, 0);
        claim(1);
        gang("pair", 2);
        enqueue("later", 500, 2);
        assertThat(claim(10)).isEmpty();
        assertThat(waiting("pair").reason()).isEqualTo(Waiting.Reason.WAITING_GANG);
        assertThat(waiting("pair").explanation()).contains("2 nodes").contains("1 are free");
        assertThat(waiting("later").reason()).isEqualTo(Waiting.Reason.BEHIND_OTHERS);
        world.run(() -> world.queue().release(new AttemptId("a", 1)));
        var claims = claims(10);
        assertThat(claims).hasSize(1);
        assertThat(claims.getFirst().nodes()).containsExactly(1, 2);
        assertThat(nodes()).extracting(Node::run).containsExactly("pair", "pair");
        world.run(() -> world.queue().release(new AttemptId("pair", 1)));
        assertThat(claim(10)).containsExactly("later");
    }

    @Test
    void a_run_that_fits_nowhere_waits_and_holds_up_nobody() {
        gang("crowd", 5);
        enqueue("small", 500, 2);
        assertThat(claim(10)).containsExactly("small");
        assertThat(waiting("crowd").reason()).isEqualTo(Waiting.Reason.NO_NODE_FITS);
    }

    @Test
    void a_quota_holds_a_user_back_and_nobody_else() {
        world.run(() -> world.compute().setQuota(MAIN, LOCAL, new Quota(Quota.Holder.USER, "ada", 1, 0)));
        enqueue("a", 500, 0);
        enqueue("b", 500, 1);
        of("grace", "c", 2);
        assertThat(claim(10)).containsExactlyInAnyOrder("a", "c");
        assertThat(waiting("b").reason()).isEqualTo(Waiting.Reason.QUOTA);
        world.run(() -> assertThat(world.compute().removeQuota(MAIN, LOCAL, Quota.Holder.USER, "ada"))
                .isTrue());
        assertThat(waiting("b").reason()).isEqualTo(Waiting.Reason.NO_FREE_NODE);
    }

    @Test
    void nodes_are_started_when_runs_wait_and_let_go_when_nothing_is_to_be_done() {
        save(target().become(new ComputeKind.Cluster(Targets.SHARE, Tier.DEDICATED, 0, 3, Duration.ZERO)));
        world.run(() -> world.queue().scaleDown());
        assertThat(nodes()).isEmpty();
        enqueue("a", 500, 0);
        gang("b", 2);
        assertThat(claim(10)).containsExactlyInAnyOrder("a", "b");
        assertThat(nodes()).hasSize(3);
        world.run(() -> world.queue().release(new AttemptId("b", 1)));
        world.run(() -> world.queue().scaleDown());
        assertThat(nodes()).extracting(Node::run).containsExactly("a");
    }

    @Test
    void a_drained_node_ends_its_run_and_takes_no_other() {
        enqueue("a", 500, 0);
        claim(1);
        world.run(() -> world.queue().started(new AttemptId("a", 1), NOON));
        assertThat(nodes()).first().extracting(Node::state).isEqualTo(NodeState.RUNNING);
        world.run(() -> assertThat(world.compute().drain(MAIN, LOCAL, 1, true)).isTrue());
        assertThat(nodes()).first().extracting(Node::state).isEqualTo(NodeState.LEAVING);
        world.run(() -> world.queue().release(new AttemptId("a", 1)));
        assertThat(nodes()).first().extracting(Node::state).isEqualTo(NodeState.UNUSABLE);
        gang("b", 2);
        assertThat(claim(10)).isEmpty();
        world.run(() -> assertThat(world.compute().drain(MAIN, LOCAL, 1, false)).isTrue());
        world.run(() -> assertThat(world.compute().drain(MAIN, LOCAL, 7, true)).isFalse());
        assertThat(claim(10)).containsExactly("b");
    }

    @Test
    void a_target_in_use_is_not_deleted() {
        enqueue("a", 500, 0);
        assertRefused(
                Problem.WrongState.class, () -> world.run(() -> world.compute().delete(target())));
        claim(1);
        assertRefused(
                Problem.WrongState.class, () -> world.run(() -> world.compute().delete(target())));
        world.run(() -> world.queue().release(new AttemptId("a", 1)));
        world.run(() -> world.compute().delete(world.compute().find(MAIN, LOCAL).orElseThrow()));
        assertThat(world.inTransaction(() -> world.compute().find(MAIN, LOCAL))).isEmpty();
    }

    private void gang(String run, int nodes) {
        world.run(() -> {
            world.runs().save(Runs.queue(run, NOON));
            world.queue()
                    .enqueue(new RunQueue.Request(
                            run,
                            MAIN,
                            LOCAL,
                            "ada",
                            JobResources.nodes(nodes),
                            null,
                            500,
                            null,
                            NOON.plusSeconds(1),
                            null));
        });
    }

    private void of(String user, String run, int second) {
        world.run(() -> {
            world.runs().save(Runs.queue(run, NOON));
            world.queue().enqueue(RunQueue.Request.ofOneNode(run, MAIN, LOCAL, user, 500, NOON.plusSeconds(second)));
        });
    }

    private static RunQueue.Request request(String run, ComputeName compute, int priority, Instant since) {
        return RunQueue.Request.ofOneNode(run, MAIN, compute, "ada", priority, since);
    }

    private void enqueue(String run, int priority, int second) {
        world.run(() -> {
            world.runs().save(Runs.queue(run, NOON));
            world.queue().enqueue(request(run, LOCAL, priority, NOON.plusSeconds(second)));
        });
    }

    private List<Claim> claims(int most) {
        return world.inTransaction(() -> world.queue().claim("server", most));
    }

    private List<String> claim(int most) {
        return claims(most).stream().map(claim -> claim.attempt().run()).toList();
    }

    private boolean withdraw(String run) {
        return world.inTransaction(() -> world.queue().withdraw(run));
    }

    private Waiting waiting(String run) {
        return world.inTransaction(() -> world.queue().waiting(run)).orElseThrow();
    }

    private int length() {
        return world.inTransaction(() -> world.compute().queueLength(MAIN, LOCAL));
    }

    private List<Node> nodes() {
        return world.inTransaction(() -> world.compute().nodes(MAIN, LOCAL));
    }

    private ComputeTarget target() {
        return world.inTransaction(() -> world.compute().find(MAIN, LOCAL)).orElseThrow();
    }

    private void save(ComputeTarget target) {
        world.run(() -> world.compute().save(target));
    }
}
