package org.millwright.endpoint;

import java.time.Instant;
import org.millwright.registry.ModelRef;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A deployment answers from now on. */
public record DeploymentCameUp(
        WorkspaceName workspace, EndpointName endpoint, DeploymentName deployment, ModelRef model, Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "endpoint/" + workspace + "/" + endpoint;
    }
}
