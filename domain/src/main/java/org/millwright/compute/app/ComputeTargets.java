package org.millwright.compute.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobIsolation;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.shared.Refused;
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
    public record Load(ComputeTarget target, List<ComputeRepository.SlotUse> slots, int waiting, Isolation isolation) {
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

    /** What the target is made of. @throws Refused with NotFound */
    public ComputeKind kind(WorkspaceName workspace, ComputeName name) {
        return find(workspace, name).kind();
    }

    /** Makes the target, or makes the existing one anew of this kind. */
    public ComputeTarget ensure(WorkspaceName workspace, ComputeName name, ComputeKind kind) {
        var target = targets.find(workspace, name)
                .map(existing -> existing.become(kind))
                .orElseGet(() -> ComputeTarget.create(name, workspace, kind, null, clock.instant()));
        targets.save(target);
        return target;
    }

    public ComputeTarget pause(WorkspaceName workspace, ComputeName name) {
        var target = find(workspace, name).pause();
        targets.save(target);
        return target;
    }

    public ComputeTarget resume(WorkspaceName workspace, ComputeName name) {
        var target = find(workspace, name).resume();
        targets.save(target);
        return target;
    }

    private ComputeTarget find(WorkspaceName workspace, ComputeName name) {
        return targets.find(workspace, name).orElseThrow(() -> Refused.notFound("compute", name));
    }

    private Load load(ComputeTarget target) {
        return new Load(
                target,
                targets.slots(target.workspace(), target.name()),
                targets.queueLength(target.workspace(), target.name()),
                isolation.isolation());
    }
}
