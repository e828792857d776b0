package org.millwright.wire.mlflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModel;

/** The tag in which MLflow's clients find the registered versions of a logged model: a JSON list. */
final class RegisteredVersions {
    private static final String TAG = "mlflow.modelVersions";

    private RegisteredVersions() {}

    /** The tag with one version more; the same when it is there already. */
    static Map<String, String> with(LoggedModel model, ModelRef version) {
        var versions = list(model.tags().getOrDefault(TAG, "[]"));
        var entry = MlflowJson.MAPPER
                .createObjectNode()
                .put("name", version.name().value())
                .put("version", version.version());
        if (versions.valueStream().noneMatch(entry::equals)) {
            versions.add(entry);
        }
        return Map.of(TAG, versions.toString());
    }

    private static ArrayNode list(String tag) {
        try {
            if (MlflowJson.MAPPER.readTree(tag) instanceof ArrayNode list) {
                return list;
            }
        } catch (JsonProcessingException foreign) {
            // A client wrote something else into it; a new list takes its place.
        }
        return MlflowJson.MAPPER.createArrayNode();
    }
}
