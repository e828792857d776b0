package org.millwright.registry.fake;

import static org.millwright.shared.fake.InMemorySearch.UNKNOWN;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.InMemorySearch;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Registered models and their versions in memory. */
public final class InMemoryModels implements ModelRepository {
    private final Shelf<RegisteredModel> models = new Shelf<>(
                    "registered model",
                    model -> key(model.workspace(), model.name()),
                    RegisteredModel::revision,
                    (model, revision) -> named(model, model.name(), revision))
            .ofResources(model -> resource(model.workspace(), model.name()));
    private final Shelf<ModelVersion> versions = new Shelf<>(
                    "model version",
                    version -> key(version.workspace(), version.id().name()) + ":"
                            + version.id().version(),
                    ModelVersion::revision,
                    (version, revision) -> named(version, version.id(), revision))
            .ofParts(version -> resource(version.workspace(), version.id().name()));
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<DomainEvent> told = new ArrayList<>();
    private final InMemorySearch<RegisteredModel> search = new InMemorySearch<>(
            InMemoryModels::read, Comparator.comparing(model -> model.name().value()));
    private final InMemorySearch<ModelVersion> versionSearch = new InMemorySearch<>(
            InMemoryModels::read,
            Comparator.comparing((ModelVersion version) -> version.id().name().value())
                    .thenComparing(version -> -version.id().version()));

    @Override
    public Optional<RegisteredModel> find(WorkspaceName workspace, ModelName name) {
        return models.find(key(workspace, name));
    }

    @Override
    public Optional<RegisteredModel> findForUpdate(WorkspaceName workspace, ModelName name) {
        return find(workspace, name);
    }

    @Override
    public void save(Change<RegisteredModel> change) {
        models.save(change);
        told.addAll(change.events());
    }

