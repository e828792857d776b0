package org.millwright.db.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Outbox;
import org.millwright.db.Search;
import org.millwright.db.Term;
import org.millwright.db.Within;
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
import org.millwright.shared.Notifications;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Registered models and their versions in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaModelRepository implements ModelRepository {
    private static final String MODEL = "registered model";
    private static final String VERSION = "model version";

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaModelRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaModelRepository() {
        this(null, null);
    }

    @Override
    public Optional<RegisteredModel> find(WorkspaceName workspace, ModelName name) {
        return database.find(RegisteredModelRow.class, new NamedKey(workspace, name))
                .map(RegisteredModelRow::toModel);
    }

    @Override
    public Optional<RegisteredModel> findForUpdate(WorkspaceName workspace, ModelName name) {
        return database.findForUpdate(RegisteredModelRow.class, new NamedKey(workspace, name))
                .map(RegisteredModelRow::toModel);
    }

    @Override
    public void save(Change<RegisteredModel> change) {
        var model = change.next();
        if (model.revision().isUnsaved()) {
            database.add(new RegisteredModelRow(model), MODEL, model.name());
        } else {
            database.current(
                            RegisteredModelRow.class,
                            new NamedKey(model.workspace(), model.name()),
                            model.revision(),
                            MODEL,
                            model.name())
                    .write(model);
            database.flush(MODEL, model.name());
        }
        outbox.append(change.events());
    }

    @Override
    public void rename(WorkspaceName workspace, ModelName from, ModelName to) {
        Authority.current().require(model(workspace, from));
        // Under the other name it is another thing to whoever holds a role on this name alone.
        Authority.current().require(model(workspace, to));
        var renamed = database.update("""
                UPDATE registry.registered_model SET name = ?, revision = revision + 1
                WHERE workspace = ? AND name = ?
                  AND NOT EXISTS (SELECT 1 FROM registry.registered_model WHERE workspace = ? AND name = ?)
                """, to.value(), workspace.value(), from.value(), workspace.value(), to.value());
        if (renamed == 0) {
            throw find(workspace, to).isPresent()
                    ? new Refused(new Problem.AlreadyExists(MODEL, to.value()))
                    : Refused.notFound(MODEL, from);
        }
        // Who holds a role on it, or is denied it, goes on doing so. One that they have on the new name already stays.
        database.update("""
                UPDATE access.role_assignment a SET resource = ?
                WHERE workspace = ? AND resource_kind = 'MODEL' AND resource = ? AND NOT EXISTS (
                    SELECT 1 FROM access.role_assignment b
                    WHERE b.principal = a.principal AND b.role = a.role AND b.effect = a.effect
                      AND b.workspace = a.workspace AND b.resource_kind = a.resource_kind AND b.resource = ?)
                """, to.value(), workspace.value(), from.value(), to.value());
        database.wake(Notifications.RIGHTS);
        // The rows in memory have the old name.
        database.entities().clear();
    }

    @Override
    public void delete(WorkspaceName workspace, ModelName name) {
        Authority.current().require(model(workspace, name));
        database.update(
                "DELETE FROM registry.registered_model WHERE workspace = ? AND name = ?",
                workspace.value(),
                name.value());
        database.entities().clear();
    }

    @Override
    public int nextVersion(WorkspaceName workspace, ModelName name) {
        var number = database.findForUpdate(RegisteredModelRow.class, new NamedKey(workspace, name))
                .orElseThrow(() -> Refused.notFound(MODEL, name))
                .nextVersion();
        database.flush(MODEL, name);
        return number;
    }

    @Override
    public int lastVersion(WorkspaceName workspace, ModelName name) {
        return database.find(RegisteredModelRow.class, new NamedKey(workspace, name))
                .map(RegisteredModelRow::lastVersion)
                .orElse(0);
    }

    @Override
    public void reserveVersions(WorkspaceName workspace, ModelName name, int upTo) {
        database.findForUpdate(RegisteredModelRow.class, new NamedKey(workspace, name))
                .orElseThrow(() -> Refused.notFound(MODEL, name))
                .reserveVersions(upTo);
        database.flush(MODEL, name);
    }

    @Override
    public Optional<ModelVersion> findVersion(WorkspaceName workspace, ModelRef id) {
        return database.find(ModelVersionRow.class, new VersionKey(workspace, id))
                .map(ModelVersionRow::toVersion);
    }

    @Override
    public Optional<ModelVersion> findVersionForUpdate(WorkspaceName workspace, ModelRef id) {
        return database.findForUpdate(ModelVersionRow.class, new VersionKey(workspace, id))
                .map(ModelVersionRow::toVersion);
    }

    @Override
    public List<ModelVersion> inStageForUpdate(WorkspaceName workspace, ModelName name, Stage stage) {
        Authority.current().require(model(workspace, name));
        return database.entities()
                .createQuery(
                        "SELECT v FROM ModelVersionRow v WHERE v.workspace = :workspace AND v.model = :model AND v.stage = :stage ORDER BY v.version DESC",
                        ModelVersionRow.class)
                .setParameter("workspace", workspace.value())
                .setParameter("model", name.value())
                .setParameter("stage", stage.name())
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .map(ModelVersionRow::toVersion)
                .toList();
    }

    @Override
    public void saveVersion(ModelVersion version, List<DomainEvent> events) {
        if (version.revision().isUnsaved()) {
            database.add(new ModelVersionRow(version), VERSION, version.id());
        } else {
            database.current(
                            ModelVersionRow.class,
                            new VersionKey(version.workspace(), version.id()),
                            version.revision(),
                            VERSION,
                            version.id())
                    .write(version);
            database.flush(VERSION, version.id());
        }
        outbox.append(events);
    }

    @Override
    public void deleteVersion(WorkspaceName workspace, ModelRef id) {
        database.find(ModelVersionRow.class, new VersionKey(workspace, id)).ifPresent(row -> {
            database.entities().remove(row);
            database.flush(VERSION, id);
        });
    }

    @Override
    public void tell(DomainEvent event) {
        outbox.append(List.of(event));
    }

    @Override
    public List<ModelVersion> versions(WorkspaceName workspace, ModelName name) {
        return database.entities()
                .createQuery(
                        "SELECT v FROM ModelVersionRow v WHERE v.workspace = :workspace AND v.model = :model ORDER BY v.version DESC",
                        ModelVersionRow.class)
                .setParameter("workspace", workspace.value())
                .setParameter("model", name.value())
                .getResultStream()
                .filter(ModelVersionRow::isSeen)
                .map(ModelVersionRow::toVersion)
                .toList();
    }

    @Override
    public Map<ModelName, List<ModelVersion>> newestByStage(WorkspaceName workspace, Collection<ModelName> names) {
        var within = Within.reach(ResourceKind.MODEL, workspace);
        return newestByStageOf(
                workspace, names.stream().filter(within::includes).toList());
    }

    private Map<ModelName, List<ModelVersion>> newestByStageOf(WorkspaceName workspace, List<ModelName> names) {
        if (names.isEmpty()) {
            return Map.of();
        }
        var numbers = IntStream.range(0, names.size())
                .mapToObj(i -> "(CAST(?%d AS text) COLLATE \"C\")".formatted(i + 2))
                .collect(Collectors.joining(", "));
        var stages = Arrays.stream(Stage.values())
                .map(stage -> "('%s')".formatted(stage.name()))
                .collect(Collectors.joining(", "));
        var query = database.entities()
                .createNativeQuery("""
                        SELECT newest.* FROM (VALUES %s) AS model (name)
                        CROSS JOIN (VALUES %s) AS stage (name)
                        CROSS JOIN LATERAL (
                            SELECT v.* FROM registry.model_version v
                            WHERE v.workspace = ?1 AND v.model = model.name AND v.stage = stage.name
                            ORDER BY v.version DESC LIMIT 1) newest
                        ORDER BY newest.version
                        """.formatted(numbers, stages), ModelVersionRow.class)
                .setParameter(1, workspace.value());
        var number = 2;
        for (var name : names) {
            query.setParameter(number++, name.value());
        }
        var versions = new HashMap<ModelName, List<ModelVersion>>();
        for (var row : query.getResultList()) {
            var version = ((ModelVersionRow) row).toVersion();
            versions.computeIfAbsent(version.id().name(), _ -> new ArrayList<>())
                    .add(version);
        }
        return versions;
    }

    @Override
    public List<ModelVersion> versionsOf(RunId run) {
        return database.entities()
                .createQuery(
                        "SELECT v FROM ModelVersionRow v WHERE v.run = :run ORDER BY v.model, v.version",
                        ModelVersionRow.class)
                .setParameter("run", run.value())
                .getResultStream()
                .filter(ModelVersionRow::isIncluded)
                .map(ModelVersionRow::toVersion)
                .toList();
    }

    @Override
    public List<ModelVersion> versionsOf(LoggedModelId model) {
        return database.entities()
                .createQuery(
                        "SELECT v FROM ModelVersionRow v WHERE v.loggedModel = :logged ORDER BY v.model, v.version",
                        ModelVersionRow.class)
                .setParameter("logged", model.value())
                .getResultStream()
                .filter(ModelVersionRow::isIncluded)
                .map(ModelVersionRow::toVersion)
                .toList();
    }

    @Override
    public Page<RegisteredModel> search(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var search = new Search("registry.registered_model", "m", JpaModelRepository::modelTerm);
        return search.where("m.workspace = " + search.bind(workspace.value()))
                .within(ResourceKind.MODEL, workspace, "m.name")
                .filter(filter)
                .order(order)
                .thenBy(Term.text("m.name"), true)
                .page(
                        database.entities(),
                        RegisteredModelRow.PAGE,
                        RegisteredModelRow.class,
                        page,
                        RegisteredModelRow::toModel);
    }

    @Override
    public Page<ModelVersion> searchVersions(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var search = new Search("registry.model_version", "v", JpaModelRepository::versionTerm);
        return search.where("v.workspace = " + search.bind(workspace.value()))
                .within(ResourceKind.MODEL, workspace, "v.model")
                .filter(filter)
                .order(order)
                .thenBy(Term.text("v.model"), true)
                .thenBy(Term.integer("v.version"), false)
                .page(
                        database.entities(),
                        ModelVersionRow.PAGE,
                        ModelVersionRow.class,
                        page,
                        ModelVersionRow::toVersion);
    }

    private static Resource model(WorkspaceName workspace, ModelName name) {
        return Resource.of(ResourceKind.MODEL, workspace, name);
    }

    private static @Nullable Term modelTerm(Search search, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> Term.text("m.name");
                    case "creation_timestamp" -> Term.time("m.created_at");
                    case "last_updated_timestamp" -> Term.time("m.updated_at");
                    default -> null;
                };
            case TAG -> Term.member(search, "m.tags", key);
            case METRIC, PARAMETER, DATASET -> null;
        };
    }

    private static @Nullable Term versionTerm(Search search, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> Term.text("v.model");
                    case "version_number" -> Term.integer("v.version");
                    case "run_id" -> Term.text("v.run").orMissing();
                    case "source_path" -> Term.text("v.source").lookedUpBy("left(v.source, 500) = left(%1$s, 500)");
                    case "creation_timestamp" -> Term.time("v.created_at");
                    case "last_updated_timestamp" -> Term.time("v.updated_at");
                    default -> null;
                };
            case TAG -> Term.member(search, "v.tags", key);
            case METRIC, PARAMETER, DATASET -> null;
        };
    }
}
