package org.millwright.wire.mlflow;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Stage;

/** The newest version in each stage that has one. */
final class LatestVersions {
    private LatestVersions() {}

    /** In the order of their numbers. */
    static List<ModelVersion> of(List<ModelVersion> versions) {
        var newest = new EnumMap<Stage, ModelVersion>(Stage.class);
        for (var version : versions) {
            newest.merge(
                    version.stage(),
                    version,
                    (known, other) -> known.id().version() >= other.id().version() ? known : other);
        }
        return newest.values().stream()
                .sorted(Comparator.comparing(version -> version.id().version()))
                .toList();
    }
}
