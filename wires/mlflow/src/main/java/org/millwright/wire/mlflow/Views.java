package org.millwright.wire.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.View;

/** MLflow's words for whether a search sees what was deleted. */
final class Views {
    private static final List<String> NUMBERED = List.of("ACTIVE_ONLY", "DELETED_ONLY", "ALL");

    private Views() {}

    /** @param field where it stands */
    static View parse(String field, @Nullable JsonNode sent) {
        var text = EnumWord.of(sent, NUMBERED);
        return switch (text) {
            case null -> View.ACTIVE;
            case "", "ACTIVE_ONLY" -> View.ACTIVE;
            case "DELETED_ONLY" -> View.DELETED;
            case "ALL" -> View.ALL;
            default ->
                throw new RequestRefused(
                        MlflowError.invalid(field, MlflowJson.quoted(text), "one of ACTIVE_ONLY, DELETED_ONLY, ALL"));
        };
    }
}
