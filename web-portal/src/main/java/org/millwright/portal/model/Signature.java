package org.millwright.portal.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** What a model takes and gives, as the {@code MLmodel} file beside it says. Empty lists when it does not say. */
public record Signature(List<Column> inputs, List<Column> outputs, List<String> flavors) {
    public static final Signature UNKNOWN = new Signature(List.of(), List.of(), List.of());

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TENSOR = 4_096;

    /**
     * One column, or one tensor.
     *
     * @param type such as double, or float32[-1,30] for a tensor
     * @param width values in one row of it: 1 for a column
     */
    public record Column(String name, String type, boolean required, int width) {}

    /** Reads an MLmodel file; whatever in it is not understood is left out. */
    public static Signature parse(String mlmodel) {
        try {
            var file = new Load(LoadSettings.builder().build()).loadFromString(mlmodel);
            if (!(file instanceof Map<?, ?> fields)) {
                return UNKNOWN;
            }
            var flavors = fields.get("flavors") instanceof Map<?, ?> map
                    ? map.keySet().stream().map(String::valueOf).sorted().toList()
                    : List.<String>of();
            return fields.get("signature") instanceof Map<?, ?> signature
                    ? new Signature(columns(signature.get("inputs")), columns(signature.get("outputs")), flavors)
                    : new Signature(List.of(), List.of(), flavors);
        } catch (YamlEngineException notYaml) {
            return UNKNOWN;
        }
    }

    public boolean isKnown() {
        return !inputs.isEmpty() || !outputs.isEmpty();
    }

    private static List<Column> columns(@Nullable Object json) {
        if (!(json instanceof String text)) {
            return List.of();
        }
        var columns = new ArrayList<Column>();
        try {
            for (var column : JSON.readTree(text)) {
                columns.add(column(column));
            }
        } catch (JsonProcessingException notJson) {
            return List.of();
        }
        return columns;
    }

    private static Column column(JsonNode column) {
        var type = column.path("type").asText("");
        if (!type.equals("tensor")) {
            return new Column(
                    column.path("name").asText(""),
                    type,
                    column.path("required").asBoolean(true),
                    1);
        }
        var tensor = column.path("tensor-spec");
        var shape = new ArrayList<String>();
        var width = 1L;
        for (var dimension : tensor.path("shape")) {
            shape.add(dimension.asText());
            width = Math.min(LONGEST_TENSOR, width * Math.max(1, dimension.asLong(1)));
        }
        return new Column(
                column.path("name").asText(""),
                tensor.path("dtype").asText("") + "[" + String.join(",", shape) + "]",
                true,
                (int) width);
    }
}
