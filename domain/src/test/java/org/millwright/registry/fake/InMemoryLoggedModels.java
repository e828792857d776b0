package org.millwright.registry.fake;

import static org.millwright.shared.fake.InMemorySearch.UNKNOWN;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.fake.InMemorySearch;
import org.millwright.shared.fake.Shelf;

/** Logged models in memory. */
public final class InMemoryLoggedModels implements LoggedModelRepository {
    private final TrackingRepository tracking;
    private final Shelf<LoggedModel> shelf = new Shelf<>(
            "logged model",
            model -> model.id().value(),
            LoggedModel::revision,
            (model, revision) -> new LoggedModel(
                    model.id(),
                    model.workspace(),
                    model.experiment(),
                    model.name(),
                    model.modelType(),
                    model.run(),
                    model.status(),
                    model.parameters(),
                    model.tags(),
                    model.createdAt(),
                    model.updatedAt(),
                    model.deletedAt(),
                    revision));
    private final Set<LoggedModelId> doomed = new HashSet<>();
    private final InMemorySearch<LoggedModel> search = new InMemorySearch<>(
            this::read, Comparator.comparing(LoggedModel::createdAt).reversed().thenComparing(model -> model.id()
                    .value()));

    /** @param tracking whose metrics are searched */
    public InMemoryLoggedModels(TrackingRepository tracking) {
        this.tracking = tracking;
    }

    @Override
    public Optional<LoggedModel> find(LoggedModelId id) {
        return shelf.find(id.value());
    }

    /** Orders its purge. */
    public void doom(LoggedModelId id) {
        doomed.add(id);
    }

    /** Takes it out for good. */
    public void remove(LoggedModelId id) {
        shelf.remove(id.value());
        doomed.remove(id);
    }

    public List<LoggedModel> all() {
        return shelf.all();
    }

    @Override
    public boolean hold(LoggedModelId id) {
        return find(id).isPresent() && !doomed.contains(id);
    }

    @Override
    public boolean isBeingPurged(LoggedModelId id) {
        return doomed.contains(id);
    }

    @Override
    public List<LoggedModel> of(RunId run) {
        return shelf.sorted(Comparator.comparing(LoggedModel::createdAt)).stream()
                .filter(model -> run.equals(model.run()))
                .toList();
    }

    @Override
    public void save(LoggedModel model) {
        shelf.save(Change.of(model));
    }

    @Override
    public Page<LoggedModel> search(
            List<ExperimentId> experiments, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var seen = shelf.all().stream()
                .filter(model -> model.deletedAt() == null && experiments.contains(model.experiment()))
                .toList();
        return search.page(seen, filter, order, page);
    }

    private Object read(LoggedModel model, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> model.name();
                    case "model_id" -> model.id().value();
                    case "model_type" -> model.modelType();
                    case "status" -> model.status().name();
                    case "source_run_id" ->
                        model.run() == null ? null : model.run().value();
                    case "creation_timestamp" -> model.createdAt();
                    case "last_updated_timestamp" -> model.updatedAt();
                    default -> UNKNOWN;
                };
            case METRIC ->
                tracking.ofModel(model.id().value()).reversed().stream()
                        .filter(point -> point.key().equals(key))
                        .map(point -> point.value())
                        .findFirst()
                        .orElse(null);
            case PARAMETER -> model.parameters().get(key);
            case TAG -> model.tags().get(key);
            case DATASET -> UNKNOWN;
        };
    }
}
