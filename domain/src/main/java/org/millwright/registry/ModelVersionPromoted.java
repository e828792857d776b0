package org.millwright.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/**
 * A version took a stage or an alias.
 *
 * @param target such as {@code Production} or {@code @champion}
 * @param previous number of the version that held it until then; null when none did
 * @param how PROMOTED, APPROVED, ROLLED_BACK or MOVED
 */
public record ModelVersionPromoted(
        WorkspaceName workspace,
        ModelRef model,
        String target,
        @Nullable Integer previous,
        String how,
        PrincipalId by,
        Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
