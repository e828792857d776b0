package org.millwright.db;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps whole numbers by name in a jsonb column. */
@Converter
public class NumberMapConverter implements AttributeConverter<Map<String, Integer>, Object> {
    @Override
    public @Nullable Object convertToDatabaseColumn(@Nullable Map<String, Integer> value) {
        return value == null ? null : Json.column(Json.write(value).value());
    }

    @Override
    public @Nullable Map<String, Integer> convertToEntityAttribute(@Nullable Object column) {
        return column == null ? null : Json.numbers(column.toString());
    }
}
