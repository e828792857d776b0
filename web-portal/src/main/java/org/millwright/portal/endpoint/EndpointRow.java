package org.millwright.portal.endpoint;

import java.time.Instant;
import java.util.List;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;

/** One endpoint in a list, with the state of its worst deployment, so that a bad one is seen at once. */
public record EndpointRow(
        String name,
        String link,
        String description,
        StateChip health,
        String note,
        List<DeploymentView> deployments,
        Instant updatedAt) {

    public static EndpointRow of(OnlineEndpoint endpoint) {
        var deployments = endpoint.deployments().stream()
                .map(deployment -> DeploymentView.of(endpoint, deployment))
                .toList();
        return new EndpointRow(
                endpoint.name().value(),
                Links.endpoint(endpoint.name()),
                endpoint.description(),
                health(endpoint),
                endpoint.deployments().stream()
                        .map(Deployment::state)
                        .filter(DeploymentState.Failed.class::isInstance)
                        .map(state -> ((DeploymentState.Failed) state).reason())
                        .findFirst()
                        .orElse(""),
                deployments,
                endpoint.updatedAt());
    }

    static StateChip health(OnlineEndpoint endpoint) {
        var states = endpoint.deployments().stream().map(Deployment::state).toList();
        if (states.isEmpty()) {
            return new StateChip("Empty", "quiet", "pi-circle");
        }
        if (states.stream().anyMatch(DeploymentState.Failed.class::isInstance)) {
            return endpoint.traffic().isEmpty()
                    ? new StateChip("Failed", "bad", "pi-times-circle")
                    : new StateChip("Degraded", "waiting", "pi-exclamation-triangle");
        }
        if (states.stream().anyMatch(DeploymentState.Creating.class::isInstance)) {
            return new StateChip("Deploying", "busy", "pi-sync");
        }
        return endpoint.traffic().isEmpty()
                ? new StateChip("No traffic", "waiting", "pi-exclamation-triangle")
                : new StateChip("Healthy", "good", "pi-check-circle");
    }
}
