package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * Moves registered models and their versions in and out, with their numbers and times. Nobody is told of it. Each step
 * may be repeated.
 *
 * <p>A version's source is moved in a form that no server's experiment numbers are in: {@code runs:/<run>/<path>} or
 * {@code models:/<logged model>}.
 */
@ApplicationScoped
@Transactional
public class ModelTransfer {
    private static final String ARTIFACTS = "mlflow-artifacts:/";
    private static final String MODELS = "models:/";

    /** A path within a logged model, which MLflow has no address for. */
    private static final Pattern IN_LOGGED_MODEL = Pattern.compile("models:/(m-[0-9a-f]{32})/(.+)");

    private final ModelRepository models;
    private final ModelSources sources;
    private final LoggedModelTransfer loggedModels;
    private final ModelPlaces places;

    @Inject
    public ModelTransfer(
            ModelRepository models, ModelSources sources, LoggedModelTransfer loggedModels, ModelPlaces places) {
        this.models = models;
        this.sources = sources;
        this.loggedModels = loggedModels;
        this.places = places;
    }

    @SuppressWarnings("NullAway")
    protected ModelTransfer() {
        this(null, null, null, null);
    }

    /** A model as it is elsewhere. @param lastVersion the highest number ever given to a version */
    public record MovedModel(
            ModelName name,
            String description,
            Map<String, String> tags,
            Map<String, Integer> aliases,
            int lastVersion,
            Instant createdAt,
            Instant updatedAt) {}

    /** A version as it is elsewhere. */
    public record MovedVersion(
            ModelRef id,
            String source,
            @Nullable RunId run,
            @Nullable LoggedModelId loggedModel,
            String runLink,
            String user,
            String description,
            Map<String, String> tags,
            Stage stage,
            Instant createdAt,
            Instant updatedAt) {}

    /** All models by name. */
    public Page<MovedModel> models(WorkspaceName workspace, PageRequest page) {
        return models.search(workspace, List.of(), List.of(), page)
                .map(model -> new MovedModel(
                        model.name(),
                        model.description(),
                        model.tags(),
                        model.aliases(),
                        models.lastVersion(workspace, model.name()),
                        model.createdAt(),
                        model.updatedAt()));
    }

    /** All versions of a model, the first first. */
    public Page<MovedVersion> versions(WorkspaceName workspace, ModelName model, PageRequest page) {
        var ofModel = new Criterion(Criterion.Subject.ATTRIBUTE, "name", Operator.EQUAL, List.of(model.value()));
        var byNumber = new Ordering(Criterion.Subject.ATTRIBUTE, "version_number", true);
        return models.searchVersions(workspace, List.of(ofModel), List.of(byNumber), page)
                .map(version -> new MovedVersion(
                        version.id(),
                        movable(version),
                        version.run(),
                        version.loggedModel(),
                        version.runLink(),
                        version.user(),
                        version.description(),
                        version.tags(),
                        version.stage(),
                        version.createdAt(),
                        version.updatedAt()));
    }

    /**
     * Makes the model, or brings the one of that name up to date; tags that only the one here has stay.
     *
     * @throws Refused with WrongState when another model has the name or a policy guards an alias that would move, NotFound
     *     when an alias names no version
     */
    public RegisteredModel put(WorkspaceName workspace, MovedModel moved) {
        moved.aliases().values().forEach(version -> requireVersion(workspace, new ModelRef(moved.name(), version)));
        var here = models.find(workspace, moved.name()).orElse(null);
        if (here != null && !sameTime(here.createdAt(), moved.createdAt())) {
            throw new Refused(new Problem.WrongState(
                    "registered model",
                    moved.name().value(),
                    "another one here, made %s".formatted(here.createdAt()),
                    "import"));
        }
        moved.aliases().forEach((alias, version) -> {
            if (here == null || !version.equals(here.aliases().get(alias))) {
                requireUnguarded(workspace, new ModelRef(moved.name(), version), new Target.OfAlias(alias));
            }
        });
        var next = new RegisteredModel(
                workspace,
                moved.name(),
                moved.description(),
                here == null ? moved.tags() : merged(here.tags(), moved.tags()),
                here == null ? moved.aliases() : merged(here.aliases(), moved.aliases()),
                here == null ? moved.createdAt() : here.createdAt(),
                moved.updatedAt(),
                here == null ? Revision.UNSAVED : here.revision());
        if (!next.equals(here)) {
            models.save(Change.of(next));
        }
        models.reserveVersions(workspace, moved.name(), moved.lastVersion());
        return next;
    }

