package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A tag of a model version was set. */
public record ModelVersionTagSet(
        WorkspaceName workspace, ModelRef model, String key, String value, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
