package org.millwright.compute.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobIsolation;
import org.millwright.compute.model.ComputeCluster;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Reads and changes what work runs on. */
@ApplicationScoped
@Transactional
public class ComputeTargets {
    private final ComputeRepository targets;
    private final JobIsolation isolation;
    private final Clock clock;

    @Inject
    public ComputeTargets(ComputeRepository targets, JobIsolation isolation, Clock clock) {
        this.targets = targets;
        this.isolation = isolation;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ComputeTargets() {
        this(null, null, null);
    }

    /** A target with its load, and what isolates the jobs on it. */
    public record Load(
            ComputeCluster cluster, List<ComputeRepository.SlotUse> slots, int waiting, Isolation isolation) {
        public long busy() {
            return slots.stream().filter(slot -> slot.run() != null).count();
        }
    }

    public List<Load> list(WorkspaceName workspace) {
        return targets.of(workspace).stream().map(this::load).toList();
    }

    public Load get(WorkspaceName workspace, ComputeName name) {
        return load(find(workspace, name));
    }

    /** Makes the cluster, or gives the existing one this many slots. */
    public ComputeCluster ensure(WorkspaceName workspace, ComputeName name, int slots) {
        var cluster = targets.find(workspace, name)
                .map(existing -> existing.resize(slots))
                .orElseGet(() -> new ComputeCluster(name, workspace, slots, false, clock.instant(), Revision.UNSAVED));
        targets.save(cluster);
        return cluster;
    }

    public ComputeCluster pause(WorkspaceName workspace, ComputeName name) {
        var cluster = find(workspace, name).pause();
        targets.save(cluster);
        return cluster;
    }

    public ComputeCluster resume(WorkspaceName workspace, ComputeName name) {
        var cluster = find(workspace, name).resume();
        targets.save(cluster);
        return cluster;
    }

    private ComputeCluster find(WorkspaceName workspace, ComputeName name) {
        return targets.find(workspace, name).orElseThrow(() -> Refused.notFound("compute", name));
    }

    private Load load(ComputeCluster cluster) {
        return new Load(
                cluster,
                targets.slots(cluster.workspace(), cluster.name()),
                targets.queueLength(cluster.workspace(), cluster.name()),
                isolation.isolation());
    }
}
