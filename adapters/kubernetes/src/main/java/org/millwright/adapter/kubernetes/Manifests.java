package org.millwright.adapter.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.PodSettings;
import org.millwright.compute.spi.Launch;

/** Writes down what the cluster is to make for one attempt. */
final class Manifests {
    /** Fetches code and inputs and builds the environment. */
    static final String PREPARE = "prepare";
    /** Runs the command. */
    static final String JOB = "job";

    static final String RUN = "millwright.org/run";
    static final String NUMBER = "millwright.org/attempt-number";
    static final String SERVER = "millwright.org/server";

    static final String LAUNCH_FOLDER = "/millwright/launch";
    static final String WORK_FOLDER = "/millwright/work";
    static final String END_FILE = "/dev/termination-log";

    /** Between asking the command to end and killing it, as pod.py does it. */
    static final Duration COMMAND_GRACE = Duration.ofSeconds(10);
    /** What a pod that was asked to end gets beyond that to send home what its command left. */
    static final Duration UPLOAD_GRACE = Duration.ofMinutes(2);
    /**
     * How much longer than its time limit a pod may live: for making ready, and for sending files to a server that is away.
     * The limit itself is kept in the pod; this is for pods in which nobody keeps it any more.
     */
    private static final Duration BEYOND_TIME_LIMIT = Duration.ofHours(6);
    /** How long the cluster keeps what we never took away, because we were gone. */
    private static final Duration KEPT = Duration.ofDays(7);

    /** No image has such a user, so it owns nothing there. */
    private static final long USER = 10_001;

    private final Launch launch;
    private final ComputeKind.Kubernetes target;
    private final ObjectNames names;

    Manifests(Launch launch, ComputeKind.Kubernetes target) {
        this.launch = launch;
        this.target = target;
        this.names = ObjectNames.of(launch.placement());
    }

    /** Suspended: it begins when all that it needs is there. @param server who makes it, to tell it from another's */
    Job job(String server) {
        var nodes = launch.placement().nodes();
        return new JobBuilder()
                .withNewMetadata()
                .withName(names.name())
                .withLabels(names.labels())
                .withAnnotations(Map.of(
                        RUN, launch.attempt().run(),
                        NUMBER, Integer.toString(launch.attempt().number()),
                        SERVER, server))
                .endMetadata()
                .withNewSpec()
                .withSuspend(true)
                .withParallelism(nodes)
                .withCompletions(nodes)
                .withCompletionMode("Indexed")
                // An attempt is one try; another one is ours to give.
                .withBackoffLimit(0)
                .withPodReplacementPolicy("Failed")
                .withNewPodFailurePolicy()
                .addNewRule()
                .withAction("FailJob")
                .addNewOnPodCondition("True", "DisruptionTarget")
                .endRule()
                .endPodFailurePolicy()
                .withTtlSecondsAfterFinished((int) KEPT.toSeconds())
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(names.labels())
                // Moving a pod is killing it.
                .withAnnotations(Map.of("cluster-autoscaler.kubernetes.io/safe-to-evict", "false"))
                .endMetadata()
                .withSpec(pod())
                .endTemplate()
                .endSpec()
                .build();
    }

    Secret secret(Map<String, byte[]> files, Job owner) {
        var data = new TreeMap<String, String>();
        files.forEach((name, content) -> data.put(name, Base64.getEncoder().encodeToString(content)));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(names.name())
                .withLabels(names.labels())
                .withOwnerReferences(ownedBy(owner))
                .endMetadata()
                .withType("Opaque")
                .withData(data)
                .build();
    }

    /** Gives each pod a name that the others can look up, before they are ready too: they wait for each other. */
    Service service(Job owner) {
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(names.name())
                .withLabels(names.labels())
                .withOwnerReferences(ownedBy(owner))
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(true)
                .withSelector(Map.of(ObjectNames.ATTEMPT, names.attempt()))
                .endSpec()
                .build();
    }

    private static OwnerReference ownedBy(Job job) {
        return new OwnerReferenceBuilder()
                .withApiVersion("batch/v1")
                .withKind("Job")
                .withName(job.getMetadata().getName())
                .withUid(job.getMetadata().getUid())
                .withController(true)
                .build();
    }

