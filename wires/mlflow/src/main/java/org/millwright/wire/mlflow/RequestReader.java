package org.millwright.wire.mlflow;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/**
 * Reads the JSON of a request into its record. No content at all is an empty request, as it is for MLflow: then the
 * fields that it lacks are what is refused.
 */
@Provider
@Consumes(MediaType.WILDCARD)
public class RequestReader implements MessageBodyReader<Record> {

    @Override
    public boolean isReadable(Class<?> type, Type generic, Annotation[] annotations, MediaType mediaType) {
        return type.isRecord();
    }

    @Override
    public Record readFrom(
            Class<Record> type,
            Type generic,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream content)
            throws IOException {
        requireJson(headers.getFirst(HttpHeaders.CONTENT_TYPE), mediaType);
        if (type.equals((Class<?>) LogBatch.class)) {
            return LogBatch.read(content);
        }
        return read(type, content);
    }

    static <T> T read(Class<T> type, InputStream content) throws IOException {
        JsonNode tree;
        try {
            tree = MlflowJson.MAPPER.readTree(content);
        } catch (JsonProcessingException malformed) {
            throw malformed(malformed);
        }
        if (tree == null || tree.isMissingNode() || tree.isNull()) {
            tree = MlflowJson.MAPPER.createObjectNode();
        }
        if (!tree.isObject()) {
            throw new RequestRefused(MlflowError.invalid(
                    "The request must be a JSON object, not %s".formatted(MlflowJson.shortened(tree.toString()))));
        }
        try {
            return MlflowJson.MAPPER.treeToValue(tree, type);
        } catch (JsonMappingException misfit) {
            throw misfit(misfit, tree);
        }
    }

    /** Says line and column of what is no JSON. One that is nested too deeply has no such place. */
    static RequestRefused malformed(JacksonException malformed) {
        var location = malformed.getLocation();
        var place = location == null
                ? ""
                : ", at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
        return new RequestRefused(MlflowError.invalid(
                "The request is not valid JSON%s: %s".formatted(place, malformed.getOriginalMessage())));
    }

    private static void requireJson(@org.jspecify.annotations.Nullable String header, MediaType mediaType) {
        if (header == null) {
            throw new RequestRefused(MlflowError.invalid("Bad Request. Content-Type header is missing."));
        }
        if (!mediaType.isCompatible(MediaType.APPLICATION_JSON_TYPE)) {
            throw new RequestRefused(
                    MlflowError.invalid("Bad Request. Content-Type must be one of ['application/json']."));
        }
    }

    private static RequestRefused misfit(JsonMappingException misfit, JsonNode tree) {
        var name = new StringBuilder();
        var pointer = JsonPointer.empty();
        for (var step : misfit.getPath()) {
            if (step.getFieldName() == null) {
                name.append('[').append(step.getIndex()).append(']');
                pointer = pointer.appendIndex(step.getIndex());
            } else {
                name.append(name.isEmpty() ? "" : ".").append(step.getFieldName());
                pointer = pointer.appendProperty(step.getFieldName());
            }
        }
        var value = tree.at(pointer);
        return new RequestRefused(MlflowError.invalid(
                name.toString(),
                MlflowJson.shortened(value.toString()),
                "Hint: Value was of type '%s'.".formatted(kind(value))));
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "str";
            case NUMBER -> value.isIntegralNumber() ? "int" : "float";
            case BOOLEAN -> "bool";
            case ARRAY -> "list";
            case OBJECT -> "dict";
            case NULL, MISSING, BINARY, POJO -> "NoneType";
        };
    }
}
