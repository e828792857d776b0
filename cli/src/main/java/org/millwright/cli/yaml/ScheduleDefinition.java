package org.millwright.cli.yaml;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as its file describes it.
 *
 * @param trigger its fields, as the server takes them
 */
public record ScheduleDefinition(
        String name, @Nullable String displayName, SequencedMap<String, Object> trigger, JobDefinition job) {}