    /**
     * Makes the version under its number, or brings the one of that number up to date; tags that only the one here has
     * stay.
     *
     * @throws Refused with WrongState when another version has the number or a policy guards a stage that it would enter or
     *     leave, NotFound when what it is made of is not here
     */
    public ModelVersion putVersion(WorkspaceName workspace, MovedVersion moved) {
        models.find(workspace, moved.id().name())
                .orElseThrow(
                        () -> Refused.notFound("registered model", moved.id().name()));
        var here = models.findVersion(workspace, moved.id()).orElse(null);
        requireUnguarded(workspace, moved.id(), here == null ? Stage.NONE : here.stage(), moved.stage());
        if (here == null) {
            var made = made(workspace, moved);
            models.saveVersion(made, List.of());
            models.reserveVersions(workspace, moved.id().name(), moved.id().version());
            return made;
        }
        if (!sameTime(here.createdAt(), moved.createdAt())) {
            throw new Refused(new Problem.WrongState(
                    "model version",
                    moved.id().toString(),
                    "another one here, made %s".formatted(here.createdAt()),
                    "import"));
        }
        var next = new ModelVersion(
                workspace,
                here.id(),
                here.source(),
                here.files(),
                here.run(),
                here.loggedModel(),
                here.runLink(),
                here.user(),
                here.author(),
                moved.description(),
                merged(here.tags(), moved.tags()),
                moved.stage(),
                here.createdAt(),
                moved.updatedAt(),
                here.revision());
        if (!next.equals(here)) {
            models.saveVersion(next, List.of());
        }
        return next;
    }

    private ModelVersion made(WorkspaceName workspace, MovedVersion moved) {
        var within = IN_LOGGED_MODEL.matcher(moved.source());
        var source = moved.source();
        if (within.matches()) {
            var id = new LoggedModelId(within.group(1));
            source = ARTIFACTS + loggedModels.filesOf(workspace, id).resolve(within.group(2));
        }
        var origin = sources.resolve(
                workspace,
                new ModelRegistry.Registration(
                        moved.id().name(),
                        source,
                        moved.run(),
                        moved.loggedModel(),
                        moved.runLink(),
                        moved.user(),
                        null,
                        moved.description(),
                        moved.tags()));
        return new ModelVersion(
                workspace,
                moved.id(),
                source,
                origin.files(),
                origin.run(),
                origin.loggedModel(),
                moved.runLink(),
                moved.user(),
                null,
                moved.description(),
                moved.tags(),
                moved.stage(),
                moved.createdAt(),
                moved.updatedAt(),
                Revision.UNSAVED);
    }

    /** An import goes round no approvals. */
    private void requireUnguarded(WorkspaceName workspace, ModelRef id, Stage from, Stage to) {
        if (from == to) {
            return;
        }
        for (var stage : List.of(from, to)) {
            if (stage.isHeldByOne()) {
                requireUnguarded(workspace, id, new Target.OfStage(stage));
            }
        }
    }

    private void requireUnguarded(WorkspaceName workspace, ModelRef id, Target target) {
        if (places.isGuarded(workspace, id.name(), target)) {
            throw new Refused(new Problem.WrongState(
                    "model version",
                    id.toString(),
                    "of a model whose %s changes hands by approvals here".formatted(target.label()),
                    "import the place of"));
        }
    }

    private static String movable(ModelVersion version) {
        var files = version.files();
        return files != null && version.source().startsWith(ARTIFACTS) ? movable(files) : version.source();
    }

    /** Files lie at experiment/run/artifacts/path or experiment/models/id/artifacts/path. */
    private static String movable(ArtifactPath files) {
        var segments = files.segments();
        var ofLoggedModel = segments.size() >= 4 && segments.get(1).equals("models");
        if (!ofLoggedModel) {
            return "runs:/" + segments.get(1) + "/" + String.join("/", segments.subList(3, segments.size()));
        }
        var path = String.join("/", segments.subList(4, segments.size()));
        return MODELS + segments.get(2) + (path.isEmpty() ? "" : "/" + path);
    }

    private void requireVersion(WorkspaceName workspace, ModelRef id) {
        models.findVersion(workspace, id).orElseThrow(() -> Refused.notFound("model version", id));
    }

    private static boolean sameTime(Instant one, Instant other) {
        return one.truncatedTo(ChronoUnit.MILLIS).equals(other.truncatedTo(ChronoUnit.MILLIS));
    }

    private static <V> Map<String, V> merged(Map<String, V> here, Map<String, V> given) {
        var merged = new HashMap<>(here);
        merged.putAll(given);
        return merged;
    }
}
