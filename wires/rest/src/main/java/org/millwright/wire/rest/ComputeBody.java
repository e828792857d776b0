package org.millwright.wire.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.Isolation;
import org.millwright.compute.NodeState;
import org.millwright.compute.PodSettings;
import org.millwright.compute.Tier;
import org.millwright.compute.VmSize;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.model.Quota;
import org.millwright.secret.SecretName;
import org.millwright.shared.Refused;

/** The shapes of compute targets in our API, in the words of Azure ML's command line where it has any. */
final class ComputeBody {
    private static final String LIST_OF_TYPES = "cluster, kubernetes, livy, databricks or spark_standalone";

    private ComputeBody() {}

    /**
     * A compute target as it is made or changed; what is left out keeps its value, or gets the usual one.
     *
     * @param type of a new target only
     * @param size of a cluster's nodes; left out, or Machine_Share, for a part of the machine as the cluster local has them
     * @param tier dedicated or low_priority
     * @param idleTimeBeforeScaleDown in seconds
     * @param address of attached compute
     * @param credential the name of the workspace's secret that opens attached compute
     * @param namespace of a Kubernetes cluster
     * @param certificateAuthority in PEM, by which a Kubernetes cluster is known
     * @param serverAddress where pods of a Kubernetes cluster reach this server; left out: its public address
     * @param image that the pods of a Kubernetes cluster run in
     * @param pods what else the pods of a Kubernetes cluster are made of
     */
    @Schema(name = "ComputeSettings", examples = """
            {"type": "cluster", "size": "Standard_DS3_v2", "tier": "low_priority", "min_instances": 0, "max_instances": 4,
            "idle_time_before_scale_down": 120, "description": "For nightly training"}""")
    record Settings(
            @Nullable String type,
            @Nullable String description,
            @Nullable String size,
            @Nullable String tier,
            @Nullable Integer minInstances,
            @Nullable Integer maxInstances,
            @Nullable Long idleTimeBeforeScaleDown,
            @Nullable String address,
            @Nullable String credential,
            @Nullable String namespace,
            @Nullable String certificateAuthority,
            @Nullable String serverAddress,
            @Nullable String image,
            @Nullable SparkSettings spark,
            @Nullable PodsBody pods) {
        private static final String USUAL_NAMESPACE = "default";
        private static final int USUAL_IDLE_SECONDS = 120;
        private static final int USUAL_NODES = 4;

        /** What a new target is made of. */
        ComputeKind toKind(ComputeTargets targets) {
            var most = maxInstances == null ? USUAL_NODES : maxInstances;
            return switch (Bodies.needed("type", type).toLowerCase(Locale.ROOT)) {
                case "cluster", "amlcompute" -> {
                    refuseAttachment();
                    yield new ComputeKind.Cluster(
                            toSize(targets),
                            toTier(Tier.DEDICATED),
                            minInstances == null ? 0 : minInstances,
                            most,
                            idle(Duration.ofSeconds(USUAL_IDLE_SECONDS)));
                }
                case "kubernetes" ->
                    new ComputeKind.Kubernetes(
                            neededAddress(),
                            secret(null),
                            most,
                            namespace == null ? USUAL_NAMESPACE : namespace,
                            certificateAuthority,
                            serverAddress,
                            pods(PodSettings.of(PodSettings.USUAL_IMAGE)));
                case "livy", "hdinsight", "synapsespark" ->
                    ofSpark().livy(new ComputeKind.Livy(neededAddress(), secret(null), most));
                case "databricks" ->
                    ofSpark().databricks(new ComputeKind.Databricks(neededAddress(), secret(null), most));
                case "spark_standalone" ->
                    ofSpark().standalone(new ComputeKind.SparkStandalone(neededAddress(), secret(null), most));
                default -> throw Refused.invalid("type", "'%s' is none of %s".formatted(type, LIST_OF_TYPES));
            };
        }

        /** The target as it is to be. */
        ComputeTarget change(ComputeTarget target, ComputeTargets targets) {
            if (type != null && !type.equalsIgnoreCase(typeOf(target.kind()))) {
                throw Refused.invalid("type", "a compute target stays what it is; make another one");
            }
            var changed = description == null ? target : target.describe(description);
            return changed.become(change(target.kind(), targets));
        }

        private ComputeKind change(ComputeKind kind, ComputeTargets targets) {
            var most = maxInstances == null ? kind.maxNodes() : maxInstances;
            return switch (kind) {
                case ComputeKind.Cluster was -> {
                    refuseAttachment();
                    yield new ComputeKind.Cluster(
                            size == null ? was.size() : toSize(targets),
                            toTier(was.tier()),
                            minInstances == null ? Math.min(was.minNodes(), most) : minInstances,
                            most,
                            idle(was.idleBeforeScaleDown()));
                }
                case ComputeKind.Kubernetes was ->
                    new ComputeKind.Kubernetes(
                            addressOr(was.address()),
                            secret(was.credential()),
                            most,
                            namespace == null ? was.namespace() : namespace,
                            certificateAuthority == null ? was.certificateAuthority() : certificateAuthority,
                            serverAddress == null ? was.serverAddress() : serverAddress,
                            pods(was.pods()));
                case ComputeKind.Livy was ->
                    ofSpark()
                            .livy(new ComputeKind.Livy(
                                    addressOr(was.address()), secret(was.credential()), most, was.launcher()));
                case ComputeKind.Databricks was ->
                    ofSpark()
                            .databricks(new ComputeKind.Databricks(
                                    addressOr(was.address()),
                                    secret(was.credential()),
                                    most,
                                    was.cluster(),
                                    was.sparkVersion(),
                                    was.nodeType(),
                                    was.folder()));
                case ComputeKind.SparkStandalone was ->
                    ofSpark()
                            .standalone(new ComputeKind.SparkStandalone(
                                    addressOr(was.address()),
                                    secret(was.credential()),
                                    most,
                                    was.master(),
                                    was.python(),
                                    was.launcher()));
            };
        }

        private SparkSettings ofSpark() {
            refuseKubernetes("only Kubernetes has it");
            return spark == null ? SparkSettings.NONE : spark;
        }

        private PodSettings pods(PodSettings were) {
            refuse("spark", spark, "Kubernetes has none");
            var changed = pods == null ? were : pods.change(were);
            return image == null ? changed : changed.withImage(image);
        }

        private VmSize toSize(ComputeTargets targets) {
            return size == null || size.equalsIgnoreCase(VmSize.SHARE) ? targets.shareOfMachine() : VmSize.named(size);
        }

        private Tier toTier(Tier otherwise) {
            return switch (tier == null ? "" : tier.toLowerCase(Locale.ROOT).replace("_", "")) {
                case "" -> otherwise;
                case "dedicated" -> Tier.DEDICATED;
                case "lowpriority" -> Tier.LOW_PRIORITY;
                default -> throw Refused.invalid("tier", "dedicated or low_priority");
            };
        }

        private Duration idle(Duration otherwise) {
            if (idleTimeBeforeScaleDown == null) {
                return otherwise;
            }
            if (idleTimeBeforeScaleDown < 0
                    || idleTimeBeforeScaleDown > Duration.ofDays(365).toSeconds()) {
                throw Refused.invalid("idle_time_before_scale_down", "0 seconds to 365 days");
            }
            return Duration.ofSeconds(idleTimeBeforeScaleDown);
        }

        /** What would have no effect is refused, so that a request never means less than it says. */
        private void refuseAttachment() {
            refuse("address", address, "a cluster has none");
            refuse("credential", credential, "a cluster has none");
            refuseKubernetes("a cluster has none");
            refuse("spark", spark, "a cluster has none");
        }

        private void refuseKubernetes(String why) {
            refuse("namespace", namespace, why);
            refuse("certificate_authority", certificateAuthority, why);
            refuse("server_address", serverAddress, why);
            refuse("image", image, why);
            refuse("pods", pods, why);
        }

        private static void refuse(String field, @Nullable Object value, String why) {
            if (value != null) {
                throw Refused.invalid(field, why);
            }
        }

        private String neededAddress() {
            return Bodies.needed("address", address);
        }

        private String addressOr(String otherwise) {
            return address == null ? otherwise : address;
        }

        private @Nullable SecretName secret(@Nullable SecretName otherwise) {
            return credential == null ? otherwise : credential.isBlank() ? null : new SecretName(credential);
        }
    }

