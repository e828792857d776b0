package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model version got another description. */
public record ModelVersionDescribed(
        WorkspaceName workspace, ModelRef model, String description, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
