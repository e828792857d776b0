package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model got a new version. */
public record ModelVersionRegistered(WorkspaceName workspace, ModelRef model, Instant at) implements DomainEvent {
    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
