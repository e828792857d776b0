package org.millwright.portal.shell;

import java.util.List;
import java.util.Map;

/** A name and what it stands for, for lists of facts. */
public record Field(String name, String value) {

    /** Sorted by name. */
    public static List<Field> of(Map<String, String> values) {
        return values.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> new Field(entry.getKey(), entry.getValue()))
                .toList();
    }
}
