package org.millwright.registry;

import java.time.Instant;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** An alias names this version of a model from now on, and no other. */
public record ModelAliasSet(
        WorkspaceName workspace, ModelName model, String alias, int version, boolean prompt, Instant at)
        implements DomainEvent {

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
