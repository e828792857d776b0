package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A tag of a model version was taken away. */
public record ModelVersionTagDeleted(WorkspaceName workspace, ModelRef model, String key, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
