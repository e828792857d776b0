package org.millwright.cli.yaml;

import org.jspecify.annotations.Nullable;

/**
 * A deployment as its file describes it.
 *
 * @param model {@code name:version} or {@code name@latest}
 */
public record DeploymentDefinition(
        String name,
        String endpoint,
        String model,
        @Nullable Integer maxConcurrentRequests,
        @Nullable Integer requestTimeoutMs) {}
