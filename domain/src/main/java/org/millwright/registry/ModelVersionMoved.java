package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model version moved to another stage. @param from and @param to are the stages' names */
public record ModelVersionMoved(WorkspaceName workspace, ModelRef model, String from, String to, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
