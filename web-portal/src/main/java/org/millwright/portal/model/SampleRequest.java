package org.millwright.portal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Collections;
import org.millwright.registry.model.Signature;

/** Makes a request that a model can answer, for somebody who wants to try it. One row is enough. */
public final class SampleRequest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SampleRequest() {}

    /** @param example the model's own {@code input_example.json}; empty when it has none */
    public static String of(String example, Signature signature) {
        var request = JSON.createObjectNode();
        request.set("input_data", data(example, signature));
        return request.toString();
    }

    private static JsonNode data(String example, Signature signature) {
        try {
            var json = example.isEmpty() ? JSON.missingNode() : JSON.readTree(example);
            if (json.path("data").isArray() && !json.path("data").isEmpty()) {
                var table = JSON.createObjectNode();
                if (json.has("columns")) {
                    table.set("columns", json.get("columns"));
                }
                table.set("index", JSON.createArrayNode().add(0));
                table.set("data", JSON.createArrayNode().add(json.get("data").get(0)));
                return json.has("columns") ? table : table.get("data");
            }
            if (json.isArray() && !json.isEmpty()) {
                return json.get(0).isArray()
                        ? JSON.createArrayNode().add(json.get(0))
                        : JSON.createArrayNode().add(json);
            }
        } catch (JsonProcessingException notJson) {
            // The signature says enough.
        }
        return zeros(signature);
    }

    private static JsonNode zeros(Signature signature) {
        var inputs = signature.inputs();
        if (inputs.isEmpty()) {
            return JSON.createArrayNode().add(JSON.createArrayNode().add(0.0));
        }
        if (inputs.size() == 1 && inputs.getFirst().width() > 1) {
            ArrayNode row = JSON.createArrayNode();
            Collections.nCopies(inputs.getFirst().width(), 0.0).forEach(row::add);
            return JSON.createArrayNode().add(row);
        }
        var table = JSON.createObjectNode();
        var columns = table.putArray("columns");
        table.putArray("index").add(0);
        var row = table.putArray("data").addArray();
        for (var input : inputs) {
            columns.add(input.name());
            switch (input.type()) {
                case "string" -> row.add("");
                case "boolean" -> row.add(false);
                case "integer", "long" -> row.add(0);
                default -> row.add(0.0);
            }
        }
        return table;
    }
}
