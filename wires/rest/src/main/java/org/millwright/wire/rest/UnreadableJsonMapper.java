package org.millwright.wire.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.InvalidNullException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.time.Instant;
import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/** A body that is not the JSON that was expected: says where. */
@Provider
public class UnreadableJsonMapper implements ExceptionMapper<JsonProcessingException> {
    @Override
    public Response toResponse(JsonProcessingException unreadable) {
        if (unreadable instanceof ValueInstantiationException && refusal(unreadable) instanceof Refused refused) {
            return new RefusedMapper().toResponse(refused);
        }
        return body(unreadable).toResponse();
    }

    static ProblemBody body(JsonProcessingException unreadable) {
        var location = unreadable.getLocation();
        var place =
                location == null ? "" : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
        var body = ProblemBody.of(400, "invalid", "Invalid", words(unreadable) + place);
        var field = field(unreadable);
        return field == null ? body : body.at(field);
    }

    private static String words(JsonProcessingException unreadable) {
        return switch (unreadable) {
            case UnrecognizedPropertyException unknown ->
                "unknown key '%s'; known are %s"
                        .formatted(
                                unknown.getPropertyName(),
                                unknown.getKnownPropertyIds().stream()
                                        .map(Object::toString)
                                        .sorted()
                                        .collect(Collectors.joining(", ")));
            case InvalidNullException _ -> "null is no part of a list or a map";
            case InvalidFormatException wrong
            when wrong.getTargetType() == Instant.class ->
                "'%s' is not a time such as 2026-01-31T08:00:00Z".formatted(wrong.getValue());
            // Jackson has no type of its own for it.
            case MismatchedInputException wrong
            when wrong.getOriginalMessage().startsWith("Trailing token") -> "the body goes on behind its end";
            case MismatchedInputException wrong
            when wanted(wrong.getTargetType()) != null ->
                "the value does not fit: wanted is " + wanted(wrong.getTargetType());
            case JsonMappingException wrong -> "the value does not fit: " + wrong.getOriginalMessage();
            // Without the word that is none: it may be a secret whose quotation marks were forgotten.
            default ->
                "the body is not JSON: "
                        + unreadable
                                .getOriginalMessage()
                                .replaceAll("(?s)Unrecognized token '.*?'", "Unrecognized token");
        };
    }

    /** In JSON's words, not in Java's. */
    private static @Nullable String wanted(@Nullable Class<?> type) {
        if (type == null) {
            return null;
        }
        if (type == String.class) {
            return "a text";
        }
        if (type == Instant.class) {
            return "a time such as 2026-01-31T08:00:00Z";
        }
        if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        return Collection.class.isAssignableFrom(type) ? "a list" : "an object";
    }

    private static @Nullable String field(JsonProcessingException unreadable) {
        if (unreadable instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            return mapping.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                    .collect(Collectors.joining("."));
        }
        return null;
    }

    private static @Nullable Throwable refusal(Throwable failure) {
        var cause = failure.getCause();
        while (cause != null && !(cause instanceof Refused)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
