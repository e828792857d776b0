package org.millwright.db.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.registry.ModelRef;

/**
 * A deployment as it is stored, times and durations as ISO 8601 writes them. Its form changes only by a new version
 * number of the {@link Set}.
 */
record DeploymentDocument(
        String name,
        String model,
        int maxConcurrentRequests,
        String requestTimeout,
        boolean takesAllTraffic,
        String state,
        @Nullable String stateAt,
        @Nullable String reason,
        String createdAt) {

    /** All deployments of an endpoint, in their order. @param version of the form; 1 */
    record Set(int version, List<DeploymentDocument> deployments) {
        static Set of(List<Deployment> deployments) {
            return new Set(1, deployments.stream().map(DeploymentDocument::of).toList());
        }

        List<Deployment> toDeployments() {
            return deployments.stream().map(DeploymentDocument::toDeployment).toList();
        }
    }

    private static DeploymentDocument of(Deployment deployment) {
        return switch (deployment.state()) {
            case DeploymentState.Creating() -> of(deployment, null, null);
            case DeploymentState.Succeeded(var at) -> of(deployment, at, null);
            case DeploymentState.Failed(var at, var reason) -> of(deployment, at, reason);
        };
    }

    private static DeploymentDocument of(Deployment deployment, @Nullable Instant stateAt, @Nullable String reason) {
        return new DeploymentDocument(
                deployment.name().value(),
                deployment.model().toString(),
                deployment.maxConcurrentRequests(),
                deployment.requestTimeout().toString(),
                deployment.takesAllTraffic(),
                deployment.state().label(),
                stateAt == null ? null : stateAt.toString(),
                reason,
                deployment.createdAt().toString());
    }

    private Deployment toDeployment() {
        return new Deployment(
                new DeploymentName(name),
                ModelRef.parse(model),
                maxConcurrentRequests,
                Duration.parse(requestTimeout),
                takesAllTraffic,
                toState(),
                Instant.parse(createdAt));
    }

    private DeploymentState toState() {
        if (state.equals("Creating")) {
            return new DeploymentState.Creating();
        }
        if (stateAt != null) {
            var at = Instant.parse(stateAt);
            if (state.equals("Succeeded")) {
                return new DeploymentState.Succeeded(at);
            }
            if (state.equals("Failed")) {
                return new DeploymentState.Failed(at, reason == null ? "" : reason);
            }
        }
        throw new IllegalStateException("Deployment %s is in no known state: %s".formatted(name, state));
    }
}
