package org.millwright.registry;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** A model got a new version. @param prompt whether MLflow's clients keep a prompt in it */
public record ModelVersionRegistered(
        WorkspaceName workspace,
        ModelRef model,
        String source,
        @Nullable RunId run,
        String description,
        Map<String, String> tags,
        boolean prompt,
        Instant at)
        implements DomainEvent {
    public ModelVersionRegistered {
        tags = Map.copyOf(tags);
    }

    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
