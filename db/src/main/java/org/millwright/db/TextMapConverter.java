package org.millwright.db;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps texts by name in a jsonb column. */
@Converter
public class TextMapConverter implements AttributeConverter<Map<String, String>, Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(@Nullable Map<String, String> value) {
        return value == null ? null : Json.column(Json.write(value).value());
    }

    @Override
    public @Nullable Map<String, String> convertToEntityAttribute(@Nullable Object column) {
        return column == null ? null : Json.texts(column.toString());
    }
}
