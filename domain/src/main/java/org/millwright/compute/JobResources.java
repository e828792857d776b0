package org.millwright.compute;

import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * What a job takes.
 *
 * @param instances nodes, all at once
 * @param cpus of each node; null for what a node has
 * @param memoryBytes of each node; null for what a node has
 * @param gpus of each node
 */
public record JobResources(
        int instances, @Nullable Double cpus, @Nullable Long memoryBytes, int gpus) {
    public static final JobResources ONE_NODE = new JobResources(1, null, null, 0);

    public JobResources {
        if (instances < 1 || instances > ComputeKind.MOST_NODES) {
            throw Refused.invalid("resources.instance_count", "1 to %d".formatted(ComputeKind.MOST_NODES));
        }
        if (cpus != null && !(cpus > 0 && cpus <= 1024)) {
            throw Refused.invalid("resources.cpus", "more than 0, at most 1024");
        }
        if (memoryBytes != null && (memoryBytes < 1 << 20 || memoryBytes > 1L << 45)) {
            throw Refused.invalid("resources.memory", "1 MiB to 32 TiB");
        }
        if (gpus < 0 || gpus > 64) {
            throw Refused.invalid("resources.gpus", "0 to 64");
        }
    }

    public static JobResources nodes(int instances) {
        return new JobResources(instances, null, null, 0);
    }
}
