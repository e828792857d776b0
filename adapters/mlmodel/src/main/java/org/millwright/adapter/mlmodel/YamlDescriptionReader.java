package org.millwright.adapter.mlmodel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.Signature;
import org.millwright.registry.model.Signature.Column;
import org.millwright.registry.model.Signature.Parameter;
import org.millwright.registry.spi.ModelDescriptionReader;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads {@code MLmodel}: YAML with the signature as JSON within it. No tag of the YAML makes an object of a class. */
@ApplicationScoped
public class YamlDescriptionReader implements ModelDescriptionReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Lists of lists by aliases are small until somebody goes through them, as is done with a list that stands for a key. */
    private static final LoadSettings LIMITED = LoadSettings.builder()
            .setLabel("MLmodel")
            .setAllowRecursiveKeys(false)
            .setMaxAliasesForCollections(10)
            .build();

    private static final int LONGEST_TENSOR = 4_096;
    private static final int MOST_COLUMNS = 2_000;
    private static final int DEEPEST_TYPE = 5;
    private static final int MOST_PROPERTIES = 20;

    @Override
    public ModelDescription read(String mlmodel) {
        try {
            return new Load(LIMITED).loadFromString(mlmodel) instanceof Map<?, ?> fields
                    ? description(fields)
                    : ModelDescription.NONE;
        } catch (YamlEngineException notYaml) {
            return ModelDescription.NONE;
        } catch (StackOverflowError tooDeep) {
            // The parser follows nested lists by recursion; what nests that deep is no description.
            return ModelDescription.NONE;
        }
    }

    private static ModelDescription description(Map<?, ?> fields) {
        var flavors = fields.get("flavors") instanceof Map<?, ?> map ? map : Map.of();
        var python = flavors.get("python_function") instanceof Map<?, ?> map ? map : Map.of();
        var example = fields.get("saved_input_example_info") instanceof Map<?, ?> map ? map : Map.of();
        return new ModelDescription(
                fields.get("signature") instanceof Map<?, ?> signature ? signature(signature) : Signature.UNKNOWN,
                flavors.keySet().stream()
                        .filter(String.class::isInstance)
                        .map(String.class::cast)
                        .sorted()
                        .toList(),
                text(python.get("python_version")),
                text(fields.get("mlflow_version")),
                exampleFile(text(example.get("artifact_path"))));
    }

    /** Only a plain name: what lies elsewhere is not the model's. */
    private static String exampleFile(String path) {
        return path.matches("[\\w.-]+") && !path.startsWith(".") ? path : "";
    }

    private static Signature signature(Map<?, ?> signature) {
        return new Signature(
                json(signature.get("inputs"))
                        .valueStream()
                        .limit(MOST_COLUMNS)
                        .map(YamlDescriptionReader::column)
                        .toList(),
                json(signature.get("outputs"))
                        .valueStream()
                        .limit(MOST_COLUMNS)
                        .map(YamlDescriptionReader::column)
                        .toList(),
                json(signature.get("params"))
                        .valueStream()
                        .limit(MOST_COLUMNS)
                        .map(YamlDescriptionReader::parameter)
                        .toList());
    }

    /** A list; an empty one when it is something else. */
    private static JsonNode json(@Nullable Object text) {
        try {
            var list = text instanceof String json ? JSON.readTree(json) : JSON.createArrayNode();
            return list.isArray() ? list : JSON.createArrayNode();
        } catch (JsonProcessingException notJson) {
            return JSON.createArrayNode();
        }
    }

    private static Column column(JsonNode column) {
        var name = column.path("name").asText("");
        if (!column.path("type").asText("").equals("tensor")) {
            return new Column(name, type(column, 0), column.path("required").asBoolean(true), 1);
        }
        var tensor = column.path("tensor-spec");
        var width = 1L;
        for (var dimension : tensor.path("shape")) {
            width = Math.min(LONGEST_TENSOR, width * Math.max(1, dimension.asLong(1)));
        }
        return new Column(name, tensor.path("dtype").asText("") + shape(tensor.path("shape")), true, (int) width);
    }

    private static Parameter parameter(JsonNode parameter) {
        var given = parameter.path("default");
        return new Parameter(
                parameter.path("name").asText(""),
                type(parameter, 0) + (parameter.path("shape").isArray() ? shape(parameter.path("shape")) : ""),
                given.isMissingNode() || given.isNull() ? "" : given.toString());
    }

    private static String shape(JsonNode dimensions) {
        var shape = new ArrayList<String>();
        dimensions.forEach(dimension -> shape.add(dimension.asText()));
        return "[" + String.join(",", shape) + "]";
    }

    /** A type of columns, which may be made of others. */
    private static String type(JsonNode typed, int depth) {
        var type = typed.path("type").asText("");
        if (depth >= DEEPEST_TYPE) {
            return type;
        }
        return switch (type) {
            case "array" -> "array<" + type(typed.path("items"), depth + 1) + ">";
            case "map" -> "map<" + type(typed.path("values"), depth + 1) + ">";
            case "object" -> "object{" + properties(typed.path("properties"), depth) + "}";
            default -> type;
        };
    }

    private static String properties(JsonNode properties, int depth) {
        List<Map.Entry<String, JsonNode>> named = properties.propertyStream().toList();
        return named.stream()
                        .limit(MOST_PROPERTIES)
                        .map(property -> property.getKey() + ": " + type(property.getValue(), depth + 1))
                        .collect(Collectors.joining(", "))
                + (named.size() > MOST_PROPERTIES ? ", …" : "");
    }

    private static String text(@Nullable Object value) {
        return value instanceof String || value instanceof Number ? value.toString() : "";
    }
}
