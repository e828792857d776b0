package org.millwright.experiment.fake;

import static org.millwright.shared.fake.InMemorySearch.UNKNOWN;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.View;
import org.millwright.shared.fake.InMemorySearch;
import org.millwright.shared.fake.SettableClock;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Experiments in memory; "Default" is there from the start. */
public final class InMemoryExperiments implements ExperimentRepository {
    private final Shelf<Experiment> shelf = new Shelf<>(
                    "experiment",
                    experiment -> experiment.id().toString(),
                    Experiment::revision,
                    (experiment, revision) -> new Experiment(
                            experiment.id(),
                            experiment.workspace(),
                            experiment.name(),
                            experiment.tags(),
                            experiment.createdAt(),
                            experiment.updatedAt(),
                            experiment.deletedAt(),
                            revision))
            .ofResources(InMemoryExperiments::resource);
    private final InMemorySearch<Experiment> search = new InMemorySearch<>(
            InMemoryExperiments::read,
            Comparator.comparing(Experiment::createdAt)
                    .reversed()
                    .thenComparing(experiment -> experiment.id().value()));
    private final Set<ExperimentId> doomed = new HashSet<>();
    private long lastId;

    public InMemoryExperiments() {
        save(Change.of(new Experiment(
                ExperimentId.DEFAULT,
                WorkspaceName.MAIN,
                "Default",
                Map.of(),
                SettableClock.NOON,
                SettableClock.NOON,
                null,
                Revision.UNSAVED)));
    }

    @Override
    public ExperimentId nextId() {
        return new ExperimentId(++lastId);
    }

    @Override
    public Optional<Experiment> find(ExperimentId id) {
        return shelf.find(id.toString());
    }

    @Override
    public Optional<Experiment> findByName(WorkspaceName workspace, String name) {
        return named(workspace, name).filter(found -> Authority.current().sees(resource(found)));
    }

    private Optional<Experiment> named(WorkspaceName workspace, String name) {
        return shelf.all().stream()
                .filter(experiment -> experiment.workspace().equals(workspace)
                        && experiment.name().equals(name))
                .findFirst();
    }

    /** What roles are given on. */
    public static Resource resource(Experiment experiment) {
        return Resource.of(ResourceKind.EXPERIMENT, experiment.workspace(), experiment.id());
    }

    /** Orders its purge. */
    public void doom(ExperimentId id) {
        doomed.add(id);
    }

    /** Takes it out for good. */
    public void remove(ExperimentId id) {
        shelf.remove(id.toString());
        doomed.remove(id);
    }

    public List<Experiment> all() {
        return shelf.all();
    }

    @Override
    public boolean isBeingPurged(ExperimentId id) {
        return doomed.contains(id);
    }

    @Override
    public void save(Change<Experiment> change) {
        var next = change.next();
        if (named(next.workspace(), next.name())
                .filter(other -> !other.id().equals(next.id()))
                .isPresent()) {
            throw new Refused(new Problem.AlreadyExists("experiment", next.name()));
        }
        shelf.save(change);
    }

    @Override
    public void addIfAbsent(Experiment experiment) {
        Authority.current().requireNew(ResourceKind.EXPERIMENT, experiment.workspace());
        if (named(experiment.workspace(), experiment.name()).isEmpty()) {
            save(Change.of(experiment));
        }
    }

    @Override
    public Page<Experiment> search(
            WorkspaceName workspace, View view, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var seen = shelf.reached().stream()
                .filter(experiment -> experiment.workspace().equals(workspace))
                .filter(experiment -> switch (view) {
                    case ACTIVE -> experiment.deletedAt() == null;
                    case DELETED -> experiment.deletedAt() != null;
                    case ALL -> true;
                })
                .toList();
        return search.page(seen, filter, order, page);
    }

    private static Object read(Experiment experiment, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> experiment.name();
                    case "experiment_id" -> experiment.id().value();
                    case "creation_time" -> experiment.createdAt();
                    case "last_update_time" -> experiment.updatedAt();
                    default -> UNKNOWN;
                };
            case TAG -> experiment.tags().get(key);
            case METRIC, PARAMETER, DATASET -> UNKNOWN;
        };
    }
}
