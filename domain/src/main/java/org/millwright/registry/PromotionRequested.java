package org.millwright.registry;

import java.time.Instant;
import org.millwright.access.PrincipalId;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** Somebody asks for the approvals that a promotion needs. @param target such as {@code Production} or {@code @champion} */
public record PromotionRequested(
        WorkspaceName workspace, ModelRef model, String target, PromotionRequestId request, PrincipalId by, Instant at)
        implements DomainEvent {
    @Override
    public String subject() {
        return "model/" + workspace + "/" + model.name();
    }
}
