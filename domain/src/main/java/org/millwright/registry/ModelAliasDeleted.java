package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** An alias of a model names no version any more. */
public record ModelAliasDeleted(WorkspaceName workspace, ModelName model, String alias, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