    /**
     * What only Spark's targets have (docs/compute.md); what is left out keeps its value.
     *
     * @param master of a standalone cluster, as its workers know it
     * @param python of a standalone cluster's workers
     * @param launcher where the launcher lies, when the cluster does not fetch it from this server
     * @param cluster of Databricks, one that is there
     * @param sparkVersion of clusters of their own on Databricks
     * @param nodeType of clusters of their own on Databricks
     * @param folder of the Databricks workspace where the launcher is laid
     */
    @Schema(name = "SparkComputeSettings")
    record SparkSettings(
            @Nullable String master,
            @Nullable String python,
            @Nullable String launcher,
            @Nullable String cluster,
            @Nullable String sparkVersion,
            @Nullable String nodeType,
            @Nullable String folder) {
        private static final SparkSettings NONE = new SparkSettings(null, null, null, null, null, null, null);

        private ComputeKind livy(ComputeKind.Livy was) {
            return new ComputeKind.Livy(was.address(), was.credential(), was.maxNodes(), or(launcher, was.launcher()));
        }

        private ComputeKind databricks(ComputeKind.Databricks was) {
            return new ComputeKind.Databricks(
                    was.address(),
                    was.credential(),
                    was.maxNodes(),
                    or(cluster, was.cluster()),
                    or(sparkVersion, was.sparkVersion()),
                    or(nodeType, was.nodeType()),
                    or(folder, was.folder()));
        }

        private ComputeKind standalone(ComputeKind.SparkStandalone was) {
            return new ComputeKind.SparkStandalone(
                    was.address(),
                    was.credential(),
                    was.maxNodes(),
                    master == null ? was.master() : master,
                    or(python, was.python()),
                    or(launcher, was.launcher()));
        }

        private static @Nullable String or(@Nullable String given, @Nullable String was) {
            return given == null ? was : given;
        }

        static @Nullable SparkSettings of(ComputeKind kind) {
            return switch (kind) {
                case ComputeKind.Cluster _, ComputeKind.Kubernetes _ -> null;
                case ComputeKind.Livy livy -> new SparkSettings(null, null, livy.launcher(), null, null, null, null);
                case ComputeKind.Databricks databricks ->
                    new SparkSettings(
                            null,
                            null,
                            null,
                            databricks.cluster(),
                            databricks.sparkVersion(),
                            databricks.nodeType(),
                            databricks.folder());
                case ComputeKind.SparkStandalone standalone ->
                    new SparkSettings(
                            standalone.master(), standalone.python(), standalone.launcher(), null, null, null, null);
            };
        }
    }

