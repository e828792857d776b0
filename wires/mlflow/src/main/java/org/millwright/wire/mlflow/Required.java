package org.millwright.wire.mlflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a request has to say or may leave out. What is missing or wrong is refused in MLflow's words. */
final class Required {
    private Required() {}

    /** An empty text is a missing one: the protocol cannot tell them apart. */
    static String text(String parameter, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            throw new RequestRefused(MlflowError.missing(parameter));
        }
        return value;
    }

    static <T> T value(String parameter, @Nullable T value) {
        if (value == null) {
            throw new RequestRefused(MlflowError.missing(parameter));
        }
        return value;
    }

    static <T> List<T> list(String parameter, @Nullable List<T> values) {
        if (values == null || values.isEmpty()) {
            throw new RequestRefused(MlflowError.missing(parameter));
        }
        return values;
    }

    static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    static <T> List<T> orEmpty(@Nullable List<T> values) {
        return values == null ? List.of() : values;
    }

    /** @param text from a query string */
    static @Nullable Long whole(String parameter, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException notANumber) {
            throw new RequestRefused(MlflowError.invalid(parameter, MlflowJson.quoted(text), "a whole number"));
        }
    }

    /** @param text from a query string */
    static @Nullable Integer number(String parameter, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException notANumber) {
            throw new RequestRefused(MlflowError.invalid(parameter, MlflowJson.quoted(text), "a whole number"));
        }
    }
}
