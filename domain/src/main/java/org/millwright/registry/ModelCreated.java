package org.millwright.registry;

import java.time.Instant;
import java.util.Map;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model was made, as yet without versions. @param prompt whether MLflow's clients keep a prompt in it */
public record ModelCreated(
        WorkspaceName workspace,
        ModelName model,
        String description,
        Map<String, String> tags,
        boolean prompt,
        Instant at)
        implements DomainEvent {
    public ModelCreated {
        tags = Map.copyOf(tags);
    }

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model;
    }
}
