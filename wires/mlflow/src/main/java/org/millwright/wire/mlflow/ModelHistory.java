package org.millwright.wire.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;

/** The models that clients of 2.x logged to a run: a JSON list in a tag of the run. */
final class ModelHistory {
    static final String TAG = "mlflow.log-model.history";

    /** The most that a tag holds; a longer list would be cut and be no JSON any more. */
    private static final int LONGEST = 8000;

    private static final List<String> MANDATORY = List.of("artifact_path", "flavors", "run_id", "utc_time_created");

    private ModelHistory() {}

    /** @throws RequestRefused when it is no JSON, lacks a mandatory field or is of another run */
    static ObjectNode parse(String json, RunId run) {
        JsonNode model;
        try {
            model = MlflowJson.MAPPER.readTree(json);
        } catch (JsonProcessingException malformed) {
            throw new RequestRefused(MlflowError.invalid(
                    "Malformed model info. \n %s \n is not a valid JSON.".formatted(MlflowJson.shortened(json))));
        }
        if (!(model instanceof ObjectNode fields)) {
            throw new RequestRefused(MlflowError.invalid("Malformed model info: it must be a JSON object."));
        }
        var missing = new TreeSet<>(MANDATORY);
        missing.removeAll(Set.copyOf(fieldNames(fields)));
        if (!missing.isEmpty()) {
            throw new RequestRefused(
                    MlflowError.invalid("Model json is missing mandatory fields: %s".formatted(missing)));
        }
        if (!fields.path("run_id").asText().equals(run.value())) {
            throw new RequestRefused(MlflowError.invalid(
                    "model_json", MlflowJson.quoted(fields.path("run_id").asText()), "its run_id must be the run's."));
        }
        return fields;
    }

    /**
     * The list with one more, unless a repeated request says what is in it already. When it grows too long for its tag,
     * first details go and then the oldest models.
     */
    static String append(@Nullable String history, ObjectNode model) {
        var models = list(history);
        if (!has(models, model)) {
            models.add(model);
        }
        for (var index = 0; index < models.size() && tooLong(models); index++) {
            ((ObjectNode) models.get(index)).retain(MANDATORY);
        }
        while (models.size() > 1 && tooLong(models)) {
            models.remove(0);
        }
        if (tooLong(models)) {
            throw new RequestRefused(
                    MlflowError.invalid("'model_json' exceeds the maximum length of %d characters".formatted(LONGEST)));
        }
        return models.toString();
    }

    private static boolean has(ArrayNode models, ObjectNode model) {
        var shortened = model.deepCopy().retain(MANDATORY);
        return models.valueStream().anyMatch(each -> each.equals(model) || each.equals(shortened));
    }

    private static boolean tooLong(ArrayNode models) {
        return models.toString().length() > LONGEST;
    }

    private static ArrayNode list(@Nullable String history) {
        var models = MlflowJson.MAPPER.createArrayNode();
        if (history != null) {
            try {
                // A client may have written anything into the tag itself; what is no list of models starts a new one.
                MlflowJson.MAPPER.readTree(history).forEach(each -> {
                    if (each.isObject()) {
                        models.add(each);
                    }
                });
            } catch (JsonProcessingException foreign) {
                return models;
            }
        }
        return models;
    }

    private static List<String> fieldNames(ObjectNode fields) {
        return fields.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }
}
