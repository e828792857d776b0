package org.millwright.shared;

import org.jspecify.annotations.Nullable;

/** Which part of a list is wanted. @param token from the page before, null for the first; @param size rows, at least 1 */
public record PageRequest(@Nullable String token, int size) {

    public PageRequest {
        if (size < 1) {
            throw Refused.invalid("max_results", "at least 1");
        }
    }

    public static PageRequest first(int size) {
        return new PageRequest(null, size);
    }
}