    /**
     * What pods are made of, beside their image; what is left out keeps its value, or gets the usual one.
     *
     * @param pullPolicy Always, IfNotPresent or Never; left out: Kubernetes' own choice
     * @param pullSecrets of the cluster, which open the image's registry
     * @param serviceAccount whose rights in the cluster jobs have; left out: none
     * @param nodeSelector labels that nodes must have
     * @param tolerations taints that nodes may have
     * @param workingBytes how much a pod may write
     * @param gpuResource what the cluster calls a GPU
     * @param volumes of the cluster, by their claims
     */
    @Schema(name = "PodSettings")
    record PodsBody(
            @Nullable String pullPolicy,
            @Nullable List<String> pullSecrets,
            @Nullable String serviceAccount,
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<TolerationBody> tolerations,
            @Nullable Long workingBytes,
            @Nullable String gpuResource,
            @Nullable List<VolumeBody> volumes) {
        PodSettings change(PodSettings were) {
            return new PodSettings(
                    were.image(),
                    pullPolicy == null ? were.pullPolicy() : PodSettings.PullPolicy.of(pullPolicy),
                    pullSecrets == null ? were.pullSecrets() : pullSecrets,
                    serviceAccount == null ? were.serviceAccount() : serviceAccount.isEmpty() ? null : serviceAccount,
                    nodeSelector == null ? were.nodeSelector() : nodeSelector,
                    tolerations == null
                            ? were.tolerations()
                            : tolerations.stream()
                                    .map(TolerationBody::toToleration)
                                    .toList(),
                    workingBytes == null ? were.workingBytes() : workingBytes,
                    gpuResource == null ? were.gpuResource() : gpuResource,
                    volumes == null
                            ? were.volumes()
                            : volumes.stream().map(VolumeBody::toVolume).toList());
        }

        static PodsBody of(PodSettings pods) {
            var policy = pods.pullPolicy();
            return new PodsBody(
                    policy == null ? null : policy.word(),
                    pods.pullSecrets(),
                    pods.serviceAccount(),
                    pods.nodeSelector(),
                    pods.tolerations().stream()
                            .map(each -> new TolerationBody(each.key(), each.value(), each.effect()))
                            .toList(),
                    pods.workingBytes(),
                    pods.gpuResource(),
                    pods.volumes().stream()
                            .map(each -> new VolumeBody(each.claim(), each.path(), each.readOnly()))
                            .toList());
        }
    }

