package org.millwright.wire.rest;

import org.jspecify.annotations.Nullable;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/** The {@code page} and {@code size} of a list request. */
final class Paging {
    private static final int LARGEST = 1000;

    private Paging() {}

    static PageRequest of(@Nullable String token, int size) {
        if (size < 1 || size > LARGEST) {
            throw Refused.invalid("size", "1 to %d".formatted(LARGEST));
        }
        return new PageRequest(token == null || token.isEmpty() ? null : token, size);
    }
}
