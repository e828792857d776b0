package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.PrincipalId;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.RunId;
import org.millwright.registry.BinId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelCatalog;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.ModelVersionDeleted;
import org.millwright.registry.ModelVersionDescribed;
import org.millwright.registry.ModelVersionTagDeleted;
import org.millwright.registry.ModelVersionTagSet;
import org.millwright.registry.model.ModelBin;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Registers models and their versions, and finds them. */
@ApplicationScoped
@Transactional
public class ModelRegistry implements ModelCatalog {
    private final ModelRepository models;
    private final ModelSources sources;
    private final ModelBin bin;
    private final ModelPlaces places;
    private final Clock clock;

    @Inject
    public ModelRegistry(ModelRepository models, ModelSources sources, ModelBin bin, ModelPlaces places, Clock clock) {
        this.models = models;
        this.sources = sources;
        this.bin = bin;
        this.places = places;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ModelRegistry() {
        this(null, null, null, null, null);
    }

    /**
     * What a new version is made from. Run and logged model may be null; the source may tell them.
     *
     * @param user who registers it, as shown to people
     * @param author who registers it; null when it was registered elsewhere by somebody who is not known here
     */
    public record Registration(
            ModelName name,
            String source,
            @Nullable RunId run,
            @Nullable LoggedModelId loggedModel,
            String runLink,
            String user,
            @Nullable PrincipalId author,
            String description,
            Map<String, String> tags) {}

    public RegisteredModel create(
            WorkspaceName workspace, ModelName name, String description, Map<String, String> tags) {
        if (models.find(workspace, name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("registered model", name.value()));
        }
        var model = RegisteredModel.create(workspace, name, description, tags, clock.instant());
        models.save(model.announced());
        return model;
    }

    public RegisteredModel get(WorkspaceName workspace, ModelName name) {
        return models.find(workspace, name).orElseThrow(() -> Refused.notFound("registered model", name));
    }

    public RegisteredModel describe(WorkspaceName workspace, ModelName name, String description) {
        return save(get(workspace, name).describe(description, clock.instant()));
    }

    public RegisteredModel tag(WorkspaceName workspace, ModelName name, String key, String value) {
        return save(get(workspace, name).tag(key, value, clock.instant()));
    }

    public RegisteredModel untag(WorkspaceName workspace, ModelName name, String key) {
        return save(get(workspace, name).untag(key, clock.instant()));
    }

    /** @throws Refused with Forbidden when a policy guards the alias */
    public RegisteredModel alias(WorkspaceName workspace, String alias, ModelRef id, PrincipalId by) {
        var model = places.lock(workspace, id.name());
        var version = places.version(workspace, id);
        var target = new Target.OfAlias(alias);
        if (places.isHeldBy(model, version, target)) {
            return model;
        }
        places.requireUnguarded(workspace, id, target, "set %2$s to %1$s");
        places.place(model, version, target, ModelPlaces.Reason.moved(by));
        return get(workspace, id.name());
    }

    /** @throws Refused with Forbidden when a policy guards the alias */
    public RegisteredModel unalias(WorkspaceName workspace, ModelName name, String alias, PrincipalId by) {
        var model = places.lock(workspace, name);
        var holder = model.aliases().get(alias);
        if (holder == null) {
            return model;
        }
        var id = new ModelRef(name, holder);
        var target = new Target.OfAlias(alias);
        places.requireUnguarded(workspace, id, target, "take %2$s from %1$s");
        places.recordLeft(workspace, id, target, by);
        return save(model.unalias(alias, clock.instant()));
    }

    public ModelVersion getByAlias(WorkspaceName workspace, ModelName name, String alias) {
        var version = get(workspace, name).aliases().get(alias);
        if (version == null) {
            throw Refused.notFound("alias", alias);
        }
        return getVersion(workspace, new ModelRef(name, version));
    }

    public RegisteredModel rename(WorkspaceName workspace, ModelName from, ModelName to) {
        var model = places.lock(workspace, from);
        places.requireUnguarded(workspace, from, "rename");
        if (models.find(workspace, to).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("registered model", to.value()));
        }
        models.rename(workspace, from, to);
        models.tell(model.renamed(to, clock.instant()));
        return get(workspace, to);
    }

