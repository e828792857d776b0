package org.millwright.wire.mlflow;

import org.jspecify.annotations.Nullable;
import org.millwright.shared.View;

/** MLflow's words for whether a search sees what was deleted. */
final class Views {
    private Views() {}

    static View parse(@Nullable String text) {
        return switch (text) {
            case null -> View.ACTIVE;
            case "", "ACTIVE_ONLY" -> View.ACTIVE;
            case "DELETED_ONLY" -> View.DELETED;
            case "ALL" -> View.ALL;
            default ->
                throw new RequestRefused(MlflowError.invalid(
                        "view_type", MlflowJson.quoted(text), "one of ACTIVE_ONLY, DELETED_ONLY, ALL"));
        };
    }
}
