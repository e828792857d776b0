package org.millwright.wire.rest;

import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * Reads numbers and truths from the query and the path, and says which parameter is neither. JAX-RS by itself would answer
 * that there is nothing at the address, and take every word but true for false.
 */
@Provider
public class QueryValues implements ParamConverterProvider {
    @Override
    public <T> @Nullable ParamConverter<T> getConverter(Class<T> type, Type generic, Annotation[] annotations) {
        var name = nameOf(annotations);
        if (type == int.class || type == Integer.class) {
            return converter(text -> number(name, text, Integer::valueOf));
        }
        if (type == long.class || type == Long.class) {
            return converter(text -> number(name, text, Long::valueOf));
        }
        if (type == boolean.class || type == Boolean.class) {
            return converter(text -> truth(name, text));
        }
        return null;
    }

    private static <N extends Number> N number(String name, String text, Function<String, N> read) {
        try {
            return read.apply(text);
        } catch (NumberFormatException notANumber) {
            throw Refused.invalid(name, "'%s' is not a whole number".formatted(text));
        }
    }

    private static Boolean truth(String name, String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw Refused.invalid(name, "'%s' is neither true nor false".formatted(text));
        };
    }

    private static String nameOf(Annotation[] annotations) {
        return Stream.of(annotations)
                .map(annotation -> switch (annotation) {
                    case QueryParam query -> query.value();
                    case PathParam path -> path.value();
                    default -> "";
                })
                .filter(name -> !name.isEmpty())
                .findFirst()
                .orElse("parameter");
    }

    private static <T> ParamConverter<T> converter(Function<String, ?> read) {
        return new ParamConverter<>() {
            @Override
            @SuppressWarnings("unchecked") // A primitive's class and its wrapper's have one converter.
            public T fromString(String text) {
                return (T) read.apply(text);
            }

            @Override
            public String toString(T value) {
                return String.valueOf(value);
            }
        };
    }
}
