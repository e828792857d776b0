package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model is gone, and its versions with it. */
public record ModelDeleted(WorkspaceName workspace, ModelName model, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
