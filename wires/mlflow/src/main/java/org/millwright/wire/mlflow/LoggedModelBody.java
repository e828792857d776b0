package org.millwright.wire.mlflow;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.registry.model.LoggedModel;

/** MLflow's shape of a logged model. */
record LoggedModelBody(Info info, Data data) {

    static LoggedModelBody of(LoggedModel model, List<ModelPoint> measured) {
        return new LoggedModelBody(
                new Info(
                        model.id().value(),
                        model.experiment().toString(),
                        model.name(),
                        model.createdAt().toEpochMilli(),
                        model.updatedAt().toEpochMilli(),
                        ArtifactUri.of(model.artifacts()),
                        LoggedModelStatus.of(model.status()),
                        model.modelType(),
                        model.run() == null ? "" : model.run().value(),
                        KeyValue.of(model.tags())),
                new Data(
                        KeyValue.of(model.parameters()),
                        measured.stream().map(MetricBody::of).toList()));
    }

    record Info(
            String modelId,
            String experimentId,
            String name,
            long creationTimestampMs,
            long lastUpdatedTimestampMs,
            String artifactUri,
            LoggedModelStatus status,
            String modelType,
            @Nullable String sourceRunId,
            List<KeyValue> tags) {}

    record Data(List<KeyValue> params, List<MetricBody> metrics) {}
}
