package org.millwright.registry.model;

import java.util.List;

/**
 * What a model takes and gives, as MLflow describes it. Empty lists where the model does not say.
 *
 * @param parameters that a caller may set beside the inputs, each with its default
 */
public record Signature(List<Column> inputs, List<Column> outputs, List<Parameter> parameters) {
    public static final Signature UNKNOWN = new Signature(List.of(), List.of(), List.of());

    public Signature {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        parameters = List.copyOf(parameters);
    }

    /**
     * One column, or one tensor.
     *
     * @param name empty when it has none
     * @param type such as {@code double}, {@code array<string>}, or {@code float32[-1,30]} for a tensor
     * @param width values in one row of it: 1 for a column
     */
    public record Column(String name, String type, boolean required, int width) {}

    /** @param defaultValue as JSON writes it; empty for none */
    public record Parameter(String name, String type, String defaultValue) {}

    public boolean isKnown() {
        return !inputs.isEmpty() || !outputs.isEmpty() || !parameters.isEmpty();
    }
}
