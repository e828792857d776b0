package org.millwright.wire.mlflow;

import org.jspecify.annotations.Nullable;
import org.millwright.shared.PageRequest;

/** How many rows a search answers at once. */
record Paging(int usual, int most) {
    static final Paging RUNS = new Paging(1000, 50_000);
    static final Paging EXPERIMENTS = new Paging(1000, 50_000);
    static final Paging REGISTERED_MODELS = new Paging(100, 1000);
    static final Paging MODEL_VERSIONS = new Paging(10_000, 200_000);
    static final Paging LOGGED_MODELS = new Paging(100, 10_000);
    static final Paging WEBHOOKS = new Paging(100, 1000);

    /** @param size null for the usual one */
    PageRequest page(@Nullable Integer size, @Nullable String token) {
        if (size != null && (size < 1 || size > most)) {
            throw new RequestRefused(
                    MlflowError.invalid("max_results", size.toString(), "It must be at least 1 and at most " + most));
        }
        return new PageRequest(token == null || token.isEmpty() ? null : token, size == null ? usual : size);
    }
}
