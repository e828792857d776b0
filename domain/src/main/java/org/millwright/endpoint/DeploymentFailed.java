package org.millwright.endpoint;

import java.time.Instant;
import org.millwright.registry.ModelRef;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A deployment could not be brought up. @param reason one sentence for its owner */
public record DeploymentFailed(
        WorkspaceName workspace,
        EndpointName endpoint,
        DeploymentName deployment,
        ModelRef model,
        String reason,
        Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "endpoint/" + workspace + "/" + endpoint;
    }
}