    /** Deletes the model with its versions; the name is free at once. From the bin they can be restored. */
    public void delete(WorkspaceName workspace, ModelName name) {
        var model = places.lock(workspace, name);
        Authority.current().requireNoRun("delete models");
        places.requireUnguarded(workspace, name, "delete");
        bin.put(workspace, name, clock.instant());
        models.delete(workspace, name);
        models.tell(model.deleted(clock.instant()));
    }

    /** Makes the next version of a model that exists. */
    public ModelVersion register(WorkspaceName workspace, Registration registration) {
        get(workspace, registration.name());
        var origin = sources.resolve(workspace, registration);
        var now = clock.instant();
        var id = new ModelRef(registration.name(), models.nextVersion(workspace, registration.name()));
        var version = new ModelVersion(
                workspace,
                id,
                registration.source(),
                origin.files(),
                origin.run(),
                origin.loggedModel(),
                registration.runLink(),
                registration.user(),
                registration.author(),
                registration.description(),
                registration.tags(),
                Stage.NONE,
                now,
                now,
                Revision.UNSAVED);
        models.saveVersion(version, List.of(version.registered()));
        return version;
    }

    /** Makes the next version, and the model with its first. */
    public ModelVersion registerOrCreate(WorkspaceName workspace, Registration registration) {
        if (models.find(workspace, registration.name()).isEmpty()) {
            create(workspace, registration.name(), "", Map.of());
        }
        return register(workspace, registration);
    }

    public ModelVersion getVersion(WorkspaceName workspace, ModelRef id) {
        return models.findVersion(workspace, id).orElseThrow(() -> Refused.notFound("model version", id));
    }

