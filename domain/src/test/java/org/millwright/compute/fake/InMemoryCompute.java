package org.millwright.compute.fake;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.NodeState;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Waiting;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.model.DispatchPlan.Verdict;
import org.millwright.compute.model.Planner;
import org.millwright.compute.model.PoolSnapshot;
import org.millwright.compute.model.PoolSnapshot.Account;
import org.millwright.compute.model.PoolSnapshot.Holder;
import org.millwright.compute.model.Quota;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Compute targets, their nodes and their queue in memory, planned as in earnest. */
public final class InMemoryCompute implements ComputeRepository, RunQueue {
    private static final Comparator<Request> ORDER =
            Comparator.comparingInt(Request::priority).reversed().thenComparing(Request::since);

    /** A run on its nodes. */
    private static final class Held {
        private final Request request;
        private final Claim claim;
        private boolean started;
        private boolean makingRoom;

        private Held(Request request, Claim claim) {
            this.request = request;
            this.claim = claim;
        }
    }

    private final Shelf<ComputeTarget> targets = new Shelf<>(
                    "compute",
                    target -> key(target.workspace(), target.name()),
                    ComputeTarget::revision,
                    (target, revision) -> new ComputeTarget(
                            target.name(),
                            target.workspace(),
                            target.kind(),
                            target.description(),
                            target.paused(),
                            target.createdAt(),
                            revision))
            .ofResources(target -> Resource.of(ResourceKind.COMPUTE, target.workspace(), target.name()));
    private final Map<String, TreeMap<Integer, Boolean>> drained = new HashMap<>();
    private final Map<String, List<Quota>> quotas = new HashMap<>();
    private final Map<String, Held> held = new HashMap<>();
    private final List<Request> queue = new ArrayList<>();
    private final Map<String, Integer> tries = new HashMap<>();

    @Override
    public Optional<ComputeTarget> find(WorkspaceName workspace, ComputeName name) {
        return targets.find(key(workspace, name));
    }

    @Override
    public List<ComputeTarget> of(WorkspaceName workspace) {
        return targets.reached().stream()
                .filter(target -> target.workspace().equals(workspace))
                .toList();
    }

    @Override
    public List<Node> nodes(WorkspaceName workspace, ComputeName name) {
        var most = find(workspace, name).map(target -> target.kind().maxNodes()).orElse(0);
        return nodesOf(workspace, name).entrySet().stream()
                .map(node -> {
                    var run = holderOf(workspace, name, node.getKey());
                    var draining = node.getValue() || node.getKey() > most;
                    return new Node(
                            node.getKey(),
                            NodeState.of(
                                    run != null, run != null && run.started, run != null && run.makingRoom, draining),
                            run == null ? null : run.request.run());
                })
                .toList();
    }

    private @Nullable Held holderOf(WorkspaceName workspace, ComputeName name, int node) {
        return heldOn(workspace, name).stream()
                .filter(run -> run.claim.nodes().contains(node))
                .findFirst()
                .orElse(null);
    }

    private List<Held> heldOn(WorkspaceName workspace, ComputeName name) {
        return held.values().stream()
                .filter(run -> key(run.claim.workspace(), run.claim.compute()).equals(key(workspace, name)))
                .toList();
    }

    private TreeMap<Integer, Boolean> nodesOf(WorkspaceName workspace, ComputeName name) {
        return drained.computeIfAbsent(key(workspace, name), _ -> new TreeMap<>());
    }

    @Override
    public int queueLength(WorkspaceName workspace, ComputeName name) {
        return waitingFor(workspace, name).size();
    }

    @Override
    public List<Waiter> queue(WorkspaceName workspace, ComputeName name, int most) {
        return waitingFor(workspace, name).stream()
                .limit(most)
                .map(request -> new Waiter(
                        request.run(),
                        "",
                        request.user(),
                        request.priority(),
                        request.resources().instances(),
                        request.since()))
                .toList();
    }

