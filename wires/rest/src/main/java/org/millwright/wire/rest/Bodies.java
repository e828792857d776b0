package org.millwright.wire.rest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.shared.Refused;

/** What request bodies must have, and what stands for what they may leave out. */
final class Bodies {
    private Bodies() {}

    static <T> T given(@Nullable T body) {
        return needed("body", body);
    }

    static <T> T needed(String field, @Nullable T value) {
        if (value == null) {
            throw Refused.invalid(field, "is needed");
        }
        return value;
    }

    static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        if (map != null && map.values().stream().anyMatch(Objects::isNull)) {
            throw Refused.invalid("body", "null is not a value of a map");
        }
        return map == null ? Map.of() : map;
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    static @Nullable Duration days(@Nullable Integer number) {
        return number == null ? null : Duration.ofDays(number);
    }

    /** @throws Refused with NotFound, since nothing has that id */
    static CredentialId credentialId(String text) {
        try {
            return new CredentialId(UUID.fromString(text));
        } catch (IllegalArgumentException notAnId) {
            throw Refused.notFound("credential", text);
        }
    }
}
