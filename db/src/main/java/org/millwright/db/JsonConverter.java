package org.millwright.db;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import org.jspecify.annotations.Nullable;

/** Keeps a document in a jsonb column. */
@Converter
public class JsonConverter implements AttributeConverter<JsonText, Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(@Nullable JsonText value) {
        return value == null ? null : Json.column(value.value());
    }

    @Override
    public @Nullable JsonText convertToEntityAttribute(@Nullable Object column) {
        return column == null ? null : new JsonText(column.toString());
    }
}
