package org.millwright.registry.fake;

import static org.millwright.shared.fake.InMemorySearch.UNKNOWN;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelQuery.MeasuredOn;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.fake.InMemorySearch;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

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
                            revision))
            .ofParts(InMemoryLoggedModels::experiment);
    private final Set<LoggedModelId> doomed = new HashSet<>();
    private static final Comparator<LoggedModel> NEWEST = Comparator.comparing(LoggedModel::createdAt)
            .reversed()
            .thenComparing(model -> model.id().value());

    /** @param tracking whose metrics are searched */
    public InMemoryLoggedModels(TrackingRepository tracking) {
        this.tracking = tracking;
    }

    @Override
    public Optional<LoggedModel> find(LoggedModelId id) {
        return shelf.find(id.value());
    }

    /** What roles are given on. */
    public static Resource experiment(LoggedModel model) {
        return Resource.of(ResourceKind.EXPERIMENT, model.workspace(), model.experiment());
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
        return shelf.reached().stream()
                .filter(model -> run.equals(model.run()))
                .sorted(Comparator.comparing(LoggedModel::createdAt))
                .toList();
    }

    @Override
    public void save(LoggedModel model) {
        shelf.save(Change.of(model));
    }

    @Override
    public Page<LoggedModel> search(WorkspaceName workspace, LoggedModelQuery query, PageRequest page) {
        var aboutMetrics = query.filter().stream().anyMatch(clause -> clause.subject() == Criterion.Subject.METRIC);
        var seen = shelf.reached().stream()
                .filter(model ->
                        model.deletedAt() == null && query.experiments().contains(model.experiment()))
                .filter(model -> query.datasets().isEmpty()
                        || aboutMetrics
                        || points(model).anyMatch(point -> measuredOn(point, query.datasets())))
                .toList();
        // An order by a metric is named by its place, because the data set belongs to it.
        var order = new ArrayList<Ordering>();
        for (var by : query.order()) {
            var ordering = by.ordering();
            order.add(
                    ordering.subject() == Criterion.Subject.METRIC
                            ? new Ordering(Criterion.Subject.METRIC, "#" + order.size(), ordering.ascending())
                            : ordering);
        }
        return new InMemorySearch<LoggedModel>((model, subject, key) -> read(model, subject, key, query), NEWEST)
                .page(seen, query.filter(), order, page);
    }

    private Stream<Metric> points(LoggedModel model) {
        return tracking.ofModel(model.id().value()).stream();
    }

    private static boolean measuredOn(Metric point, List<MeasuredOn> datasets) {
        return datasets.stream()
                .anyMatch(dataset -> dataset.name().equals(point.datasetName())
                        && (dataset.digest() == null || dataset.digest().equals(point.datasetDigest())));
    }

    private Object latest(LoggedModel model, LoggedModelQuery.By by) {
        var dataset = by.dataset();
        return points(model)
                .filter(point -> point.key().equals(by.ordering().key()))
                .filter(point -> dataset == null || measuredOn(point, List.of(dataset)))
                .max(Comparator.comparingLong(Metric::timestamp).thenComparingLong(Metric::step))
                .map(Metric::value)
                .orElse(null);
    }

    private Object read(LoggedModel model, Criterion.Subject subject, String key, LoggedModelQuery query) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> model.name();
                    case "model_id" -> model.id().value();
                    case "model_type" -> model.modelType();
                    case "status" -> model.status().name();
                    case "source_run_id" ->
                        model.run() == null ? null : model.run().value();
                    case "experiment_id" -> model.experiment().toString();
                    case "creation_timestamp" -> model.createdAt();
                    case "last_updated_timestamp" -> model.updatedAt();
                    default -> UNKNOWN;
                };
            case METRIC ->
                key.startsWith("#")
                        ? latest(model, query.order().get(Integer.parseInt(key.substring(1))))
                        : points(model)
                                .filter(point -> point.key().equals(key))
                                .filter(point -> query.datasets().isEmpty() || measuredOn(point, query.datasets()))
                                .map(Metric::value)
                                .toList();
            case PARAMETER -> model.parameters().get(key);
            case TAG -> model.tags().get(key);
            case DATASET -> UNKNOWN;
        };
    }
}
