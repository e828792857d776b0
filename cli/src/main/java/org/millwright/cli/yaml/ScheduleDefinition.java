package org.millwright.cli.yaml;

import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as its file describes it.
 *
 * @param trigger its fields, as the server takes them
 * @param catchUp skip, one or all; null when the file does not say
 */
public record ScheduleDefinition(
        String name,
        @Nullable String displayName,
        @Nullable String description,
        Map<String, String> tags,
        SequencedMap<String, Object> trigger,
        @Nullable String catchUp,
        JobDefinition job) {}
