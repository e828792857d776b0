package org.millwright.portal.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one field was and is, a document's fields each by themselves.
 *
 * @param before empty when it was not there
 * @param after empty when it is no longer there
 */
public record Difference(String field, String before, String after) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static List<Difference> of(@Nullable String before, @Nullable String after) {
        var was = new TreeMap<String, String>();
        var is = new TreeMap<String, String>();
        flatten("", before, was);
        flatten("", after, is);
        var fields = new TreeMap<>(was);
        fields.putAll(is);
        var differences = new ArrayList<Difference>();
        for (var field : fields.keySet()) {
            differences.add(new Difference(field, was.getOrDefault(field, ""), is.getOrDefault(field, "")));
        }
        return differences;
    }

    private static void flatten(String name, @Nullable String json, TreeMap<String, String> into) {
        if (json != null) {
            try {
                flatten(name, JSON.readTree(json), into);
            } catch (JsonProcessingException noJson) {
                into.put(name, json);
            }
        }
    }

    private static void flatten(String name, JsonNode value, TreeMap<String, String> into) {
        if (value.isObject() && !value.isEmpty()) {
            value.properties()
                    .forEach(field -> flatten(
                            name.isEmpty() ? field.getKey() : name + "." + field.getKey(), field.getValue(), into));
        } else {
            into.put(name, value.isValueNode() ? value.asText() : value.toString());
        }
    }
}
