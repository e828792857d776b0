package org.millwright.compute;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * What the pods of a Kubernetes target are made of.
 *
 * @param image what their containers run in; it has a Python, and what jobs expect of their machine
 * @param pullPolicy null for Kubernetes' own choice, which follows from the image's tag
 * @param pullSecrets names of the cluster's secrets that open the image's registry
 * @param serviceAccount whose rights in the cluster a job has; null for none
 * @param nodeSelector labels that a node must have
 * @param tolerations taints that a node may have
 * @param workingBytes how much a pod may write; null for what its node has
 * @param gpuResource what the cluster calls a GPU
 * @param volumes further volumes of the cluster, such as those that hold data
 */
public record PodSettings(
        String image,
        @Nullable PullPolicy pullPolicy,
        List<String> pullSecrets,
        @Nullable String serviceAccount,
        Map<String, String> nodeSelector,
        List<Toleration> tolerations,
        @Nullable Long workingBytes,
        String gpuResource,
        List<Volume> volumes) {
    /** The usual image of Python, for jobs that bring their packages. */
    public static final String USUAL_IMAGE = "docker.io/library/python:3.12-slim";

    public static final String USUAL_GPU_RESOURCE = "nvidia.com/gpu";

    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:/@-]{0,499}");
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern QUALIFIED_NAME =
            Pattern.compile("([a-z0-9][-a-z0-9.]{0,252}/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
    private static final Pattern MOUNT_PATH = Pattern.compile("(/[A-Za-z0-9._-]+)+");
    private static final int MOST_ENTRIES = 50;
    private static final long LEAST_BYTES = 1 << 20;

    /** When a node asks the registry for the image. */
    public enum PullPolicy {
        ALWAYS("Always"),
        IF_NOT_PRESENT("IfNotPresent"),
        NEVER("Never");

        private final String word;

        PullPolicy(String word) {
            this.word = word;
        }

        /** Kubernetes' own word. */
        public String word() {
            return word;
        }

        public static PullPolicy of(String word) {
            for (var policy : values()) {
                if (policy.word.equals(word)) {
                    return policy;
                }
            }
            throw Refused.invalid("pull_policy", "Always, IfNotPresent or Never");
        }
    }

    /**
     * A taint that is put up with.
     *
     * @param key null for every taint
     * @param value null for any value
     * @param effect null for every effect
     */
    public record Toleration(
            @Nullable String key,
            @Nullable String value,
            @Nullable String effect) {
        public Toleration {
            if (key != null) {
                require("tolerations", key, QUALIFIED_NAME, "the key of a taint");
            } else if (value != null) {
                throw Refused.invalid("tolerations", "a value goes with a key");
            }
            if (value != null) {
                require("tolerations", value, LABEL_VALUE, "the value of a taint");
            }
            if (effect != null
                    && !List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect)) {
                throw Refused.invalid("tolerations", "effects are NoSchedule, PreferNoSchedule and NoExecute");
            }
        }
    }

    /** A volume that the cluster has under the name of a claim. @param path where jobs find it */
    public record Volume(String claim, String path, boolean readOnly) {
        public Volume {
            require("volumes", claim, OBJECT_NAME, "the name of a persistent volume claim");
            require("volumes", path, MOUNT_PATH, "an absolute path");
            if (path.contains("/../") || path.endsWith("/..") || path.startsWith("/millwright")) {
                throw Refused.invalid("volumes", "'%s' cannot be where a volume is".formatted(path));
            }
        }
    }

    public PodSettings {
        pullSecrets = pullSecrets == null ? List.of() : List.copyOf(pullSecrets);
        nodeSelector = nodeSelector == null ? Map.of() : Map.copyOf(nodeSelector);
        tolerations = tolerations == null ? List.of() : List.copyOf(tolerations);
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        image = image == null ? USUAL_IMAGE : image;
        gpuResource = gpuResource == null ? USUAL_GPU_RESOURCE : gpuResource;
        require("image", image, IMAGE, "the name of an image");
        require("gpu_resource", gpuResource, QUALIFIED_NAME, "a resource such as nvidia.com/gpu");
        pullSecrets.forEach(name -> require("pull_secrets", name, OBJECT_NAME, "the name of a secret"));
        if (serviceAccount != null) {
            require("service_account", serviceAccount, OBJECT_NAME, "the name of a service account");
        }
        nodeSelector.forEach((key, value) -> {
            require("node_selector", key, QUALIFIED_NAME, "the key of a label");
            require("node_selector", value, LABEL_VALUE, "the value of a label");
        });
        if (pullSecrets.size() + nodeSelector.size() + tolerations.size() + volumes.size() > MOST_ENTRIES) {
            throw Refused.invalid("pods", "at most %d entries in its lists together".formatted(MOST_ENTRIES));
        }
        if (workingBytes != null && workingBytes < LEAST_BYTES) {
            throw Refused.invalid("working_volume", "1 MiB at least");
        }
    }

    /** Of an image, with everything else as usual. */
    public static PodSettings of(String image) {
        return new PodSettings(image, null, List.of(), null, Map.of(), List.of(), null, USUAL_GPU_RESOURCE, List.of());
    }

    public PodSettings withImage(String other) {
        return new PodSettings(
                other,
                pullPolicy,
                pullSecrets,
                serviceAccount,
                nodeSelector,
                tolerations,
                workingBytes,
                gpuResource,
                volumes);
    }

    private static void require(String field, String value, Pattern form, String what) {
        if (!form.matcher(value).matches()) {
            throw Refused.invalid(field, "'%s' is not %s".formatted(value, what));
        }
    }
}