    @Override
    public List<Scaling> scalings(WorkspaceName workspace, ComputeName name, int most) {
        return List.of();
    }

    @Override
    public void save(ComputeTarget target) {
        targets.save(Change.of(target));
        var nodes = nodesOf(target.workspace(), target.name());
        for (var node = 1; nodes.size() < target.kind().minNodes(); node++) {
            nodes.putIfAbsent(node, false);
        }
        letGo(target, target.kind().maxNodes());
    }

    private void letGo(ComputeTarget target, int most) {
        var nodes = nodesOf(target.workspace(), target.name());
        for (var node : List.copyOf(nodes.descendingKeySet())) {
            if (nodes.size() > most && holderOf(target.workspace(), target.name(), node) == null) {
                nodes.remove(node);
            }
        }
    }

    @Override
    public void delete(ComputeTarget target) {
        var used = heldOn(target.workspace(), target.name()).size();
        var waiting = queueLength(target.workspace(), target.name());
        if (used + waiting > 0) {
            throw new Refused(new Problem.WrongState(
                    "compute",
                    target.name().value(),
                    "in use: %d runs on it, %d waiting".formatted(used, waiting),
                    "delete"));
        }
        targets.remove(key(target.workspace(), target.name()));
        drained.remove(key(target.workspace(), target.name()));
        quotas.remove(key(target.workspace(), target.name()));
    }

    @Override
    public boolean drain(WorkspaceName workspace, ComputeName name, int node, boolean drained) {
        return nodesOf(workspace, name).computeIfPresent(node, (_, _) -> drained) != null;
    }

    @Override
    public List<Quota> quotas(WorkspaceName workspace, ComputeName name) {
        return quotas.getOrDefault(key(workspace, name), List.of()).stream()
                .sorted(Comparator.comparing(Quota::holder).thenComparing(Quota::subject))
                .toList();
    }

    @Override
    public void setQuota(WorkspaceName workspace, ComputeName name, Quota quota) {
        removeQuota(workspace, name, quota.holder(), quota.subject());
        quotas.computeIfAbsent(key(workspace, name), _ -> new ArrayList<>()).add(quota);
    }

    @Override
    public boolean removeQuota(WorkspaceName workspace, ComputeName name, Quota.Holder holder, String subject) {
        return quotas.computeIfAbsent(key(workspace, name), _ -> new ArrayList<>())
                .removeIf(quota -> quota.holder() == holder && quota.subject().equals(subject));
    }

    @Override
    public void enqueue(Request request) {
        if (find(request.workspace(), request.compute()).isEmpty()) {
            throw Refused.notFound("compute", request.compute());
        }
        if (queue.stream().noneMatch(place -> place.run().equals(request.run()))) {
            queue.add(request);
        }
    }

    @Override
    public List<Claim> claim(String server, int most) {
        var claims = new ArrayList<Claim>();
        for (var target : targets.all()) {
            var plan = Planner.plan(snapshot(target), most - claims.size());
            var nodes = nodesOf(target.workspace(), target.name());
            for (var node = 1;
                    node <= target.kind().maxNodes() && free(target).size() < needed(plan.granted());
                    node++) {
                nodes.putIfAbsent(node, false);
            }
            for (var waiter : plan.granted()) {
                var attempt = new AttemptId(waiter.run(), tries.merge(waiter.run(), 1, Integer::sum));
                var claim = new Claim(
                        attempt,
                        target.workspace(),
                        target.name(),
                        free(target).subList(0, waiter.resources().instances()));
                var request = queue.stream()
                        .filter(place -> place.run().equals(waiter.run()))
                        .findFirst()
                        .orElseThrow();
                queue.remove(request);
                held.put(waiter.run(), new Held(request, claim));
                claims.add(claim);
            }
            plan.toMakeRoom().forEach(run -> held.get(run).makingRoom = true);
        }
        return claims;
    }

    private static int needed(List<PoolSnapshot.Waiter> granted) {
        return granted.stream()
                .mapToInt(waiter -> waiter.resources().instances())
                .sum();
    }

