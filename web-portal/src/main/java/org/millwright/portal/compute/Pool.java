package org.millwright.portal.compute;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.Isolation;
import org.millwright.compute.NodeState;
import org.millwright.compute.Tier;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.experiment.RunId;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;

/**
 * A compute target with its load.
 *
 * @param facts what it is made of, in a few words
 * @param isolation what isolates its jobs; empty when they run elsewhere @param weak whether nothing does
 * @param percent of its nodes that are taken
 */
public record Pool(
        String name,
        String link,
        String type,
        String facts,
        String description,
        boolean cluster,
        boolean paused,
        boolean resizing,
        List<Slot> slots,
        long busy,
        int waiting,
        int percent,
        String load,
        String isolation,
        String obstacle,
        boolean weak) {

    /** A node. @param run who holds it; null when it is free */
    public record Slot(
            int number, StateChip state, @Nullable String run, String link, boolean drained) {
        static Slot of(ComputeRepository.Node node) {
            var run = node.run();
            return new Slot(
                    node.number(),
                    chip(node.state()),
                    run,
                    run == null ? "" : Links.run(new RunId(run)),
                    node.state() == NodeState.UNUSABLE || node.state() == NodeState.LEAVING);
        }

        private static StateChip chip(NodeState state) {
            return switch (state) {
                case IDLE -> new StateChip(state.label(), "quiet", "pi-circle");
                case PREPARING -> new StateChip(state.label(), "busy", "pi-box");
                case RUNNING -> new StateChip(state.label(), "busy", "pi-play-circle");
                case LEAVING -> new StateChip(state.label(), "waiting", "pi-sign-out");
                case UNUSABLE -> new StateChip(state.label(), "bad", "pi-ban");
                case PREEMPTED -> new StateChip(state.label(), "waiting", "pi-forward");
            };
        }
    }

    public static Pool of(ComputeTargets.Load load) {
        var target = load.target();
        var kind = target.kind();
        var slots = load.nodes().stream().map(Slot::of).toList();
        var isolation = load.isolation();
        return new Pool(
                target.name().value(),
                "compute-target.xhtml?name=" + Query.encode(target.name().value()),
                type(kind),
                facts(kind),
                Objects.requireNonNullElse(target.description(), ""),
                kind instanceof ComputeKind.Cluster,
                target.paused(),
                load.isResizing(),
                slots,
                load.busy(),
                load.waiting(),
                (int) Math.min(100, 100 * load.busy() / kind.maxNodes()),
                "%d of %s busy".formatted(load.busy(), Wording.count(kind.maxNodes(), "node")),
                isolation == null ? "" : isolation.summary(),
                isolation == null ? "" : Objects.requireNonNullElse(isolation.obstacle(), ""),
                isolation != null
                        && (isolation.kind() == Isolation.Kind.NONE || isolation.kind() == Isolation.Kind.REFUSED));
    }

    private static String type(ComputeKind kind) {
        return switch (kind) {
            case ComputeKind.Cluster _ -> "Cluster";
            case ComputeKind.Kubernetes _ -> "Kubernetes";
            case ComputeKind.Livy _ -> "Spark by Livy";
            case ComputeKind.Databricks _ -> "Databricks";
            case ComputeKind.SparkStandalone _ -> "Spark, standalone";
        };
    }

    private static String facts(ComputeKind kind) {
        return switch (kind) {
            case ComputeKind.Cluster cluster ->
                "%s, %s tier, %s nodes%s"
                        .formatted(
                                cluster.size().name(),
                                cluster.tier() == Tier.DEDICATED ? "dedicated" : "low-priority",
                                cluster.minNodes() == cluster.maxNodes()
                                        ? cluster.maxNodes()
                                        : "%d to %d".formatted(cluster.minNodes(), cluster.maxNodes()),
                                cluster.minNodes() == cluster.maxNodes()
                                        ? ""
                                        : ", idle ones leave after %d s"
                                                .formatted(cluster.idleBeforeScaleDown()
                                                        .toSeconds()));
            case ComputeKind.Kubernetes attached -> attached.address();
            case ComputeKind.Livy attached -> attached.address();
            case ComputeKind.Databricks attached -> attached.address();
            case ComputeKind.SparkStandalone attached -> attached.address();
        };
    }
}
