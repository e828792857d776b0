package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A tag of a model was set. */
public record ModelTagSet(
        WorkspaceName workspace, ModelName model, String key, String value, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
