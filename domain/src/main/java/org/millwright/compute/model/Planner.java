package org.millwright.compute.model;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.Tier;
import org.millwright.compute.Waiting.Reason;
import org.millwright.compute.model.DispatchPlan.Verdict;
import org.millwright.compute.model.PoolSnapshot.Account;
import org.millwright.compute.model.PoolSnapshot.Holder;
import org.millwright.compute.model.PoolSnapshot.Waiter;

/**
 * Decides who gets the free nodes of a compute target. It looks at a snapshot and changes nothing.
 *
 * <ol>
 *   <li>The order: priority, to which every full hour of waiting adds {@link #AGING_PER_HOUR}; then the fair share, teams first
 *       and the users of a team after that: whoever used less of late, for the share that a quota gives them; then age. So a run
 *       of priority p is passed by none that comes (1000 - p) / 10 hours after it.
 *   <li>A quota lets nobody hold more than its nominal nodes and what may be borrowed. Who is held back by it, or fits no node,
 *       does not hold up others.
 *   <li>A run gets all the nodes that it asks for, or none.
 *   <li>The first run that finds too few free nodes gets a reservation: others pass it only if their time limit ends before its
 *       nodes are free, or if they leave it enough. When nobody knows when its nodes are free, nobody passes.
 *   <li>For it, runs make room: those of the low tier for a dedicated one; those that a team runs in the low tier on borrowed
 *       nodes for one that a quota has room for. Never in vain: only if it then has all its nodes.
 * </ol>
 */
public final class Planner {
    /** By how much of a priority a run that waits gains on one that comes now. */
    public static final int AGING_PER_HOUR = 10;

    /** In which usage counts half. */
    public static final Duration HALF_LIFE = Duration.ofHours(24);

    /** What a run has to end in order when it is to make room. */
    public static final Duration GRACE = Duration.ofSeconds(30);

    /** How long a run is left alone after its claim, so that work gets somewhere between two preemptions. */
    public static final Duration PROTECTED = Duration.ofSeconds(10);

    /** A held node counts as if it were used for so long, so that several free nodes do not all go to the same user. */
    private static final double SECONDS_OF_A_HELD_NODE = 3600;

    private final PoolSnapshot pool;
    private final int most;
    private final boolean isComplete;
    private final List<Holder> holders;
    private final Map<String, Double> usedByTeam = new HashMap<>();
    private final Map<String, Double> usedByUser = new HashMap<>();
    private final Map<String, Integer> heldByTeam = new HashMap<>();
    private final Map<String, Integer> heldByUser = new HashMap<>();
    private final List<Waiter> granted = new ArrayList<>();
    private final List<String> toMakeRoom = new ArrayList<>();
    private final Map<String, Verdict> verdicts = new HashMap<>();

    private int available;
    private int taken;
    private @Nullable Reservation reservation;

    private Planner(PoolSnapshot pool, int most, boolean isComplete) {
        this.pool = pool;
        this.most = most;
        this.isComplete = isComplete;
        this.holders = new ArrayList<>(pool.holders());
        this.available = pool.freeNodes() + pool.startable();
        pool.holders().forEach(holder -> hold(holder.account(), holder.nodes()));
        pool.usage().forEach((account, seconds) -> {
            usedByTeam.merge(account.team(), seconds, Double::sum);
            usedByUser.merge(account.user(), seconds, Double::sum);
        });
    }

    /** @param at when it will have its nodes; null when nobody knows @param spare nodes that it will not need then */
    private record Reservation(Waiter waiter, @Nullable Instant at, int spare) {}

    private record Line(Account account, Deque<Waiter> waiters) {
        Waiter head() {
            return waiters.getFirst();
        }
    }

    /** Where a line stands: what is smaller goes first. It only grows while a plan is made. */
    private record Standing(long urgency, double teamLoad, String team, double userLoad, Instant since, Line line)
            implements Comparable<Standing> {
        private static final Comparator<Standing> ORDER = Comparator.comparingLong((Standing one) -> -one.urgency)
                .thenComparingDouble(Standing::teamLoad)
                .thenComparing(Standing::team)
                .thenComparingDouble(Standing::userLoad)
                .thenComparing(Standing::since);

        @Override
        public int compareTo(Standing other) {
            return ORDER.compare(this, other);
        }
    }

