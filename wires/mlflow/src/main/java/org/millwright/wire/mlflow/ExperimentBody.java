package org.millwright.wire.mlflow;

import java.util.List;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.model.Experiment;

/** MLflow's shape of an experiment. */
record ExperimentBody(
        String experimentId,
        String name,
        String artifactLocation,
        String lifecycleStage,
        long lastUpdateTime,
        long creationTime,
        List<KeyValue> tags,
        String workspace) {
    static ExperimentBody of(Experiment experiment) {
        return new ExperimentBody(
                experiment.id().toString(),
                experiment.name(),
                ArtifactUri.of(new ArtifactPath(experiment.id().toString())),
                LifecycleStage.of(experiment.deletedAt()),
                experiment.updatedAt().toEpochMilli(),
                experiment.createdAt().toEpochMilli(),
                KeyValue.of(experiment.tags()),
                WorkspaceNames.of(experiment.workspace()));
    }
}
