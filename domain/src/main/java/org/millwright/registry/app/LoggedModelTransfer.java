package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunDirectory;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Moves logged models in and out with their ids and times. Each step may be repeated. */
@ApplicationScoped
@Transactional
public class LoggedModelTransfer {
    private final LoggedModelRepository models;
    private final RunDirectory runs;

    @Inject
    public LoggedModelTransfer(LoggedModelRepository models, RunDirectory runs) {
        this.models = models;
        this.runs = runs;
    }

    @SuppressWarnings("NullAway")
    protected LoggedModelTransfer() {
        this(null, null);
    }

    /** Those of an experiment that are not deleted, the newest first. */
    public Page<LoggedModel> list(WorkspaceName workspace, ExperimentId experiment, PageRequest page) {
        return models.search(
                workspace, new LoggedModelQuery(List.of(experiment), List.of(), List.of(), List.of()), page);
    }

    /** Those of the models that the workspace has. */
    public List<LoggedModel> known(WorkspaceName workspace, Collection<LoggedModelId> ids) {
        return ids.stream()
                .flatMap(id -> models.find(id).stream())
                .filter(model -> model.workspace().equals(workspace))
                .toList();
    }

    /**
     * Makes the logged model, or brings the one of that id up to date; tags that only the one here has stay.
     *
     * @throws Refused with WrongState when the id is that of another one, NotFound when its run is not here
     */
    public LoggedModel put(LoggedModel given) {
        var run = given.run();
        if (run != null) {
            requireRun(given.workspace(), run);
        }
        var here = models.find(given.id()).orElse(null);
        if (here == null) {
            models.save(given);
            return given;
        }
        requireSame(here, given);
        var next = new LoggedModel(
                here.id(),
                here.workspace(),
                here.experiment(),
                here.name(),
                here.modelType(),
                here.run(),
                given.status(),
                merged(here.parameters(), given.parameters()),
                merged(here.tags(), given.tags()),
                here.createdAt(),
                given.updatedAt(),
                here.deletedAt(),
                here.revision());
        if (!next.equals(here)) {
            models.save(next);
        }
        return next;
    }

    /** The root of its files. */
    public ArtifactPath filesOf(WorkspaceName workspace, LoggedModelId id) {
        return get(workspace, id).artifacts();
    }

    private LoggedModel get(WorkspaceName workspace, LoggedModelId id) {
        return models.find(id)
                .filter(model -> model.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("logged model", id));
    }

    private void requireRun(WorkspaceName workspace, RunId run) {
        runs.lookUp(run)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", run));
    }

    private static void requireSame(LoggedModel here, LoggedModel given) {
        var same = here.workspace().equals(given.workspace())
                && here.experiment().equals(given.experiment())
                && here.name().equals(given.name())
                && here.createdAt()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .equals(given.createdAt().truncatedTo(ChronoUnit.MILLIS));
        if (!same) {
            throw new Refused(new Problem.WrongState(
                    "logged model",
                    given.id().value(),
                    here.workspace().equals(given.workspace())
                            ? "another one, '%s', made %s".formatted(here.name(), here.createdAt())
                            : "in another workspace of this server",
                    "import"));
        }
        if (here.deletedAt() != null) {
            throw new Refused(new Problem.WrongState("logged model", given.id().value(), "deleted here", "import"));
        }
    }

    private static Map<String, String> merged(Map<String, String> here, Map<String, String> given) {
        var merged = new HashMap<>(here);
        merged.putAll(given);
        return merged;
    }
}