    /** @param most runs to grant */
    public static DispatchPlan plan(PoolSnapshot pool, int most) {
        return new Planner(pool, most, false).plan();
    }

    /** The same for every run of the snapshot, to tell each of them why it waits. */
    public static DispatchPlan explain(PoolSnapshot pool) {
        return new Planner(pool, Integer.MAX_VALUE, true).plan();
    }

    /** What keeps a run from nodes whatever others do; empty when there is nothing. */
    public static Optional<Verdict> obstacle(PoolSnapshot pool, Waiter waiter) {
        var planner = new Planner(pool, 0, false);
        return pool.paused()
                ? Optional.of(planner.paused())
                : planner.misfit(waiter).or(() -> planner.overQuota(waiter));
    }

    private Verdict paused() {
        return new Verdict(Reason.COMPUTE_PAUSED, "Compute '%s' is paused".formatted(pool.name()));
    }

    private DispatchPlan plan() {
        if (pool.paused()) {
            pool.waiters().forEach(waiter -> verdicts.put(waiter.run(), paused()));
        } else {
            var lines = lines();
            while (!lines.isEmpty() && granted.size() < most && (isComplete || !isExhausted())) {
                var first = lines.remove();
                var now = standing(first.line());
                // What was granted since it was put there may have set it back.
                if (!lines.isEmpty() && now.compareTo(lines.peek()) > 0) {
                    lines.add(now);
                    continue;
                }
                var line = first.line();
                consider(line.waiters().removeFirst());
                if (!line.waiters().isEmpty()) {
                    lines.add(standing(line));
                }
            }
        }
        return new DispatchPlan(granted, Math.max(0, taken - pool.freeNodes()), toMakeRoom, verdicts);
    }

    /** Nothing is left for anybody after the one who has a reservation. */
    private boolean isExhausted() {
        return reservation != null && available == 0;
    }

    private PriorityQueue<Standing> lines() {
        var lines = new LinkedHashMap<Object, Line>();
        for (var waiter : pool.waiters()) {
            lines.computeIfAbsent(
                            List.of(waiter.priority(), waiter.account()),
                            _ -> new Line(waiter.account(), new ArrayDeque<>()))
                    .waiters()
                    .add(waiter);
        }
        var standings = new PriorityQueue<Standing>();
        lines.values().forEach(line -> standings.add(standing(line)));
        return standings;
    }

    private Standing standing(Line line) {
        var head = line.head();
        var account = line.account();
        var hours = Math.max(0, Duration.between(head.since(), pool.now()).toHours());
        return new Standing(
                head.priority() + AGING_PER_HOUR * hours,
                load(usedByTeam, heldByTeam, Quota.Holder.TEAM, account.team()),
                account.team(),
                load(usedByUser, heldByUser, Quota.Holder.USER, account.user()),
                head.since(),
                line);
    }

    /** Who is to have twice as many nodes may have used twice as much. */
    private double load(Map<String, Double> used, Map<String, Integer> held, Quota.Holder holder, String subject) {
        var share = pool.quotas().stream()
                .filter(quota -> quota.holder() == holder && quota.subject().equals(subject))
                .mapToDouble(quota -> Math.max(1, quota.nominal()))
                .findFirst()
                .orElse(1);
        return (used.getOrDefault(subject, 0.0) + SECONDS_OF_A_HELD_NODE * held.getOrDefault(subject, 0)) / share;
    }

    private void consider(Waiter waiter) {
        var obstacle = misfit(waiter).or(() -> overQuota(waiter));
        if (obstacle.isPresent()) {
            verdicts.put(waiter.run(), obstacle.get());
        } else if (reservation != null) {
            backfill(waiter, reservation);
        } else if (waiter.nodes() <= available) {
            grant(waiter);
        } else {
            verdicts.put(waiter.run(), reserve(waiter));
        }
    }

