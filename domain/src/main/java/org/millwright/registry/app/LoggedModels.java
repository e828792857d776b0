package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunDirectory;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.IdSource;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Keeps the models that runs log (MLflow 3). */
@ApplicationScoped
@Transactional
public class LoggedModels {
    private final LoggedModelRepository models;
    private final RunDirectory runs;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public LoggedModels(LoggedModelRepository models, RunDirectory runs, IdSource ids, Clock clock) {
        this.models = models;
        this.runs = runs;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected LoggedModels() {
        this(null, null, null, null);
    }

    /** Begins a logged model; it is pending until its files are there. @param name empty to let us choose */
    public LoggedModel create(
            WorkspaceName workspace,
            ExperimentId experiment,
            String name,
            String modelType,
            @Nullable RunId run,
            Map<String, String> parameters,
            Map<String, String> tags) {
        requireExperiment(workspace, experiment);
        if (run != null
                && Authority.reading(() -> runs.lookUp(run))
                        .filter(found -> found.workspace().equals(workspace))
                        .isEmpty()) {
            throw Refused.notFound("run", run);
        }
        requireOwn(run);
        var id = new LoggedModelId("m-" + ids.nextHexId());
        var now = clock.instant();
        var model = new LoggedModel(
                id,
                workspace,
                experiment,
                name.isEmpty() ? "model-" + id.value().substring(2, 10) : name,
                modelType,
                run,
                LoggedModel.Status.PENDING,
                parameters,
                tags,
                now,
                now,
                null,
                Revision.UNSAVED);
        models.save(model);
        return model;
    }

    public LoggedModel get(WorkspaceName workspace, LoggedModelId id) {
        return models.find(id)
                .filter(found -> found.workspace().equals(workspace) && found.deletedAt() == null)
                .orElseThrow(() -> Refused.notFound("logged model", id));
    }

    public LoggedModel finish(WorkspaceName workspace, LoggedModelId id, LoggedModel.Status status) {
        return change(workspace, id, (model, now) -> {
            requireOwn(model.run());
            return model.become(status, now);
        });
    }

    public LoggedModel tag(WorkspaceName workspace, LoggedModelId id, Map<String, String> tags) {
        return change(workspace, id, (model, now) -> model.tag(tags, now));
    }

    public LoggedModel untag(WorkspaceName workspace, LoggedModelId id, String key) {
        return change(workspace, id, (model, now) -> model.untag(key, now));
    }

    public LoggedModel addParameters(WorkspaceName workspace, LoggedModelId id, Map<String, String> parameters) {
        return change(workspace, id, (model, now) -> {
            requireOwn(model.run());
            return model.withParameters(parameters, now);
        });
    }

    /** Deletes it; one that is deleted already stays so. */
    public void delete(WorkspaceName workspace, LoggedModelId id) {
        var model = models.find(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("logged model", id));
        requireOwn(model.run());
        if (model.deletedAt() == null) {
            models.save(model.delete(clock.instant()));
        }
    }

    /** @throws Refused with WrongState when it, or its whole experiment, is being purged or deleted */
    public LoggedModel restore(WorkspaceName workspace, LoggedModelId id) {
        var model = models.find(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("logged model", id));
        requireOwn(model.run());
        if (model.deletedAt() == null) {
            return model;
        }
        if (models.isBeingPurged(id)) {
            throw new Refused(new Problem.WrongState("logged model", id.value(), "being purged", "restore"));
        }
        requireExperiment(workspace, model.experiment());
        var next = model.restore(clock.instant());
        models.save(next);
        return next;
    }

    /** Experiments that the workspace does not have are passed over. */
    public Page<LoggedModel> search(WorkspaceName workspace, LoggedModelQuery query, PageRequest page) {
        var own = query.experiments().stream()
                .filter(experiment ->
                        runs.workspaceOf(experiment).filter(workspace::equals).isPresent())
                .toList();
        return models.search(
                workspace, new LoggedModelQuery(own, query.filter(), query.datasets(), query.order()), page);
    }

    /** Tags may be set by whoever registers a version of it, which marks it so. */
    private void requireOwn(@Nullable RunId run) {
        if (run != null) {
            runs.requireOwn(run);
        }
    }

    private void requireExperiment(WorkspaceName workspace, ExperimentId experiment) {
        if (runs.workspaceOf(experiment).filter(workspace::equals).isEmpty()) {
            throw Refused.notFound("experiment", experiment);
        }
    }

    private LoggedModel change(
            WorkspaceName workspace, LoggedModelId id, BiFunction<LoggedModel, Instant, LoggedModel> decision) {
        var next = decision.apply(get(workspace, id), clock.instant());
        models.save(next);
        return next;
    }
}
