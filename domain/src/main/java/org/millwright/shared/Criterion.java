package org.millwright.shared;

import java.util.List;

/**
 * One clause of a search; all clauses must hold. It is data only: whoever runs the search binds the values, and refuses
 * a key or operator that its rows do not have.
 *
 * @param key the attribute's name, or the metric's, parameter's or tag's own
 * @param values one for most operators, several for IN, none for IS NULL; text or {@link Double}
 */
public record Criterion(Subject subject, String key, Operator operator, List<Object> values) {

    public Criterion {
        values = List.copyOf(values);
    }

    /** What a clause or an ordering speaks of. */
    public enum Subject {
        ATTRIBUTE,
        METRIC,
        PARAMETER,
        TAG,
        DATASET
    }
}
