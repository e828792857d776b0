package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue.Claim;
import org.millwright.compute.Waiting;
import org.millwright.compute.fake.Targets;
import org.millwright.compute.model.ComputeRepository.SlotUse;
import org.millwright.compute.model.ComputeTarget;
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
    void slots_go_to_the_higher_priority_then_to_the_longer_wait_then_in_the_order_of_arrival() {
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
        world.run(() -> world.queue().enqueue("a", MAIN, LOCAL, 500, NOON));
        assertThat(claims(1).getFirst().attempt()).isEqualTo(new AttemptId("a", 2));
    }

    @Test
    void a_release_frees_the_slot_of_that_attempt_only() {
        enqueue("a", 500, 0);
        var claim = claims(1).getFirst();
        world.run(() -> world.queue().release(new AttemptId("a", 7)));
        assertThat(slots()).contains(new SlotUse(claim.slot(), "a"));
        world.run(() -> world.queue().heartbeat(List.of(claim.attempt())));
        world.run(() -> world.queue().release(claim.attempt()));
        world.run(() -> world.queue().release(claim.attempt()));
        assertThat(slots()).containsExactly(new SlotUse(1, null), new SlotUse(2, null));
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
                () -> world.run(() -> world.queue().enqueue("a", MAIN, new ComputeName("nowhere"), 500, NOON)));
    }

    @Test
    void a_paused_target_gives_no_slots_until_it_is_resumed() {
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
        assertThat(waiting("c").reason()).isEqualTo(Waiting.Reason.NO_FREE_SLOT);
        assertThat(waiting("c").position()).isEqualTo(1);
        assertThat(waiting("c").explanation()).contains("local");
        assertThat(world.inTransaction(() -> world.queue().waiting("a"))).isEmpty();
    }

    @Test
    void a_target_that_shrinks_keeps_its_busy_slots_until_they_are_freed() {
        enqueue("a", 500, 0);
        enqueue("b", 500, 1);
        enqueue("c", 500, 2);
        var claims = claims(10);
        save(target().become(Targets.nodes(1)));
        assertThat(slots()).hasSize(2);
        var onSecond =
                claims.stream().filter(claim -> claim.slot() == 2).findFirst().orElseThrow();
        world.run(() -> world.queue().release(onSecond.attempt()));
        assertThat(slots()).hasSize(1);
        assertThat(claim(1)).isEmpty();
        save(target().become(Targets.nodes(3)));
        assertThat(claim(10)).containsExactly("c");
    }

    private void enqueue(String run, int priority, int second) {
        world.run(() -> {
            world.runs().save(Runs.queue(run, NOON));
            world.queue().enqueue(run, MAIN, LOCAL, priority, NOON.plusSeconds(second));
        });
    }

    private List<Claim> claims(int most) {
        return world.inTransaction(() -> world.queue().claim("server", most, NOON));
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

    private List<SlotUse> slots() {
        return world.inTransaction(() -> world.compute().slots(MAIN, LOCAL));
    }

    private ComputeTarget target() {
        return world.inTransaction(() -> world.compute().find(MAIN, LOCAL)).orElseThrow();
    }

    private void save(ComputeTarget target) {
        world.run(() -> world.compute().save(target));
    }
}