    /** @param key of the taint; left out: every taint @param value left out: any @param effect left out: every effect */
    @Schema(name = "Toleration")
    record TolerationBody(
            @Nullable String key,
            @Nullable String value,
            @Nullable String effect) {
        PodSettings.Toleration toToleration() {
            return new PodSettings.Toleration(key, value, effect);
        }
    }

    /** @param claim the name of a persistent volume claim @param path where jobs find it */
    @Schema(
            name = "PodVolume",
            requiredProperties = {"claim", "path"})
    record VolumeBody(@Nullable String claim, @Nullable String path, boolean readOnly) {
        PodSettings.Volume toVolume() {
            return new PodSettings.Volume(
                    Bodies.needed("volumes.claim", claim), Bodies.needed("volumes.path", path), readOnly);
        }
    }

    /** What stands in the way of using a target, each in a sentence. @param usable whether nothing does */
    @Schema(name = "ComputeCheck")
    record CheckBody(boolean usable, List<String> obstacles) {
        static CheckBody of(List<String> obstacles) {
            return new CheckBody(obstacles.isEmpty(), obstacles);
        }
    }

    /** As it is created: {@link Settings} with a name. */
    @Schema(
            name = "NewCompute",
            requiredProperties = {"name", "type"},
            examples = """
            {"name": "night", "type": "cluster", "size": "Standard_DS3_v2", "tier": "low_priority", "min_instances": 0,
            "max_instances": 4, "idle_time_before_scale_down": 120}""")
    record Creation(
            @Nullable String name,
            @Nullable String type,
            @Nullable String description,
            @Nullable String size,
            @Nullable String tier,
            @Nullable Integer minInstances,
            @Nullable Integer maxInstances,
            @Nullable Long idleTimeBeforeScaleDown,
            @Nullable String address,
            @Nullable String credential,
            @Nullable String namespace,
            @Nullable String certificateAuthority,
            @Nullable String serverAddress,
            @Nullable String image,
            @Nullable SparkSettings spark,
            @Nullable PodsBody pods) {
        Settings settings() {
            return new Settings(
                    type,
                    description,
                    size,
                    tier,
                    minInstances,
                    maxInstances,
                    idleTimeBeforeScaleDown,
                    address,
                    credential,
                    namespace,
                    certificateAuthority,
                    serverAddress,
                    image,
                    spark,
                    pods);
        }
    }

    /** @param state Idle, Preparing, Running, Leaving, Unusable or Preempted */
    @Schema(name = "ComputeNode")
    record NodeBody(int node, String state, @Nullable String run) {}

    /** @param kind sandbox, user, none or refused @param obstacle why it is not more; null when there is no more */
    @Schema(name = "JobIsolation")
    record IsolationBody(
            String kind,
            boolean ownUser,
            boolean barred,
            String limits,
            String summary,
            @Nullable String obstacle) {
        static @Nullable IsolationBody of(@Nullable Isolation isolation) {
            return isolation == null
                    ? null
                    : new IsolationBody(
                            isolation.kind().name().toLowerCase(Locale.ROOT),
                            isolation.ownUser(),
                            isolation.barred(),
                            isolation.limits(),
                            isolation.summary(),
                            isolation.obstacle());
        }
    }

    @Schema(name = "ComputeSize")
    record SizeBody(String name, double cpus, long memoryBytes, int gpus) {
        static SizeBody of(VmSize size) {
            return new SizeBody(size.name(), size.cpus(), size.memoryBytes(), size.gpus());
        }
    }

    /** How many nodes are in which state, in Azure's words. */
    @Schema(name = "NodeStateCounts")
    record Counts(
            long idleNodeCount,
            long preparingNodeCount,
            long runningNodeCount,
            long leavingNodeCount,
            long unusableNodeCount,
            long preemptedNodeCount) {
        static Counts of(List<ComputeRepository.Node> nodes) {
            return new Counts(
                    count(nodes, NodeState.IDLE),
                    count(nodes, NodeState.PREPARING),
                    count(nodes, NodeState.RUNNING),
                    count(nodes, NodeState.LEAVING),
                    count(nodes, NodeState.UNUSABLE),
                    count(nodes, NodeState.PREEMPTED));
        }

        private static long count(List<ComputeRepository.Node> nodes, NodeState state) {
            return nodes.stream().filter(node -> node.state() == state).count();
        }
    }

