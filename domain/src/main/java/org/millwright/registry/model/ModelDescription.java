package org.millwright.registry.model;

import java.util.List;

/**
 * What a model says of itself, by the {@code MLmodel} file that clients write beside it. Empty where it does not say.
 *
 * @param flavors ways to load it, such as {@code sklearn} and {@code python_function}
 * @param pythonVersion that it was made with
 * @param mlflowVersion of the client that wrote it
 * @param inputExample path of an example request among its files
 */
public record ModelDescription(
        Signature signature, List<String> flavors, String pythonVersion, String mlflowVersion, String inputExample) {
    public static final ModelDescription NONE = new ModelDescription(Signature.UNKNOWN, List.of(), "", "", "");

    public ModelDescription {
        flavors = List.copyOf(flavors);
    }
}
