package org.millwright.wire.rest;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Page;

/**
 * A list as our API answers it.
 *
 * @param nextPage what to send as {@code page} for more; absent at the end
 */
record Items<T>(List<T> items, @Nullable String nextPage) {
    static <T> Items<T> all(List<T> items) {
        return new Items<>(items, null);
    }

    static <A, T> Items<T> of(Page<A> page, Function<A, T> body) {
        return new Items<>(page.items().stream().map(body).toList(), page.nextToken());
    }
}
