package org.millwright.wire.mlflow;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;

/** MLflow's shape of a model version. Its files are there before it is registered, so it is always ready. */
record ModelVersionBody(
        String name,
        String version,
        long creationTimestamp,
        long lastUpdatedTimestamp,
        String userId,
        String currentStage,
        String description,
        String source,
        String runId,
        String status,
        List<KeyValue> tags,
        String runLink,
        List<String> aliases,
        @Nullable String modelId) {

    static ModelVersionBody of(ModelVersion version, RegisteredModel model) {
        return of(
                version,
                model.aliases().entrySet().stream()
                        .filter(alias -> alias.getValue() == version.id().version())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList());
    }

    static ModelVersionBody of(ModelVersion version, List<String> aliases) {
        return new ModelVersionBody(
                version.id().name().value(),
                Integer.toString(version.id().version()),
                version.createdAt().toEpochMilli(),
                version.updatedAt().toEpochMilli(),
                version.user(),
                version.stage().label(),
                version.description(),
                version.source(),
                version.run() == null ? "" : version.run().value(),
                "READY",
                KeyValue.of(version.tags()),
                version.runLink(),
                aliases,
                version.loggedModel() == null ? null : version.loggedModel().value());
    }
}
