package org.millwright.registry.fake;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.PromotionRepository;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Policies, requests and the history of promotions in memory. */
public final class InMemoryPromotions implements PromotionRepository {
    private final Map<String, ApprovalPolicy> policies = new HashMap<>();
    private final Shelf<PromotionRequest> requests = new Shelf<>(
                    "promotion request",
                    request -> request.id().toString(),
                    PromotionRequest::revision,
                    InMemoryPromotions::withRevision)
            .ofParts(request -> InMemoryModels.resource(
                    request.workspace(), request.version().name()));
    private final List<Promotion> history = new ArrayList<>();

    @Override
    public Optional<ApprovalPolicy> policy(WorkspaceName workspace, ModelName model, Target target) {
        return Optional.ofNullable(policies.get(key(workspace, model, target)));
    }

    @Override
    public List<ApprovalPolicy> policies(WorkspaceName workspace, ModelName model) {
        return policies.values().stream()
                .filter(policy ->
                        policy.workspace().equals(workspace) && policy.model().equals(model))
                .filter(_ -> Authority.current().sees(InMemoryModels.resource(workspace, model)))
                .sorted(Comparator.comparing(policy -> policy.target().label()))
                .toList();
    }

    @Override
    public void save(ApprovalPolicy policy) {
        policies.put(key(policy.workspace(), policy.model(), policy.target()), policy);
    }

    @Override
    public boolean removePolicy(WorkspaceName workspace, ModelName model, Target target) {
        return policies.remove(key(workspace, model, target)) != null;
    }

    @Override
    public void save(Change<PromotionRequest> change) {
        var next = change.next();
        if (next.revision().isUnsaved()
                && findOpen(next.workspace(), next.version(), next.target()).isPresent()) {
            throw new Refused(new Problem.AlreadyExists(
                    "promotion request", next.version() + " " + next.target().label()));
        }
        requests.save(change);
    }

    @Override
    public Optional<PromotionRequest> find(WorkspaceName workspace, PromotionRequestId id) {
        return requests.find(id.toString())
                .filter(request -> request.workspace().equals(workspace));
    }

    @Override
    public Optional<PromotionRequest> findForUpdate(WorkspaceName workspace, PromotionRequestId id) {
        return find(workspace, id);
    }

    @Override
    public Optional<PromotionRequest> findOpen(WorkspaceName workspace, ModelRef version, Target target) {
        return open(workspace, Integer.MAX_VALUE).stream()
                .filter(request ->
                        request.version().equals(version) && request.target().equals(target))
                .findFirst();
    }

    @Override
    public List<PromotionRequest> open(WorkspaceName workspace, int most) {
        return requests.reached().stream()
                .filter(request -> request.workspace().equals(workspace) && request.isOpen())
                .sorted(Comparator.comparing(PromotionRequest::createdAt))
                .limit(most)
                .toList();
    }

    @Override
    public List<PromotionRequest> requests(WorkspaceName workspace, ModelName model, int most) {
        return requests.reached().stream()
                .filter(request -> request.workspace().equals(workspace)
                        && request.version().name().equals(model))
                .sorted(Comparator.comparing(PromotionRequest::createdAt).reversed())
                .limit(most)
                .toList();
    }

    @Override
    public void record(Promotion promotion, List<DomainEvent> events) {
        history.addFirst(promotion);
        requests.tell(events);
    }

    @Override
    public List<Promotion> history(WorkspaceName workspace, ModelName model, @Nullable Target target, int most) {
        return history.stream()
                .filter(line ->
                        line.workspace().equals(workspace) && line.model().equals(model))
                .filter(_ -> Authority.current().sees(InMemoryModels.resource(workspace, model)))
                .filter(line -> target == null || line.target().equals(target))
                .limit(most)
                .toList();
    }

    /** What was told so far. */
    public List<DomainEvent> events() {
        return requests.events();
    }

    private static String key(WorkspaceName workspace, ModelName model, Target target) {
        return workspace + "/" + model + "/" + target.label();
    }

    private static PromotionRequest withRevision(PromotionRequest request, Revision revision) {
        return new PromotionRequest(
                request.id(),
                request.workspace(),
                request.version(),
                request.target(),
                request.requester(),
                request.author(),
                request.comment(),
                request.createdAt(),
                request.votes(),
                request.state(),
                revision);
    }
}
