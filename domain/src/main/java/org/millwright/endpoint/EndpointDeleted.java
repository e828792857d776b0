package org.millwright.endpoint;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** An endpoint is gone; what serves it must go too. */
public record EndpointDeleted(WorkspaceName workspace, EndpointName endpoint, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "endpoint/" + workspace + "/" + endpoint;
    }
}
