package org.millwright.endpoint;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** An endpoint, its traffic, its keys or its deployments changed, so what serves it must be brought in line. */
public record EndpointChanged(WorkspaceName workspace, EndpointName endpoint, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "endpoint/" + workspace + "/" + endpoint;
    }
}
