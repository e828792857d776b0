package org.millwright.experiment.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A data set that a run read, as its client described it. @param digest the client's own, at most 36 characters */
public record DatasetInput(
        String name,
        String digest,
        String sourceType,
        String source,
        @Nullable String schema,
        @Nullable String profile,
        Map<String, String> tags) {

    public DatasetInput {
        tags = Map.copyOf(tags);
    }
}
