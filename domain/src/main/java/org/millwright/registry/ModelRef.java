package org.millwright.registry;

import org.millwright.shared.Refused;

/** One version of a registered model, written {@code name:version} as Azure ML does. */
public record ModelRef(ModelName name, int version) {

    /** @throws Refused when the text is not name:version with a whole number from 1 */
    public static ModelRef parse(String text) {
        var colon = text.lastIndexOf(':');
        if (colon > 0) {
            try {
                var version = Integer.parseInt(text.substring(colon + 1));
                if (version > 0) {
                    return new ModelRef(new ModelName(text.substring(0, colon)), version);
                }
            } catch (NumberFormatException notANumber) {
                // The message below says what a reference looks like.
            }
        }
        throw Refused.invalid("model", "'%s' is not a model version such as churn:3".formatted(text));
    }

    @Override
    public String toString() {
        return name + ":" + version;
    }
}
