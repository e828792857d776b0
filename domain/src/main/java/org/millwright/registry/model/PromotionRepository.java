package org.millwright.registry.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.workspace.WorkspaceName;

/** Keeps who must approve promotions, who was asked, and which version held a stage or an alias since when. */
public interface PromotionRepository {
    Optional<ApprovalPolicy> policy(WorkspaceName workspace, ModelName model, Target target);

    /** By target. */
    List<ApprovalPolicy> policies(WorkspaceName workspace, ModelName model);

    /** Puts it in the place of the one of that target. */
    void save(ApprovalPolicy policy);

    /** @return whether there was one */
    boolean removePolicy(WorkspaceName workspace, ModelName model, Target target);

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the same is asked for already */
    void save(Change<PromotionRequest> change);

    Optional<PromotionRequest> find(WorkspaceName workspace, PromotionRequestId id);

    /** Finds it as it is now, and holds off others who want to change it until the transaction ends. */
    Optional<PromotionRequest> findForUpdate(WorkspaceName workspace, PromotionRequestId id);

    /** The one that waits for approvals of this version's promotion to this place. */
    Optional<PromotionRequest> findOpen(WorkspaceName workspace, ModelRef version, Target target);

    /** Every one that waits, the oldest first. */
    List<PromotionRequest> open(WorkspaceName workspace, int most);

    /** Requests of a model, the newest first. */
    List<PromotionRequest> requests(WorkspaceName workspace, ModelName model, int most);

    void record(Promotion promotion, List<DomainEvent> events);

    /** The newest first. @param target null for every stage and alias of the model */
    List<Promotion> history(WorkspaceName workspace, ModelName model, @Nullable Target target, int most);
}
