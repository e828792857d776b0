package org.millwright.cli.yaml;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * An online endpoint as its file describes it.
 *
 * @param traffic percent of the requests for each deployment; empty when the file says nothing
 */
public record EndpointDefinition(
        String name,
        @Nullable String description,
        SequencedMap<String, String> tags,
        SequencedMap<String, Integer> traffic) {}