    private Optional<Verdict> misfit(Waiter waiter) {
        if (waiter.nodes() > pool.kind().maxNodes()) {
            return Optional.of(new Verdict(
                    Reason.NO_NODE_FITS,
                    "It needs %d nodes, and compute '%s' has at most %d"
                            .formatted(waiter.nodes(), pool.name(), pool.kind().maxNodes())));
        }
        return pool.kind() instanceof ComputeKind.Cluster cluster
                ? cluster.size()
                        .lacks(waiter.resources())
                        .map(lack -> new Verdict(
                                Reason.NO_NODE_FITS,
                                "No node of compute '%s' is large enough: it needs %s".formatted(pool.name(), lack)))
                : Optional.empty();
    }

    private Optional<Verdict> overQuota(Waiter waiter) {
        for (var quota : pool.quotas()) {
            if (quota.isOf(waiter.account().team(), waiter.account().user()) && quota.borrow() != null) {
                var held = held(quota);
                if (held + waiter.nodes() > quota.nominal() + quota.borrow()) {
                    return Optional.of(verdict(quota, held, waiter.nodes()));
                }
            }
        }
        return Optional.empty();
    }

    private static Verdict verdict(Quota quota, int held, int wanted) {
        var who = "%s '%s' holds %d nodes and this takes %d more"
                .formatted(quota.holder() == Quota.Holder.TEAM ? "Team" : "User", quota.subject(), held, wanted);
        return quota.borrow() == null || quota.borrow() == 0
                ? new Verdict(Reason.QUOTA, "%s; the quota is %d".formatted(who, quota.nominal()))
                : new Verdict(
                        Reason.BORROW_LIMIT,
                        "%s; the quota is %d, and %d may be borrowed".formatted(who, quota.nominal(), quota.borrow()));
    }

    private int held(Quota quota) {
        return (quota.holder() == Quota.Holder.TEAM ? heldByTeam : heldByUser).getOrDefault(quota.subject(), 0);
    }

    private void grant(Waiter waiter) {
        granted.add(waiter);
        available -= waiter.nodes();
        taken += waiter.nodes();
        hold(waiter.account(), waiter.nodes());
        holders.add(new Holder(
                waiter.run(),
                waiter.account(),
                waiter.priority(),
                waiter.tier(),
                waiter.nodes(),
                pool.now(),
                waiter.timeLimit() == null ? null : pool.now().plus(waiter.timeLimit()),
                false));
        verdicts.put(
                waiter.run(),
                taken <= pool.freeNodes()
                        ? new Verdict(Reason.NEXT, "A node of compute '%s' is being given to it".formatted(pool.name()))
                        : new Verdict(
                                Reason.NODE_STARTING,
                                "A node of compute '%s' is being started for it".formatted(pool.name())));
    }

    private void hold(Account account, int nodes) {
        heldByTeam.merge(account.team(), nodes, Integer::sum);
        heldByUser.merge(account.user(), nodes, Integer::sum);
    }

    private void backfill(Waiter waiter, Reservation first) {
        var endsBefore = first.at() != null
                && waiter.timeLimit() != null
                && !pool.now().plus(waiter.timeLimit()).isAfter(first.at());
        if (waiter.nodes() <= available && (endsBefore || waiter.nodes() <= first.spare())) {
            if (!endsBefore) {
                reservation = new Reservation(first.waiter(), first.at(), first.spare() - waiter.nodes());
            }
            grant(waiter);
        } else if (waiter.nodes() <= available) {
            verdicts.put(
                    waiter.run(),
                    new Verdict(
                            Reason.BEHIND_OTHERS,
                            "What is free on compute '%s' is kept for run '%s', which goes first and takes %d nodes at once"
                                    .formatted(
                                            pool.name(),
                                            first.waiter().run(),
                                            first.waiter().nodes())));
        } else {
            verdicts.put(
                    waiter.run(),
                    new Verdict(Reason.BEHIND_OTHERS, "Other runs go first on compute '%s'".formatted(pool.name())));
        }
    }

