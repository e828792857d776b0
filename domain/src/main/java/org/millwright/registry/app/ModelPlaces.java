package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelVersionMoved;
import org.millwright.registry.ModelVersionPromoted;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.PromotionRepository;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Lets stages and aliases change hands, with a line of history for each time. Whoever changes one holds the model's row
 * until the transaction ends, so promotions of one model happen one after the other, and a reader sees the place in the
 * old hands or in the new.
 */
@ApplicationScoped
@Transactional(Transactional.TxType.MANDATORY)
public class ModelPlaces {
    private final ModelRepository models;
    private final PromotionRepository promotions;
    private final Clock clock;

    @Inject
    public ModelPlaces(ModelRepository models, PromotionRepository promotions, Clock clock) {
        this.models = models;
        this.promotions = promotions;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ModelPlaces() {
        this(null, null, null);
    }

    /** Why a place changes hands. */
    record Reason(
            Promotion.How how,
            PrincipalId by,
            String comment,
            @Nullable PromotionRequestId request) {
        static Reason moved(PrincipalId by) {
            return new Reason(Promotion.How.MOVED, by, "", null);
        }
    }

    /** To be called before anything else of the model is read. */
    RegisteredModel lock(WorkspaceName workspace, ModelName name) {
        return models.findForUpdate(workspace, name).orElseThrow(() -> Refused.notFound("registered model", name));
    }

    /** The version as it is now; its model must be locked. */
    ModelVersion version(WorkspaceName workspace, ModelRef id) {
        return models.findVersionForUpdate(workspace, id).orElseThrow(() -> Refused.notFound("model version", id));
    }

    /** @throws Refused with Forbidden when the place changes hands by approvals only */
    void requireUnguarded(WorkspaceName workspace, ModelRef id, Target target, String action) {
        promotions.policy(workspace, id.name(), target).ifPresent(policy -> {
            throw guarded(policy, id, action);
        });
    }

    /** Whether the stage or alias changes hands by approvals only. */
    boolean isGuarded(WorkspaceName workspace, ModelName name, Target target) {
        return promotions.policy(workspace, name, target).isPresent();
    }

    /** @throws Refused with Forbidden when some of the model's stages or aliases change hands by approvals only */
    void requireUnguarded(WorkspaceName workspace, ModelName name, String action) {
        promotions.policies(workspace, name).stream().findFirst().ifPresent(policy -> {
            throw new Refused(new Problem.Forbidden(
                    "%s model '%s'".formatted(action, name),
                    "a policy guards its %s (%s); who may change the policy can remove it"
                            .formatted(policy.target().label(), policy.inWords())));
        });
    }

    private static Refused guarded(ApprovalPolicy policy, ModelRef id, String action) {
        return new Refused(new Problem.Forbidden(
                action.formatted(id, policy.target().label()),
                "%s; ask for it with 'millwright model promote %s --to %s'"
                        .formatted(policy.inWords(), id, policy.target().label())));
    }

    /** Puts the version in the place, and whoever held it out of it. The model must be locked. */
    Promotion place(RegisteredModel model, ModelVersion version, Target target, Reason reason) {
        var previous =
                switch (target) {
                    case Target.OfStage(var stage) -> {
                        var others = othersIn(stage, version);
                        others.forEach(other -> move(other, Stage.ARCHIVED));
                        move(version, stage);
                        yield others.isEmpty() ? null : others.getFirst().id().version();
                    }
                    case Target.OfAlias(var alias) -> {
                        models.save(model.alias(alias, version.id().version(), clock.instant()));
                        yield model.aliases().get(alias);
                    }
                };
        return record(version, target, previous, reason);
    }

    /** Remembers that the version is in the place, beside whoever else is. */
    Promotion record(ModelVersion version, Target target, @Nullable Integer previous, Reason reason) {
        var now = clock.instant();
        var promotion = new Promotion(
                version.workspace(),
                version.id().name(),
                target,
                version.id().version(),
                previous,
                reason.how(),
                reason.by(),
                reason.comment(),
                reason.request(),
                now);
        promotions.record(
                promotion,
                List.of(new ModelVersionPromoted(
                        version.workspace(),
                        version.id(),
                        target.label(),
                        previous,
                        reason.how().name(),
                        reason.by(),
                        now)));
        return promotion;
    }

    /** Remembers that the version gave the place up. */
    void recordLeft(WorkspaceName workspace, ModelRef id, Target target, PrincipalId by) {
        promotions.record(
                new Promotion(
                        workspace,
                        id.name(),
                        target,
                        null,
                        id.version(),
                        Promotion.How.LEFT,
                        by,
                        "",
                        null,
                        clock.instant()),
                List.of());
    }

    /** Whether the version holds the place, and nobody beside it. The model must be locked. */
    boolean isHeldBy(RegisteredModel model, ModelVersion version, Target target) {
        return switch (target) {
            case Target.OfStage(var stage) ->
                version.stage() == stage && othersIn(stage, version).isEmpty();
            case Target.OfAlias(var alias) ->
                Integer.valueOf(version.id().version()).equals(model.aliases().get(alias));
        };
    }

    List<ModelVersion> othersIn(Stage stage, ModelVersion version) {
        return models.inStageForUpdate(version.workspace(), version.id().name(), stage).stream()
                .filter(other -> !other.id().equals(version.id()))
                .toList();
    }

    /** Moves the version, and nobody else. Who guards the stages and remembers their holders has to be asked before. */
    ModelVersion move(ModelVersion version, Stage stage) {
        var now = clock.instant();
        var next = version.moveTo(stage, now);
        models.saveVersion(
                next,
                stage == version.stage()
                        ? List.of()
                        : List.of(new ModelVersionMoved(
                                version.workspace(),
                                version.id(),
                                version.stage().label(),
                                stage.label(),
                                now)));
        return next;
    }
}
