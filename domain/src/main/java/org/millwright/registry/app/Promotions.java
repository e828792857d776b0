package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.app.ModelPlaces.Reason;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.Promotion.How;
import org.millwright.registry.model.PromotionRepository;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Promotes versions to stages and aliases, asks for the approvals that policies want, and rolls back. A place changes hands
 * in one transaction: whoever looks finds one holder, the old one or the new one.
 */
@ApplicationScoped
@Transactional
public class Promotions {
    private static final int MOST = 1000;

    private final ModelPlaces places;
    private final PromotionRepository promotions;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public Promotions(ModelPlaces places, PromotionRepository promotions, IdSource ids, Clock clock) {
        this.places = places;
        this.promotions = promotions;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Promotions() {
        this(null, null, null, null);
    }

    /** What came of asking for a promotion. */
    public sealed interface Outcome {
        record Promoted(Promotion promotion) implements Outcome {}

        /** It was there already, and nobody beside it. */
        record Unchanged() implements Outcome {}

        /** Others must agree first. */
        record Waiting(PromotionRequest request, ApprovalPolicy policy) implements Outcome {}
    }

    /** A request with the policy that it has to meet. @param policy null when there is none any more */
    public record Asked(PromotionRequest request, @Nullable ApprovalPolicy policy) {}

    /**
     * Promotes a version, or asks for the approvals that it takes. Asking again changes nothing, and promotes once the
     * approvals are there.
     */
    public Outcome promote(WorkspaceName workspace, ModelRef id, Target target, PrincipalId by, String comment) {
        var model = places.lock(workspace, id.name());
        var version = places.version(workspace, id);
        if (places.isHeldBy(model, version, target)) {
            return new Outcome.Unchanged();
        }
        var policy = promotions.policy(workspace, id.name(), target);
        if (policy.isEmpty()) {
            return new Outcome.Promoted(
                    places.place(model, version, target, new Reason(How.PROMOTED, by, comment, null)));
        }
        var open = promotions.findOpen(workspace, id, target);
        if (open.isPresent() && open.get().isApproved(policy.get())) {
            promotions.save(open.get().promoted(clock.instant()));
            return new Outcome.Promoted(places.place(model, version, target, approved(open.get(), by)));
        }
        return new Outcome.Waiting(open.orElseGet(() -> ask(version, target, by, comment)), policy.get());
    }

    private PromotionRequest ask(ModelVersion version, Target target, PrincipalId by, String comment) {
        var id = new PromotionRequestId(ids.nextId());
        var change = PromotionRequest.ask(id, version, target, by, comment, clock.instant());
        promotions.save(change);
        return change.next();
    }

    /** Approves a request; with the last approval that is needed the version is promoted in the same transaction. */
    public Asked approve(WorkspaceName workspace, PromotionRequestId id, PrincipalId by, String comment) {
        // The model first, as everybody does, and then the request: so that nobody waits for somebody who waits for
        // them.
        var model = places.lock(workspace, request(workspace, id).version().name());
        var request = locked(workspace, id);
        var policy = policyOf(request);
        var change = request.approve(by, comment, policy, clock.instant());
        save(request, change);
        if (request.isOpen() && change.next().state() instanceof PromotionRequest.State.Promoted) {
            var version = places.version(workspace, request.version());
            if (!places.isHeldBy(model, version, request.target())) {
                places.place(model, version, request.target(), approved(request, by));
            }
        }
        return new Asked(change.next(), policy);
    }

    private static Reason approved(PromotionRequest request, PrincipalId by) {
        return new Reason(How.APPROVED, by, request.comment(), request.id());
    }

    public Asked reject(WorkspaceName workspace, PromotionRequestId id, PrincipalId by, String comment) {
        places.lock(workspace, request(workspace, id).version().name());
        var request = locked(workspace, id);
        var policy = policyOf(request);
        var change = request.reject(by, comment, policy, clock.instant());
        save(request, change);
        return new Asked(change.next(), policy);
    }

    public Asked withdraw(WorkspaceName workspace, PromotionRequestId id, PrincipalId by) {
        places.lock(workspace, request(workspace, id).version().name());
        var request = locked(workspace, id);
        var change = request.withdraw(by, clock.instant());
        save(request, change);
        return new Asked(change.next(), policyOf(request));
    }

    /**
     * Gives a stage or an alias back to the version that held it before. Where a policy guards it no new approval is
     * needed, because that version has been there; but whoever does it must be one whose approval would count.
     */
    public Promotion rollBack(WorkspaceName workspace, ModelName name, Target target, Caller by, String comment) {
        var model = places.lock(workspace, name);
        promotions.policy(workspace, name, target).ifPresent(policy -> {
            by.require(Permission.MODEL_APPROVE, Resource.of(ResourceKind.MODEL, workspace, name));
            if (!policy.counts(by.principal())) {
                throw new Refused(new Problem.Forbidden(
                        "roll %s of model '%s' back".formatted(target.label(), name), policy.inWords()));
            }
        });
        var version = places.version(workspace, new ModelRef(name, previousHolder(workspace, name, target)));
        return places.place(model, version, target, new Reason(How.ROLLED_BACK, by.principal(), comment, null));
    }

    /** Whom a roll back would bring back; empty when there is nobody. */
    public Optional<Integer> rollBackTo(WorkspaceName workspace, ModelName name, Target target) {
        return Promotion.previousHolder(promotions.history(workspace, name, target, MOST));
    }

    private int previousHolder(WorkspaceName workspace, ModelName name, Target target) {
        return rollBackTo(workspace, name, target)
                .orElseThrow(() -> new Refused(new Problem.WrongState(
                        "%s of model".formatted(target.label()),
                        name.value(),
                        "in the hands of its first holder, or of none",
                        "roll back")));
    }

    /** The newest first. @param target null for every stage and alias */
    public List<Promotion> history(WorkspaceName workspace, ModelName name, @Nullable Target target) {
        return promotions.history(workspace, name, target, MOST);
    }

    /** Sets who must approve. */
    public ApprovalPolicy guard(
            WorkspaceName workspace,
            ModelName name,
            Target target,
            int needed,
            Set<PrincipalId> approvers,
            PrincipalId by) {
        places.lock(workspace, name);
        var policy = new ApprovalPolicy(workspace, name, target, needed, approvers, by, clock.instant());
        promotions.save(policy);
        return policy;
    }

    /** Takes the policy away; requests that wait are promoted with the next approval. */
    public void unguard(WorkspaceName workspace, ModelName name, Target target) {
        places.lock(workspace, name);
        if (!promotions.removePolicy(workspace, name, target)) {
            throw Refused.notFound("approval policy", name + " " + target.label());
        }
    }

    public List<ApprovalPolicy> policies(WorkspaceName workspace, ModelName name) {
        return promotions.policies(workspace, name);
    }

    public Asked get(WorkspaceName workspace, PromotionRequestId id) {
        return asked(request(workspace, id));
    }

    /** Every request that waits, the oldest first. */
    public List<Asked> open(WorkspaceName workspace) {
        return promotions.open(workspace, MOST).stream().map(this::asked).toList();
    }

    /** Those that wait for this person's word. */
    public List<Asked> waitingFor(WorkspaceName workspace, Caller caller) {
        return open(workspace).stream()
                .filter(asked -> mayDecide(caller, asked.request())
                        && asked.request().waitsFor(caller.principal(), asked.policy()))
                .toList();
    }

    /** Whether they may approve promotions of the model that is asked about; the policy has a word in it, too. */
    public static boolean mayDecide(Caller caller, PromotionRequest request) {
        return caller.may(
                Permission.MODEL_APPROVE,
                Resource.of(
                        ResourceKind.MODEL,
                        request.workspace(),
                        request.version().name()));
    }

    /** Requests of a model, the newest first. */
    public List<Asked> requests(WorkspaceName workspace, ModelName name) {
        return promotions.requests(workspace, name, MOST).stream()
                .map(this::asked)
                .toList();
    }

    private Asked asked(PromotionRequest request) {
        return new Asked(request, policyOf(request));
    }

    private @Nullable ApprovalPolicy policyOf(PromotionRequest request) {
        return promotions
                .policy(request.workspace(), request.version().name(), request.target())
                .orElse(null);
    }

    private PromotionRequest request(WorkspaceName workspace, PromotionRequestId id) {
        return promotions.find(workspace, id).orElseThrow(() -> Refused.notFound("promotion request", id));
    }

    /** As it is now. Its model is locked first, by everybody, so that no two wait for each other. */
    private PromotionRequest locked(WorkspaceName workspace, PromotionRequestId id) {
        return promotions.findForUpdate(workspace, id).orElseThrow(() -> Refused.notFound("promotion request", id));
    }

    private void save(PromotionRequest before, Change<PromotionRequest> change) {
        if (!change.next().equals(before)) {
            promotions.save(change);
        }
    }
}