    /**
     * Finds a version by what people call it: its number, {@code @alias}, a stage that it holds, or {@code latest}.
     *
     * @throws Refused with NotFound when nothing is called so
     */
    public ModelVersion getVersion(WorkspaceName workspace, ModelName name, String called) {
        if (called.startsWith("@")) {
            return getByAlias(workspace, name, called.substring(1));
        }
        if (called.matches("[0-9]+")) {
            return getVersion(workspace, ModelRef.parse(name + ":" + called));
        }
        return versions(workspace, name).stream()
                .filter(version -> called.equalsIgnoreCase("latest")
                        || version.stage().label().equalsIgnoreCase(called))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("model version", name + "/" + called));
    }

    public List<ModelVersion> versions(WorkspaceName workspace, ModelName name) {
        get(workspace, name);
        return models.versions(workspace, name);
    }

    /** The newest version in each stage; models without a version are left out. */
    public Map<ModelName, List<ModelVersion>> newestByStage(WorkspaceName workspace, Collection<ModelName> names) {
        return models.newestByStage(workspace, names);
    }

    public List<ModelVersion> versionsOf(RunId run) {
        return models.versionsOf(run);
    }

    public ModelVersion describeVersion(WorkspaceName workspace, ModelRef id, String description) {
        var now = clock.instant();
        return change(
                workspace,
                id,
                version -> version.describe(description, now),
                version -> new ModelVersionDescribed(workspace, id, description, version.isPrompt(), now));
    }

    public ModelVersion tagVersion(WorkspaceName workspace, ModelRef id, String key, String value) {
        var now = clock.instant();
        return change(
                workspace,
                id,
                version -> version.tag(key, value, now),
                version -> new ModelVersionTagSet(workspace, id, key, value, version.isPrompt(), now));
    }

    public ModelVersion untagVersion(WorkspaceName workspace, ModelRef id, String key) {
        var now = clock.instant();
        return change(
                workspace,
                id,
                version -> version.untag(key, now),
                version -> new ModelVersionTagDeleted(workspace, id, key, version.isPrompt(), now));
    }

    /**
     * Moves a version to a stage, beside whoever is there.
     *
     * @param archiveOthers sends the stage's other holders to Archived
     * @throws Refused with Forbidden when a policy guards the stage that it goes to or leaves
     */
    public ModelVersion moveTo(
            WorkspaceName workspace, ModelRef id, Stage stage, boolean archiveOthers, PrincipalId by) {
        if (archiveOthers && !stage.isHeldByOne()) {
            throw Refused.invalid("archive_existing_versions", "only for the stages Staging and Production");
        }
        var model = places.lock(workspace, id.name());
        var version = places.version(workspace, id);
        var left = version.stage();
        if (left != stage && left.isHeldByOne()) {
            var leaves = new Target.OfStage(left);
            places.requireUnguarded(workspace, id, leaves, "take %s out of %s");
            places.recordLeft(workspace, id, leaves, by);
        }
        if (!stage.isHeldByOne()) {
            return places.move(version, stage);
        }
        var target = new Target.OfStage(stage);
        if (!(archiveOthers ? places.isHeldBy(model, version, target) : left == stage)) {
            places.requireUnguarded(workspace, id, target, "move %s to %s");
            if (archiveOthers) {
                places.place(model, version, target, ModelPlaces.Reason.moved(by));
            } else {
                places.move(version, stage);
                places.record(version, target, null, ModelPlaces.Reason.moved(by));
            }
        }
        return getVersion(workspace, id);
    }

    /** @throws Refused with Forbidden when the version holds a stage or an alias that a policy guards */
    public void deleteVersion(WorkspaceName workspace, ModelRef id, PrincipalId by) {
        var model = places.lock(workspace, id.name());
        var version = places.version(workspace, id);
        Authority.current().requireNoRun("delete model versions");
        var now = clock.instant();
        var events = new ArrayList<DomainEvent>();
        if (version.stage().isHeldByOne()) {
            leave(workspace, id, new Target.OfStage(version.stage()), by);
        }
        for (var alias : model.aliases().entrySet()) {
            if (alias.getValue() == id.version()) {
                leave(workspace, id, new Target.OfAlias(alias.getKey()), by);
                var change = model.unalias(alias.getKey(), now);
                model = change.next();
                events.addAll(change.events());
            }
        }
        models.save(new Change<>(model, events));
        bin.putVersion(workspace, id, now);
        models.deleteVersion(workspace, id);
        models.tell(new ModelVersionDeleted(workspace, id, version.isPrompt(), now));
    }

    /**
     * Takes a model with its versions out of the bin.
     *
     * @throws Refused with AlreadyExists when its name is taken by another model meanwhile
     */
    public RegisteredModel restore(WorkspaceName workspace, BinId id) {
        var name = bin.nameOf(workspace, id).orElseThrow(() -> Refused.notFound("deleted model", id));
        if (models.find(workspace, name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("registered model", name.value()));
        }
        bin.restore(id);
        return get(workspace, name);
    }

    /**
     * Takes a version out of the bin. Aliases and the stage that it held are not given back: others may hold them now.
     *
     * @throws Refused with NotFound when its model is not there, or AlreadyExists when another has its number
     */
    public ModelVersion restoreVersion(WorkspaceName workspace, BinId id) {
        var version = bin.versionOf(workspace, id).orElseThrow(() -> Refused.notFound("deleted model version", id));
        places.lock(workspace, version.name());
        if (models.findVersion(workspace, version).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("model version", version.toString()));
        }
        bin.restore(id);
        var restored = getVersion(workspace, version);
        return restored.stage().isHeldByOne() ? places.move(restored, Stage.ARCHIVED) : restored;
    }

    private void leave(WorkspaceName workspace, ModelRef id, Target target, PrincipalId by) {
        places.requireUnguarded(workspace, id, target, "delete %s, which holds %s");
        places.recordLeft(workspace, id, target, by);
    }

    public Page<RegisteredModel> search(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        return models.search(workspace, filter, order, page);
    }

    public Page<ModelVersion> searchVersions(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        return models.searchVersions(workspace, filter, order, page);
    }

    @Override
    public ArtifactPath filesOf(WorkspaceName workspace, ModelRef model) {
        var version = getVersion(workspace, model);
        if (version.files() == null) {
            throw new Refused(new Problem.WrongState(
                    "model version",
                    model.toString(),
                    "kept elsewhere (%s)".formatted(version.source()),
                    "read the files of"));
        }
        return version.files();
    }

    private RegisteredModel save(Change<RegisteredModel> change) {
        models.save(change);
        return change.next();
    }

    private ModelVersion change(
            WorkspaceName workspace,
            ModelRef id,
            UnaryOperator<ModelVersion> decision,
            Function<ModelVersion, DomainEvent> event) {
        var version = getVersion(workspace, id);
        var next = decision.apply(version);
        models.saveVersion(next, List.of(event.apply(version)));
        return next;
    }
}
