package org.millwright.portal.endpoint;

import java.time.Instant;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;

/**
 * A deployment with its share of the traffic.
 *
 * @param hue which of the colours for shares it has, from 1
 * @param reason why it failed; empty when it did not
 */
public record DeploymentView(
        String name,
        String model,
        String modelLink,
        StateChip state,
        boolean serving,
        String reason,
        int percent,
        int hue,
        int maxConcurrentRequests,
        long timeoutMillis,
        Instant createdAt) {
    private static final int HUES = 6;

    static DeploymentView of(OnlineEndpoint endpoint, Deployment deployment) {
        return new DeploymentView(
                deployment.name().value(),
                deployment.model().toString(),
                Links.model(deployment.model()),
                StateChip.of(deployment.state()),
                deployment.isServing(),
                deployment.state() instanceof DeploymentState.Failed failed ? failed.reason() : "",
                endpoint.traffic().getOrDefault(deployment.name(), 0),
                endpoint.deployments().indexOf(deployment) % HUES + 1,
                deployment.maxConcurrentRequests(),
                deployment.requestTimeout().toMillis(),
                deployment.createdAt());
    }
}