    @Override
    public boolean withdraw(String run) {
        return queue.removeIf(place -> place.run().equals(run));
    }

    @Override
    public void started(AttemptId attempt, Instant at) {
        if (isHeldBy(attempt)) {
            held.get(attempt.run()).started = true;
        }
    }

    @Override
    public void release(AttemptId attempt) {
        if (isHeldBy(attempt)) {
            var freed = held.remove(attempt.run()).claim;
            find(freed.workspace(), freed.compute())
                    .ifPresent(target -> letGo(target, target.kind().maxNodes()));
        }
    }

    private boolean isHeldBy(AttemptId attempt) {
        return held.containsKey(attempt.run())
                && held.get(attempt.run()).claim.attempt().equals(attempt);
    }

    @Override
    public void heartbeat(List<AttemptId> attempts) {
        // Nobody looks at the heartbeats of a fake.
    }

    @Override
    public List<AttemptId> makingRoom(String server) {
        return held.values().stream()
                .filter(run -> run.makingRoom)
                .map(run -> run.claim.attempt())
                .toList();
    }

    @Override
    public boolean isMakingRoom(AttemptId attempt) {
        return isHeldBy(attempt) && held.get(attempt.run()).makingRoom;
    }

    @Override
    public List<Silent> silent(String server, Duration patience) {
        return List.of();
    }

    @Override
    public boolean takeOver(AttemptId attempt, String server, Duration patience) {
        return false;
    }

    @Override
    public void scaleDown() {
        targets.all().forEach(target -> letGo(target, target.kind().minNodes()));
    }

    @Override
    public Optional<Waiting> waiting(String run) {
        return queue.stream()
                .filter(place -> place.run().equals(run))
                .findFirst()
                .map(place -> {
                    var target = find(place.workspace(), place.compute()).orElseThrow();
                    var verdict = Planner.explain(snapshot(target))
                            .verdicts()
                            .getOrDefault(run, new Verdict(Waiting.Reason.BEHIND_OTHERS, "Others go first"));
                    var position =
                            waitingFor(place.workspace(), place.compute()).indexOf(place) + 1;
                    return new Waiting(verdict.reason(), position, verdict.explanation());
                });
    }

    private PoolSnapshot snapshot(ComputeTarget target) {
        var nodes = nodesOf(target.workspace(), target.name());
        return new PoolSnapshot(
                target.name().value(),
                target.kind(),
                target.paused(),
                free(target).size(),
                Math.max(0, target.kind().maxNodes() - nodes.size()),
                heldOn(target.workspace(), target.name()).stream()
                        .map(run -> new Holder(
                                run.request.run(),
                                new Account("", run.request.user()),
                                run.request.priority(),
                                run.request.tier() == null ? target.kind().tier() : run.request.tier(),
                                run.claim.nodes().size(),
                                Instant.EPOCH,
                                null,
                                run.makingRoom))
                        .toList(),
                waitingFor(target.workspace(), target.name()).stream()
                        .map(place -> new PoolSnapshot.Waiter(
                                place.run(),
                                new Account("", place.user()),
                                place.priority(),
                                place.tier() == null ? target.kind().tier() : place.tier(),
                                place.resources(),
                                place.timeLimit(),
                                place.since()))
                        .toList(),
                quotas(target.workspace(), target.name()),
                Map.of(),
                Instant.EPOCH.plus(Duration.ofHours(1)));
    }

    private List<Integer> free(ComputeTarget target) {
        return nodes(target.workspace(), target.name()).stream()
                .filter(node -> node.state() == NodeState.IDLE)
                .map(Node::number)
                .toList();
    }

    private List<Request> waitingFor(WorkspaceName workspace, ComputeName compute) {
        return queue.stream()
                .filter(place ->
                        place.workspace().equals(workspace) && place.compute().equals(compute))
                .sorted(ORDER)
                .toList();
    }

    private static String key(WorkspaceName workspace, ComputeName name) {
        return workspace + "/" + name;
    }
}
