package org.millwright.wire.mlflow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** MLflow's words for being there and being deleted. */
final class LifecycleStage {
    private LifecycleStage() {}

    static String of(@Nullable Instant deletedAt) {
        return deletedAt == null ? "active" : "deleted";
    }
}