    private PodSpec pod() {
        var pods = target.pods();
        var limit = launch.timeLimit();
        var spec = new PodSpecBuilder()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(
                        COMMAND_GRACE.plus(UPLOAD_GRACE).toSeconds())
                .withActiveDeadlineSeconds(
                        limit == null
                                ? null
                                : Long.valueOf(limit.plus(BEYOND_TIME_LIMIT).toSeconds()))
                .withServiceAccountName(pods.serviceAccount())
                // A job speaks to the cluster only where whoever attached it gave it an account.
                .withAutomountServiceAccountToken(pods.serviceAccount() != null)
                .withEnableServiceLinks(false)
                .withNodeSelector(pods.nodeSelector().isEmpty() ? null : new TreeMap<>(pods.nodeSelector()))
                .withTolerations(
                        pods.tolerations().stream().map(Manifests::toleration).toList())
                .withImagePullSecrets(pods.pullSecrets().stream()
                        .map(LocalObjectReference::new)
                        .toList())
                .withNewSecurityContext()
                .withRunAsNonRoot(true)
                .withRunAsUser(USER)
                .withRunAsGroup(USER)
                .withFsGroup(USER)
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .withInitContainers(container(PREPARE))
                .withContainers(container(JOB))
                .withVolumes(volumes())
                .build();
        if (launch.placement().nodes() > 1) {
            spec.setSubdomain(names.name());
        }
        return spec;
    }

    private Container container(String name) {
        var pods = target.pods();
        var policy = pods.pullPolicy();
        return new ContainerBuilder()
                .withName(name)
                .withImage(pods.image())
                .withImagePullPolicy(policy == null ? null : policy.word())
                .withCommand("python3", LAUNCH_FOLDER + "/pod.py", name.equals(PREPARE) ? "prepare" : "run")
                .withEnv(
                        variable("MILLWRIGHT_LAUNCH", LAUNCH_FOLDER),
                        variable("MILLWRIGHT_WORK", WORK_FOLDER),
                        variable("MILLWRIGHT_END", END_FILE))
                .withTerminationMessagePath(END_FILE)
                .withResources(resources())
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withPrivileged(false)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .endSecurityContext()
                .withVolumeMounts(mounts())
                .build();
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    /** What is asked for is given, and no more than that. */
    private ResourceRequirements resources() {
        var amounts = new TreeMap<String, Quantity>();
        var resources = launch.resources();
        if (resources.cpus() instanceof Double cpus) {
            amounts.put("cpu", new Quantity(Math.round(cpus * 1000) + "m"));
        }
        if (resources.memoryBytes() instanceof Long bytes) {
            amounts.put("memory", new Quantity(Long.toString(bytes)));
        }
        if (resources.gpus() > 0) {
            amounts.put(target.pods().gpuResource(), new Quantity(Integer.toString(resources.gpus())));
        }
        return new ResourceRequirementsBuilder()
                .withRequests(amounts)
                .withLimits(amounts)
                .build();
    }

    private List<Volume> volumes() {
        var volumes = new ArrayList<Volume>();
        volumes.add(new VolumeBuilder()
                .withName("launch")
                .withNewSecret()
                .withSecretName(names.name())
                .withDefaultMode(0440)
                .endSecret()
                .build());
        var most = target.pods().workingBytes();
        volumes.add(new VolumeBuilder()
                .withName("work")
                .withNewEmptyDir()
                .withSizeLimit(most == null ? null : new Quantity(Long.toString(most)))
                .endEmptyDir()
                .build());
        var number = 0;
        for (var volume : target.pods().volumes()) {
            volumes.add(new VolumeBuilder()
                    .withName("volume-" + number++)
                    .withNewPersistentVolumeClaim(volume.claim(), volume.readOnly())
                    .build());
        }
        return volumes;
    }

    private List<VolumeMount> mounts() {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(mount("launch", LAUNCH_FOLDER, true));
        mounts.add(mount("work", WORK_FOLDER, false));
        var number = 0;
        for (var volume : target.pods().volumes()) {
            mounts.add(mount("volume-" + number++, volume.path(), volume.readOnly()));
        }
        return mounts;
    }

    private static VolumeMount mount(String name, String path, boolean readOnly) {
        return new VolumeMountBuilder()
                .withName(name)
                .withMountPath(path)
                .withReadOnly(readOnly ? true : null)
                .build();
    }

    private static Toleration toleration(PodSettings.Toleration wanted) {
        return new TolerationBuilder()
                .withKey(wanted.key())
                .withOperator(wanted.value() == null ? "Exists" : "Equal")
                .withValue(wanted.value())
                .withEffect(wanted.effect())
                .build();
    }
}