    @Override
    public void rename(WorkspaceName workspace, ModelName from, ModelName to) {
        Authority.current().require(resource(workspace, from));
        Authority.current().require(resource(workspace, to));
        var model = find(workspace, from).orElseThrow(() -> Refused.notFound("registered model", from));
        if (find(workspace, to).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("registered model", to.value()));
        }
        models.remove(key(workspace, from));
        models.put(named(model, to, new Revision(model.revision().value() + 1)));
        numbers.put(key(workspace, to), numbers.getOrDefault(key(workspace, from), 0));
        for (var version : versions(workspace, from)) {
            deleteVersion(workspace, version.id());
            versions.put(named(version, new ModelRef(to, version.id().version()), version.revision()));
        }
    }

    @Override
    public void delete(WorkspaceName workspace, ModelName name) {
        Authority.current().require(resource(workspace, name));
        versions(workspace, name).forEach(version -> deleteVersion(workspace, version.id()));
        models.remove(key(workspace, name));
        numbers.remove(key(workspace, name));
    }

    void putBack(RegisteredModel model, int lastVersion) {
        models.put(model);
        numbers.put(key(model.workspace(), model.name()), lastVersion);
    }

    void putBack(ModelVersion version) {
        versions.put(version);
    }

    @Override
    public int nextVersion(WorkspaceName workspace, ModelName name) {
        if (find(workspace, name).isEmpty()) {
            throw Refused.notFound("registered model", name);
        }
        return numbers.merge(key(workspace, name), 1, Integer::sum);
    }

    @Override
    public int lastVersion(WorkspaceName workspace, ModelName name) {
        return numbers.getOrDefault(key(workspace, name), 0);
    }

    @Override
    public void reserveVersions(WorkspaceName workspace, ModelName name, int upTo) {
        numbers.merge(key(workspace, name), upTo, Math::max);
    }

    @Override
    public Optional<ModelVersion> findVersion(WorkspaceName workspace, ModelRef id) {
        return versions.find(key(workspace, id.name()) + ":" + id.version());
    }

    @Override
    public Optional<ModelVersion> findVersionForUpdate(WorkspaceName workspace, ModelRef id) {
        return findVersion(workspace, id);
    }

    @Override
    public List<ModelVersion> inStageForUpdate(WorkspaceName workspace, ModelName name, Stage stage) {
        return versions(workspace, name).stream()
                .filter(version -> version.stage() == stage)
                .toList();
    }

    @Override
    public void saveVersion(ModelVersion version, List<DomainEvent> events) {
        versions.save(new Change<>(version, events));
        told.addAll(events);
    }

    @Override
    public void deleteVersion(WorkspaceName workspace, ModelRef id) {
        versions.remove(key(workspace, id.name()) + ":" + id.version());
    }

    @Override
    public void tell(DomainEvent event) {
        told.add(event);
    }

    /** What was told since the last look, in order. */
    public List<DomainEvent> told() {
        var news = List.copyOf(told);
        told.clear();
        return news;
    }

    @Override
    public List<ModelVersion> versions(WorkspaceName workspace, ModelName name) {
        return Authority.current().sees(resource(workspace, name)) ? all(workspace, name) : List.of();
    }

    private List<ModelVersion> all(WorkspaceName workspace, ModelName name) {
        return versions.sorted(Comparator.comparing(version -> -version.id().version())).stream()
                .filter(version -> version.workspace().equals(workspace)
                        && version.id().name().equals(name))
                .toList();
    }

    /** Whoever asks. */
    public List<ModelVersion> allVersions() {
        return versions.all();
    }

    /** What roles are given on. */
    public static Resource resource(WorkspaceName workspace, ModelName name) {
        return Resource.of(ResourceKind.MODEL, workspace, name);
    }

    @Override
    public Map<ModelName, List<ModelVersion>> newestByStage(WorkspaceName workspace, Collection<ModelName> names) {
        var newest = new HashMap<ModelName, List<ModelVersion>>();
        for (var name : names) {
            var seen = EnumSet.noneOf(Stage.class);
            var included = Authority.current().includes(resource(workspace, name));
            for (var version : included ? all(workspace, name) : List.<ModelVersion>of()) {
                if (seen.add(version.stage())) {
                    newest.computeIfAbsent(name, _ -> new ArrayList<>()).addFirst(version);
                }
            }
        }
        return newest;
    }

    @Override
    public List<ModelVersion> versionsOf(RunId run) {
        return versions.reached().stream()
                .filter(version -> run.equals(version.run()))
                .toList();
    }

    @Override
    public List<ModelVersion> versionsOf(LoggedModelId model) {
        return versions.reached().stream()
                .filter(version -> model.equals(version.loggedModel()))
                .toList();
    }

    @Override
    public Page<RegisteredModel> search(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var seen = models.reached().stream()
                .filter(model -> model.workspace().equals(workspace))
                .toList();
        return search.page(seen, filter, order, page);
    }

    @Override
    public Page<ModelVersion> searchVersions(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var seen = versions.reached().stream()
                .filter(version -> version.workspace().equals(workspace))
                .toList();
        return versionSearch.page(seen, filter, order, page);
    }

    private static Object read(RegisteredModel model, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> model.name().value();
                    case "creation_timestamp" -> model.createdAt();
                    case "last_updated_timestamp" -> model.updatedAt();
                    default -> UNKNOWN;
                };
            case TAG -> model.tags().get(key);
            case METRIC, PARAMETER, DATASET -> UNKNOWN;
        };
    }

    private static Object read(ModelVersion version, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> version.id().name().value();
                    case "version_number" -> version.id().version();
                    case "run_id" ->
                        version.run() == null ? null : version.run().value();
                    case "source_path" -> version.source();
                    case "creation_timestamp" -> version.createdAt();
                    case "last_updated_timestamp" -> version.updatedAt();
                    default -> UNKNOWN;
                };
            case TAG -> version.tags().get(key);
            case METRIC, PARAMETER, DATASET -> UNKNOWN;
        };
    }

    private static RegisteredModel named(RegisteredModel model, ModelName name, Revision revision) {
        return new RegisteredModel(
                model.workspace(),
                name,
                model.description(),
                model.tags(),
                model.aliases(),
                model.createdAt(),
                model.updatedAt(),
                revision);
    }

    private static ModelVersion named(ModelVersion version, ModelRef id, Revision revision) {
        return new ModelVersion(
                version.workspace(),
                id,
                version.source(),
                version.files(),
                version.run(),
                version.loggedModel(),
                version.runLink(),
                version.user(),
                version.author(),
                version.description(),
                version.tags(),
                version.stage(),
                version.createdAt(),
                version.updatedAt(),
                revision);
    }

    private static String key(WorkspaceName workspace, ModelName name) {
        return workspace + "/" + name;
    }
}
