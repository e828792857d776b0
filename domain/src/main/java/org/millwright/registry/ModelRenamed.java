package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model has another name from now on, and its versions with it. @param model the name before */
public record ModelRenamed(WorkspaceName workspace, ModelName model, ModelName newName, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
