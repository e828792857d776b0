package org.millwright.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.SQLException;
import java.util.Map;
import org.postgresql.util.PGobject;

/** Turns documents into JSON and back. Unknown fields are ignored, so that an older server reads what a newer one wrote. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Integer>> NUMBERS = new TypeReference<>() {};
    private static final TypeReference<Map<String, Object>> FIELDS = new TypeReference<>() {};

    private Json() {}

    public static JsonText write(Object document) {
        try {
            return new JsonText(MAPPER.writeValueAsString(document));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Not writable as JSON: " + document.getClass(), impossible);
        }
    }

    public static <T> T read(JsonText text, Class<T> type) {
        try {
            return MAPPER.readValue(text.value(), type);
        } catch (JsonProcessingException broken) {
            throw unreadable(broken);
        }
    }

    /** @throws JsonProcessingException when it is no JSON; for text that comes from outside */
    public static JsonNode parse(String text) throws JsonProcessingException {
        return MAPPER.readTree(text);
    }

    public static Map<String, String> texts(String json) {
        return read(json, TEXTS);
    }

    static Map<String, Integer> numbers(String json) {
        return read(json, NUMBERS);
    }

    static Map<String, Object> fields(String json) {
        return read(json, FIELDS);
    }

    private static <T> T read(String json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException broken) {
            throw unreadable(broken);
        }
    }

    /** As the driver wants a value of a jsonb column. */
    static PGobject column(String json) {
        var column = new PGobject();
        column.setType("jsonb");
        try {
            column.setValue(json);
        } catch (SQLException impossible) {
            throw new IllegalStateException("A plain PGobject takes any text", impossible);
        }
        return column;
    }

    private static IllegalStateException unreadable(JsonProcessingException broken) {
        // The location only: the document may hold what must not be logged.
        return new IllegalStateException("A stored document cannot be read, at " + broken.getLocation());
    }
}
