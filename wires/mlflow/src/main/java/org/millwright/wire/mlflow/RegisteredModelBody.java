package org.millwright.wire.mlflow;

import java.util.List;
import java.util.Map;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;

/** MLflow's shape of a registered model, with the newest version in each stage. */
record RegisteredModelBody(
        String name,
        long creationTimestamp,
        long lastUpdatedTimestamp,
        String description,
        List<ModelVersionBody> latestVersions,
        List<KeyValue> tags,
        List<AliasBody> aliases) {

    /** @param versions the newest in each stage */
    static RegisteredModelBody of(RegisteredModel model, List<ModelVersion> versions) {
        return new RegisteredModelBody(
                model.name().value(),
                model.createdAt().toEpochMilli(),
                model.updatedAt().toEpochMilli(),
                model.description(),
                versions.stream()
                        .map(version -> ModelVersionBody.of(version, model))
                        .toList(),
                KeyValue.of(model.tags()),
                model.aliases().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(alias ->
                                new AliasBody(alias.getKey(), alias.getValue().toString()))
                        .toList());
    }

    record AliasBody(String alias, String version) {}
}
