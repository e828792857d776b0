package org.millwright.compute.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Waiting;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Compute targets, their slots and their queue in memory. */
public final class InMemoryCompute implements ComputeRepository, RunQueue {
    private record Place(
            String run, WorkspaceName workspace, ComputeName compute, int priority, Instant at, int order) {}

    private static final Comparator<Place> ORDER = Comparator.comparingInt(Place::priority)
            .reversed()
            .thenComparing(Place::at)
            .thenComparingInt(Place::order);

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
    private final Map<String, Map<Integer, AttemptId>> busy = new HashMap<>();
    private final List<Place> queue = new ArrayList<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private int order;

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
    public List<SlotUse> slots(WorkspaceName workspace, ComputeName name) {
        var uses = new TreeMap<Integer, SlotUse>();
        find(workspace, name).ifPresent(target -> {
            for (var slot = 1; slot <= target.kind().maxNodes(); slot++) {
                uses.put(slot, new SlotUse(slot, null));
            }
        });
        busy(workspace, name).forEach((slot, attempt) -> uses.put(slot, new SlotUse(slot, attempt.run())));
        return List.copyOf(uses.values());
    }

    @Override
    public int queueLength(WorkspaceName workspace, ComputeName name) {
        return waitingFor(workspace, name).size();
    }

    @Override
    public void save(ComputeTarget target) {
        targets.save(Change.of(target));
    }

    @Override
    public void enqueue(String run, WorkspaceName workspace, ComputeName compute, int priority, Instant now) {
        if (find(workspace, compute).isEmpty()) {
            throw Refused.notFound("compute", compute);
        }
        if (queue.stream().noneMatch(place -> place.run().equals(run))) {
            queue.add(new Place(run, workspace, compute, priority, now, ++order));
        }
    }

    @Override
    public List<Claim> claim(String server, int most, Instant now) {
        var claims = new ArrayList<Claim>();
        for (var target : targets.all()) {
            for (var place : waitingFor(target.workspace(), target.name())) {
                var free = free(target);
                if (claims.size() < most && !target.paused() && !free.isEmpty()) {
                    queue.remove(place);
                    var attempt = new AttemptId(place.run(), tries.merge(place.run(), 1, Integer::sum));
                    busy(target.workspace(), target.name()).put(free.getFirst(), attempt);
                    claims.add(new Claim(attempt, target.workspace(), target.name(), free.getFirst()));
                }
            }
        }
        return claims;
    }

    @Override
    public boolean withdraw(String run) {
        return queue.removeIf(place -> place.run().equals(run));
    }

    @Override
    public void release(AttemptId attempt) {
        busy.values().forEach(slots -> slots.values().removeIf(attempt::equals));
    }

    @Override
    public void heartbeat(List<AttemptId> attempts) {
        // Nobody looks at the heartbeats of a fake.
    }

    @Override
    public Optional<Waiting> waiting(String run) {
        return queue.stream()
                .filter(place -> place.run().equals(run))
                .findFirst()
                .map(place -> {
                    var target = find(place.workspace(), place.compute()).orElseThrow();
                    var position =
                            waitingFor(place.workspace(), place.compute()).indexOf(place) + 1;
                    var free = free(target).size();
                    var reason = target.paused()
                            ? Waiting.Reason.COMPUTE_PAUSED
                            : free == 0
                                    ? Waiting.Reason.NO_FREE_SLOT
                                    : position <= free ? Waiting.Reason.NEXT : Waiting.Reason.BEHIND_OTHERS;
                    return new Waiting(reason, position, "%s on compute '%s'".formatted(reason, place.compute()));
                });
    }

    private List<Integer> free(ComputeTarget target) {
        return slots(target.workspace(), target.name()).stream()
                .filter(slot -> slot.run() == null)
                .map(SlotUse::slot)
                .toList();
    }

    private List<Place> waitingFor(WorkspaceName workspace, ComputeName compute) {
        return queue.stream()
                .filter(place ->
                        place.workspace().equals(workspace) && place.compute().equals(compute))
                .sorted(ORDER)
                .toList();
    }

    private Map<Integer, AttemptId> busy(WorkspaceName workspace, ComputeName name) {
        return busy.computeIfAbsent(key(workspace, name), _ -> new TreeMap<>());
    }

    private static String key(WorkspaceName workspace, ComputeName name) {
        return workspace + "/" + name;
    }
}
