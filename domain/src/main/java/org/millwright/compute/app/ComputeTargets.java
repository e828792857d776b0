package org.millwright.compute.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Isolation;
import org.millwright.compute.JobIsolation;
import org.millwright.compute.VmSize;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeRepository.Node;
import org.millwright.compute.model.ComputeRepository.Scaling;
import org.millwright.compute.model.ComputeRepository.Waiter;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.model.Quota;
import org.millwright.secret.RunSecrets;
import org.millwright.secret.SecretName;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Reads and changes what work runs on. */
@ApplicationScoped
@Transactional
public class ComputeTargets {
    private final ComputeRepository targets;
    private final RunSecrets secrets;
    private final JobIsolation isolation;
    private final Clock clock;

    @Inject
    public ComputeTargets(ComputeRepository targets, RunSecrets secrets, JobIsolation isolation, Clock clock) {
        this.targets = targets;
        this.secrets = secrets;
        this.isolation = isolation;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ComputeTargets() {
        this(null, null, null, null);
    }

    /** A target with its load. @param isolation what isolates its jobs from the server; null when they run elsewhere */
    public record Load(
            ComputeTarget target,
            List<Node> nodes,
            int waiting,
            @Nullable Isolation isolation) {
        public long busy() {
            return nodes.stream().filter(node -> node.run() != null).count();
        }

        /** Whether it is on the way to another number of nodes: some leave it when their runs have ended. */
        public boolean isResizing() {
            return nodes.size() > target.kind().maxNodes();
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

    /** A node as the server's own cluster has them. */
    public VmSize shareOfMachine() {
        return targets.find(WorkspaceName.MAIN, ComputeName.LOCAL)
                .map(ComputeTarget::kind)
                .map(kind -> kind instanceof ComputeKind.Cluster cluster ? cluster.size() : null)
                .orElseThrow(() -> Refused.invalid("size", "is needed"));
    }

    /** @throws Refused with AlreadyExists, or with Invalid when the workspace has not the secret that is to open it */
    public ComputeTarget create(
            WorkspaceName workspace, ComputeName name, ComputeKind kind, @Nullable String description) {
        if (targets.find(workspace, name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("compute", name.value()));
        }
        requireCredential(workspace, kind);
        var target = ComputeTarget.create(name, workspace, kind, description, clock.instant());
        targets.save(target);
        return find(workspace, name);
    }

    /** Makes the target, or makes the existing one anew of this kind. */
    public ComputeTarget ensure(WorkspaceName workspace, ComputeName name, ComputeKind kind) {
        var existing = targets.find(workspace, name);
        if (existing.isPresent() && existing.get().kind().equals(kind)) {
            return existing.get();
        }
        var target = existing.map(was -> was.become(kind))
                .orElseGet(() -> ComputeTarget.create(name, workspace, kind, null, clock.instant()));
        targets.save(target);
        return target;
    }

    /** Changes what it is made of; it stays of its kind. */
    public ComputeTarget change(WorkspaceName workspace, ComputeName name, UnaryOperator<ComputeTarget> change) {
        var target = find(workspace, name);
        var changed = change.apply(target);
        if (!changed.kind().getClass().equals(target.kind().getClass())) {
            throw Refused.invalid("type", "a compute target stays what it is; make another one");
        }
        requireCredential(workspace, changed.kind());
        targets.save(changed);
        return changed;
    }

    public ComputeTarget pause(WorkspaceName workspace, ComputeName name) {
        return change(workspace, name, ComputeTarget::pause);
    }

    public ComputeTarget resume(WorkspaceName workspace, ComputeName name) {
        return change(workspace, name, ComputeTarget::resume);
    }

    /** @throws Refused with WrongState while runs use it or wait for it, saying how many */
    public void delete(WorkspaceName workspace, ComputeName name) {
        targets.delete(find(workspace, name));
    }

    /** Lets a node take no more runs once it has ended what it has, or take runs again. */
    public void drain(WorkspaceName workspace, ComputeName name, int node, boolean drained) {
        if (!targets.drain(workspace, find(workspace, name).name(), node, drained)) {
            throw Refused.notFound("node", node);
        }
    }

    public List<Waiter> queue(WorkspaceName workspace, ComputeName name, int most) {
        return targets.queue(workspace, find(workspace, name).name(), most);
    }

    public List<Scaling> scalings(WorkspaceName workspace, ComputeName name, int most) {
        return targets.scalings(workspace, find(workspace, name).name(), most);
    }

    public List<Quota> quotas(WorkspaceName workspace, ComputeName name) {
        return targets.quotas(workspace, find(workspace, name).name());
    }

    public void setQuota(WorkspaceName workspace, ComputeName name, Quota quota) {
        targets.setQuota(workspace, find(workspace, name).name(), quota);
    }

    public void removeQuota(WorkspaceName workspace, ComputeName name, Quota.Holder holder, String subject) {
        if (!targets.removeQuota(workspace, find(workspace, name).name(), holder, subject)) {
            throw Refused.notFound("quota of " + holder.label(), subject);
        }
    }

    private void requireCredential(WorkspaceName workspace, ComputeKind kind) {
        var name = credential(kind);
        if (name != null) {
            secrets.requireKnown(workspace, List.of(name));
        }
    }

    /** The secret of the workspace that opens such a target; null when it needs none. */
    public static @Nullable SecretName credential(ComputeKind kind) {
        return switch (kind) {
            case ComputeKind.Cluster _ -> null;
            case ComputeKind.Kubernetes attached -> attached.credential();
            case ComputeKind.Livy attached -> attached.credential();
            case ComputeKind.Databricks attached -> attached.credential();
            case ComputeKind.SparkStandalone attached -> attached.credential();
        };
    }

    private ComputeTarget find(WorkspaceName workspace, ComputeName name) {
        return targets.find(workspace, name).orElseThrow(() -> Refused.notFound("compute", name));
    }

    private Load load(ComputeTarget target) {
        return new Load(
                target,
                targets.nodes(target.workspace(), target.name()),
                targets.queueLength(target.workspace(), target.name()),
                target.kind() instanceof ComputeKind.Cluster ? isolation.isolation() : null);
    }
}
