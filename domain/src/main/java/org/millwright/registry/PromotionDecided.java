package org.millwright.registry;

import java.time.Instant;
import org.millwright.access.PrincipalId;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/**
 * Somebody approved or rejected a promotion that was asked for, or took the request back.
 *
 * @param decision APPROVED, REJECTED or WITHDRAWN
 * @param open whether further approvals are waited for
 */
public record PromotionDecided(
        WorkspaceName workspace,
        ModelRef model,
        String target,
        PromotionRequestId request,
        String decision,
        boolean open,
        PrincipalId by,
        Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