    /** The first that finds too few nodes keeps its place. */
    private Verdict reserve(Waiter waiter) {
        var leaving = holders.stream()
                .filter(Holder::makingRoom)
                .mapToInt(Holder::nodes)
                .sum();
        var missing = waiter.nodes() - available - leaving;
        if (missing > 0) {
            var victims = victims(waiter, missing);
            victims.forEach(victim -> toMakeRoom.add(victim.run()));
            leaving += victims.stream().mapToInt(Holder::nodes).sum();
        }
        reservation = reservationOf(waiter);
        if (available + leaving >= waiter.nodes()) {
            return new Verdict(
                    Reason.MAKING_ROOM,
                    "Runs of a lower tier are ending on compute '%s' to make room for it".formatted(pool.name()));
        }
        if (available + taken >= waiter.nodes()) {
            return new Verdict(
                    Reason.BEHIND_OTHERS, "Runs before it take what is free on compute '%s'".formatted(pool.name()));
        }
        return available > 0
                ? new Verdict(
                        Reason.WAITING_GANG,
                        "It takes %d nodes of compute '%s' at once, and %d are free"
                                .formatted(waiter.nodes(), pool.name(), available))
                : new Verdict(
                        Reason.NO_FREE_NODE,
                        "Compute '%s' has no free node (%d in all)"
                                .formatted(pool.name(), pool.kind().maxNodes()));
    }

    /** The least loss first; none when all together are too few. */
    private List<Holder> victims(Waiter waiter, int missing) {
        var chosen = new ArrayList<Holder>();
        var found = 0;
        var candidates = holders.stream()
                .filter(holder -> makesRoomFor(holder, waiter))
                .sorted(Comparator.comparing((Holder holder) -> !isBorrowing(holder))
                        .thenComparingInt(Holder::priority)
                        .thenComparing(Holder::since, Comparator.reverseOrder()))
                .toList();
        for (var candidate : candidates) {
            if (found < missing) {
                chosen.add(candidate);
                found += candidate.nodes();
            }
        }
        return found < missing ? List.of() : chosen;
    }

    private boolean makesRoomFor(Holder holder, Waiter waiter) {
        if (holder.tier() != Tier.LOW_PRIORITY
                || holder.makingRoom()
                || holder.since().plus(PROTECTED).isAfter(pool.now())) {
            return false;
        }
        return waiter.tier() == Tier.DEDICATED || isBorrowing(holder) && isWithinNominal(waiter);
    }

    private boolean isBorrowing(Holder holder) {
        return pool.quotas().stream()
                .anyMatch(quota ->
                        quota.isOf(holder.account().team(), holder.account().user()) && held(quota) > quota.nominal());
    }

    private boolean isWithinNominal(Waiter waiter) {
        var own = pool.quotas().stream()
                .filter(quota ->
                        quota.isOf(waiter.account().team(), waiter.account().user()))
                .toList();
        return !own.isEmpty() && own.stream().allMatch(quota -> held(quota) + waiter.nodes() <= quota.nominal());
    }

    private Reservation reservationOf(Waiter waiter) {
        record Freed(Instant at, int nodes) {}
        var known = holders.stream()
                .filter(holder -> holder.endsBy() != null || holder.makingRoom() || toMakeRoom.contains(holder.run()))
                .map(holder -> new Freed(
                        holder.makingRoom() || toMakeRoom.contains(holder.run())
                                ? pool.now().plus(GRACE)
                                : Optional.ofNullable(holder.endsBy()).orElseThrow(),
                        holder.nodes()))
                .sorted(Comparator.comparing(Freed::at))
                .toList();
        var free = available;
        for (var freed : known) {
            free += freed.nodes();
            if (free >= waiter.nodes()) {
                return new Reservation(waiter, freed.at(), free - waiter.nodes());
            }
        }
        return new Reservation(waiter, null, 0);
    }
}