    /**
     * @param allocationState Steady, or Resizing while nodes that are too many end what they have
     * @param busy nodes that have a run
     * @param waiting runs in its queue
     */
    @Schema(name = "Compute")
    record Answer(
            String name,
            String type,
            @Nullable String description,
            String provisioningState,
            String allocationState,
            boolean paused,
            @Nullable SizeBody size,
            String tier,
            int minInstances,
            int maxInstances,
            long idleTimeBeforeScaleDown,
            @Nullable String address,
            @Nullable String credential,
            @Nullable String namespace,
            @Nullable String serverAddress,
            @Nullable String image,
            @Nullable SparkSettings spark,
            @Nullable PodsBody pods,
            int currentNodeCount,
            Counts nodeStateCounts,
            long busy,
            int waiting,
            @Nullable IsolationBody isolation,
            List<NodeBody> nodes,
            Instant createdAt) {
        static Answer of(ComputeTargets.Load load) {
            var target = load.target();
            var kind = target.kind();
            var nodes = new ArrayList<NodeBody>();
            load.nodes()
                    .forEach(node ->
                            nodes.add(new NodeBody(node.number(), node.state().label(), node.run())));
            var credential = ComputeTargets.credential(kind);
            var cluster = kind instanceof ComputeKind.Kubernetes kubernetes ? kubernetes : null;
            return new Answer(
                    target.name().value(),
                    typeOf(kind),
                    target.description(),
                    "Succeeded",
                    load.isResizing() ? "Resizing" : "Steady",
                    target.paused(),
                    kind instanceof ComputeKind.Cluster own ? SizeBody.of(own.size()) : null,
                    kind.tier().name().toLowerCase(Locale.ROOT),
                    kind.minNodes(),
                    kind.maxNodes(),
                    kind.idleBeforeScaleDown().toSeconds(),
                    addressOf(kind),
                    credential == null ? null : credential.value(),
                    cluster == null ? null : cluster.namespace(),
                    cluster == null ? null : cluster.serverAddress(),
                    cluster == null ? null : cluster.pods().image(),
                    SparkSettings.of(kind),
                    cluster == null ? null : PodsBody.of(cluster.pods()),
                    load.nodes().size(),
                    Counts.of(load.nodes()),
                    load.busy(),
                    load.waiting(),
                    IsolationBody.of(load.isolation()),
                    nodes,
                    target.createdAt());
        }
    }

    private static @Nullable String addressOf(ComputeKind kind) {
        return switch (kind) {
            case ComputeKind.Cluster _ -> null;
            case ComputeKind.Kubernetes attached -> attached.address();
            case ComputeKind.Livy attached -> attached.address();
            case ComputeKind.Databricks attached -> attached.address();
            case ComputeKind.SparkStandalone attached -> attached.address();
        };
    }

    static String typeOf(ComputeKind kind) {
        return switch (kind) {
            case ComputeKind.Cluster _ -> "cluster";
            case ComputeKind.Kubernetes _ -> "kubernetes";
            case ComputeKind.Livy _ -> "livy";
            case ComputeKind.Databricks _ -> "databricks";
            case ComputeKind.SparkStandalone _ -> "spark_standalone";
        };
    }

    @Schema(name = "QueuedRun")
    record QueuedBody(String run, String team, String user, int priority, int nodes, Instant since) {
        static QueuedBody of(ComputeRepository.Waiter waiter) {
            return new QueuedBody(
                    waiter.run(), waiter.team(), waiter.user(), waiter.priority(), waiter.nodes(), waiter.since());
        }
    }

    @Schema(name = "ScalingDecision")
    record ScalingBody(Instant at, int before, int after, String why) {
        static ScalingBody of(ComputeRepository.Scaling scaling) {
            return new ScalingBody(scaling.at(), scaling.before(), scaling.after(), scaling.why());
        }
    }

    /** @param borrowLimit null for any number */
    @Schema(name = "QuotaSettings", requiredProperties = "nominal", examples = "{\"nominal\": 4, \"borrow_limit\": 2}")
    record QuotaSettings(
            @Nullable Integer nominal, @Nullable Integer borrowLimit) {
        Quota toQuota(String holder, String subject) {
            return new Quota(holderOf(holder), subject, Bodies.needed("nominal", nominal), borrowLimit);
        }
    }

    @Schema(name = "Quota")
    record QuotaBody(
            String holder,
            String subject,
            int nominal,
            @Nullable Integer borrowLimit) {
        static QuotaBody of(Quota quota) {
            return new QuotaBody(quota.holder().label(), quota.subject(), quota.nominal(), quota.borrow());
        }
    }

    static Quota.Holder holderOf(String text) {
        for (var holder : Quota.Holder.values()) {
            if (holder.label().equals(text)) {
                return holder;
            }
        }
        throw Refused.notFound("quota of", text);
    }
}
