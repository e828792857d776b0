package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelOrigins;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.workspace.WorkspaceName;

/** Tells other contexts where models come from. */
@ApplicationScoped
@Transactional
public class RecordedModels implements ModelOrigins {
    private final ModelRepository models;
    private final LoggedModelRepository loggedModels;

    @Inject
    public RecordedModels(ModelRepository models, LoggedModelRepository loggedModels) {
        this.models = models;
        this.loggedModels = loggedModels;
    }

    @SuppressWarnings("NullAway")
    protected RecordedModels() {
        this(null, null);
    }

    @Override
    public Optional<Version> version(WorkspaceName workspace, ModelRef id) {
        return models.findVersion(workspace, id).map(this::version);
    }

    @Override
    public List<Version> versionsOf(WorkspaceName workspace, RunId run) {
        return versions(workspace, models.versionsOf(run));
    }

    @Override
    public List<Version> versionsOf(WorkspaceName workspace, LoggedModelId model) {
        return versions(workspace, models.versionsOf(model));
    }

    @Override
    public Optional<Logged> logged(WorkspaceName workspace, LoggedModelId id) {
        return loggedModels.find(id).filter(model -> isSeen(model, workspace)).map(RecordedModels::logged);
    }

    @Override
    public List<Logged> loggedBy(WorkspaceName workspace, RunId run) {
        return loggedModels.of(run).stream()
                .filter(model -> isSeen(model, workspace))
                .map(RecordedModels::logged)
                .toList();
    }

    private static boolean isSeen(LoggedModel model, WorkspaceName workspace) {
        return model.workspace().equals(workspace) && model.deletedAt() == null;
    }

    private static Logged logged(LoggedModel model) {
        return new Logged(model.id(), model.name(), model.run());
    }

    private List<Version> versions(WorkspaceName workspace, List<ModelVersion> found) {
        return found.stream()
                .filter(version -> version.workspace().equals(workspace))
                .map(this::version)
                .toList();
    }

    private Version version(ModelVersion version) {
        var aliases = models.find(version.workspace(), version.id().name())
                .map(RegisteredModel::aliases)
                .orElse(Map.of());
        return new Version(
                version.id(),
                version.stage().label(),
                aliases.entrySet().stream()
                        .filter(alias -> alias.getValue() == version.id().version())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList(),
                version.source(),
                version.run(),
                version.loggedModel());
    }
}
