package org.millwright.compute.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.JobResources;
import org.millwright.compute.Tier;
import org.millwright.compute.VmSize;
import org.millwright.compute.Waiting.Reason;
import org.millwright.compute.model.PoolSnapshot.Account;
import org.millwright.compute.model.PoolSnapshot.Holder;
import org.millwright.compute.model.PoolSnapshot.Waiter;

class PlannerTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Account ADA = new Account("research", "ada");
    private static final Account BOB = new Account("research", "bob");
    private static final Account GRACE = new Account("product", "grace");

    private final List<Holder> holders = new ArrayList<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final List<Quota> quotas = new ArrayList<>();
    private final Map<Account, Double> usage = new HashMap<>();
    private int free = 1;
    private int startable;
    private boolean paused;

    @Test
    void the_higher_priority_goes_first() {
        waits("usual", ADA, 500, 10);
        waits("urgent", BOB, 900, 1);
        assertThat(granted()).containsExactly("urgent");
    }

    @Test
    void at_one_priority_the_team_that_used_less_goes_first_and_in_it_the_user_who_did() {
        free = 3;
        usage.put(ADA, 100_000.0);
        usage.put(BOB, 10_000.0);
        usage.put(GRACE, 500_000.0);
        waits("of-ada", ADA, 500, 30);
        waits("of-bob", BOB, 500, 20);
        waits("of-grace", GRACE, 500, 40);
        assertThat(granted()).containsExactly("of-bob", "of-ada", "of-grace");
    }

    @Test
    void several_free_nodes_do_not_all_go_to_the_same_user() {
        free = 2;
        waits("first-of-ada", ADA, 500, 30);
        waits("second-of-ada", ADA, 500, 29);
        waits("of-grace", GRACE, 500, 1);
        assertThat(granted()).containsExactlyInAnyOrder("first-of-ada", "of-grace");
    }

    @Test
    void a_team_with_twice_the_share_may_have_used_twice_as_much() {
        quotas.add(new Quota(Quota.Holder.TEAM, "research", 4, null));
        quotas.add(new Quota(Quota.Holder.TEAM, "product", 2, null));
        usage.put(ADA, 15_000.0);
        usage.put(GRACE, 10_000.0);
        waits("of-ada", ADA, 500, 1);
        waits("of-grace", GRACE, 500, 30);
        assertThat(granted()).containsExactly("of-ada");
    }

    @Test
    void who_has_waited_long_passes_a_higher_priority() {
        waits("old", ADA, 100, 91 * 60);
        waits("new", BOB, 1000, 0);
        assertThat(granted()).containsExactly("old");
    }

    @Test
    void a_run_gets_all_its_nodes_or_none_and_is_told_how_many_are_free() {
        free = 3;
        waits("gang", ADA, 4, null, Tier.DEDICATED, 30);
        assertThat(granted()).isEmpty();
        assertThat(reason("gang")).isEqualTo(Reason.WAITING_GANG);
        assertThat(explanation("gang")).contains("takes 4 nodes").contains("3 are free");
        free = 4;
        assertThat(granted()).containsExactly("gang");
    }

    @Test
    void nodes_that_may_be_started_count_as_free() {
        free = 1;
        startable = 3;
        waits("gang", ADA, 3, null, Tier.DEDICATED, 30);
        assertThat(Planner.plan(pool(), 10).nodesToStart()).isEqualTo(2);
        assertThat(reason("gang")).isEqualTo(Reason.NODE_STARTING);
    }

    @Test
    void a_shorter_run_passes_the_first_when_it_ends_before_that_could_begin() {
        holds("long", ADA, 2, Duration.ofHours(2), Tier.DEDICATED);
        waits("gang", ADA, 3, null, Tier.DEDICATED, 60);
        waits("short", BOB, 1, Duration.ofHours(1), Tier.DEDICATED, 20);
        assertThat(granted()).containsExactly("short");
    }

    @Test
    void a_run_without_a_time_limit_or_with_a_longer_one_does_not_pass() {
        holds("long", ADA, 2, Duration.ofHours(2), Tier.DEDICATED);
        waits("gang", ADA, 3, null, Tier.DEDICATED, 60);
        waits("endless", BOB, 1, null, Tier.DEDICATED, 20);
        waits("longer", GRACE, 1, Duration.ofHours(3), Tier.DEDICATED, 20);
        assertThat(granted()).isEmpty();
        assertThat(reason("endless")).isEqualTo(Reason.BEHIND_OTHERS);
        assertThat(explanation("endless")).contains("run 'gang'");
    }

    @Test
    void a_run_passes_on_nodes_that_the_first_will_not_need() {
        holds("long", ADA, 3, Duration.ofHours(2), Tier.DEDICATED);
        waits("gang", ADA, 3, null, Tier.DEDICATED, 60);
        waits("endless", BOB, 1, null, Tier.DEDICATED, 20);
        waits("another", GRACE, 1, null, Tier.DEDICATED, 10);
        assertThat(granted()).hasSize(1);
    }

    @Test
    void nobody_passes_when_nobody_knows_when_the_first_can_begin() {
        holds("endless", ADA, 2, null, Tier.DEDICATED);
        waits("gang", ADA, 3, null, Tier.DEDICATED, 60);
        waits("short", BOB, 1, Duration.ofMinutes(1), Tier.DEDICATED, 20);
        assertThat(granted()).isEmpty();
    }

    @Test
    void a_quota_is_held_and_named_and_does_not_hold_up_others() {
        free = 4;
        quotas.add(new Quota(Quota.Holder.TEAM, "research", 2, 0));
        holds("running", ADA, 1, null, Tier.DEDICATED);
        waits("pair", ADA, 2, null, Tier.DEDICATED, 60);
        waits("of-grace", GRACE, 500, 1);
        assertThat(granted()).containsExactly("of-grace");
        assertThat(reason("pair")).isEqualTo(Reason.QUOTA);
        assertThat(explanation("pair"))
                .isEqualTo("Team 'research' holds 1 nodes and this takes 2 more; the quota is 2");
    }

    @Test
    void what_nobody_needs_is_borrowed_up_to_the_limit() {
        free = 4;
        quotas.add(new Quota(Quota.Holder.USER, "ada", 1, 1));
        waits("first", ADA, 500, 30);
        waits("second", ADA, 500, 20);
        waits("third", ADA, 500, 10);
        assertThat(granted()).containsExactly("first", "second");
        assertThat(reason("third")).isEqualTo(Reason.BORROW_LIMIT);
    }

    @Test
    void work_of_the_low_tier_makes_room_for_dedicated_work_and_the_youngest_does_first() {
        free = 0;
        holds("older", ADA, 1, null, Tier.LOW_PRIORITY, 60);
        holds("younger", ADA, 1, null, Tier.LOW_PRIORITY, 30);
        holds("dedicated", ADA, 1, null, Tier.DEDICATED, 20);
        waits("firm", GRACE, 1, null, Tier.DEDICATED, 1);
        assertThat(Planner.plan(pool(), 10).toMakeRoom()).containsExactly("younger");
        assertThat(reason("firm")).isEqualTo(Reason.MAKING_ROOM);
    }

    @Test
    void nobody_makes_room_in_vain_or_twice_or_for_the_same_tier_or_just_after_the_start() {
        free = 0;
        holds("low", ADA, 1, null, Tier.LOW_PRIORITY, 60);
        waits("pair", GRACE, 2, null, Tier.DEDICATED, 1);
        assertThat(Planner.plan(pool(), 10).toMakeRoom()).isEmpty();
        waiters.clear();
        waits("also-low", GRACE, 1, null, Tier.LOW_PRIORITY, 1);
        assertThat(Planner.plan(pool(), 10).toMakeRoom()).isEmpty();
        waiters.clear();
        waits("firm", GRACE, 1, null, Tier.DEDICATED, 1);
        holders.clear();
        holders.add(new Holder("leaving", ADA, 500, Tier.LOW_PRIORITY, 1, NOW.minusSeconds(60), null, true));
        holders.add(new Holder("new", ADA, 500, Tier.LOW_PRIORITY, 1, NOW.minusSeconds(1), null, false));
        assertThat(Planner.plan(pool(), 10).toMakeRoom()).isEmpty();
    }

    @Test
    void borrowed_nodes_of_the_low_tier_go_back_to_whose_quota_they_are() {
        free = 0;
        quotas.add(new Quota(Quota.Holder.TEAM, "research", 1, 5));
        quotas.add(new Quota(Quota.Holder.TEAM, "product", 1, 0));
        holds("first", ADA, 1, null, Tier.LOW_PRIORITY, 60);
        holds("borrowed", ADA, 1, null, Tier.LOW_PRIORITY, 30);
        waits("of-grace", GRACE, 1, null, Tier.LOW_PRIORITY, 1);
        assertThat(Planner.plan(pool(), 10).toMakeRoom()).containsExactly("borrowed");
    }

    @Test
    void a_run_that_no_node_fits_is_told_the_numbers_and_holds_up_nobody() {
        waiters.add(new Waiter(
                "greedy", ADA, 900, Tier.DEDICATED, new JobResources(1, null, null, 4), null, NOW.minusSeconds(60)));
        waits("modest", BOB, 500, 1);
        assertThat(granted()).containsExactly("modest");
        assertThat(reason("greedy")).isEqualTo(Reason.NO_NODE_FITS);
        assertThat(explanation("greedy")).contains("needs 4 GPU, a node has 0");
    }

    @Test
    void a_paused_target_gives_nothing() {
        paused = true;
        waits("run", ADA, 500, 1);
        assertThat(granted()).isEmpty();
        assertThat(reason("run")).isEqualTo(Reason.COMPUTE_PAUSED);
    }

    @Test
    void no_more_runs_are_granted_than_asked_for() {
        free = 5;
        waits("a", ADA, 500, 3);
        waits("b", ADA, 500, 2);
        assertThat(Planner.plan(pool(), 1).granted()).extracting(Waiter::run).containsExactly("a");
    }

    private void waits(String run, Account account, int priority, int minutes) {
        waiters.add(new Waiter(
                run, account, priority, Tier.DEDICATED, JobResources.ONE_NODE, null, NOW.minusSeconds(60L * minutes)));
    }

    private void waits(String run, Account account, int nodes, @Nullable Duration limit, Tier tier, int minutes) {
        waiters.add(
                new Waiter(run, account, 500, tier, JobResources.nodes(nodes), limit, NOW.minusSeconds(60L * minutes)));
        // The first waiters of these tests are to go first, whoever used what.
        usage.putIfAbsent(account, 100_000.0 * usage.size());
    }

    private void holds(String run, Account account, int nodes, @Nullable Duration left, Tier tier) {
        holders.add(new Holder(
                run, account, 500, tier, nodes, NOW.minusSeconds(60), left == null ? null : NOW.plus(left), false));
    }

    private void holds(String run, Account account, int nodes, @Nullable Duration left, Tier tier, int seconds) {
        holders.add(new Holder(
                run,
                account,
                500,
                tier,
                nodes,
                NOW.minusSeconds(seconds),
                left == null ? null : NOW.plus(left),
                false));
    }

    private PoolSnapshot pool() {
        return new PoolSnapshot(
                "pool",
                new ComputeKind.Cluster(VmSize.share(2, 4L << 30), Tier.DEDICATED, 0, 10, Duration.ZERO),
                paused,
                free,
                startable,
                holders,
                waiters,
                quotas,
                usage,
                NOW);
    }

    private List<String> granted() {
        return Planner.plan(pool(), 10).granted().stream().map(Waiter::run).toList();
    }

    private Reason reason(String run) {
        return Planner.explain(pool()).verdicts().get(run).reason();
    }

    private String explanation(String run) {
        return Planner.explain(pool()).verdicts().get(run).explanation();
    }
}
