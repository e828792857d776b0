package org.millwright.experiment;

import org.millwright.shared.Refused;

/** Names an experiment for life; a number, because MLflow clients expect digits. 0 is "Default" of the main workspace. */
public record ExperimentId(long value) {
    public static final ExperimentId DEFAULT = new ExperimentId(0);

    /** @throws Refused when the text is not a number that an experiment can have */
    public static ExperimentId parse(String text) {
        try {
            var value = Long.parseLong(text);
            if (value >= 0) {
                return new ExperimentId(value);
            }
        } catch (NumberFormatException notANumber) {
            // The message below says the same for all that is no id.
        }
        throw Refused.notFound("experiment", text);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
