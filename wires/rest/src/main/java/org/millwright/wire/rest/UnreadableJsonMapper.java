package org.millwright.wire.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
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
        var location = unreadable.getLocation();
        var place =
                location == null ? "" : " (line %d, column %d)".formatted(location.getLineNr(), location.getColumnNr());
        var body = ProblemBody.of(400, "invalid", "Invalid", words(unreadable) + place);
        var field = field(unreadable);
        return (field == null ? body : body.at(field)).toResponse();
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
            case JsonMappingException wrong -> "the value does not fit: " + wrong.getOriginalMessage();
            default -> "the body is not JSON: " + unreadable.getOriginalMessage();
        };
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
