package org.millwright.registry;

import org.millwright.shared.Refused;

/** Names a registered model in its workspace. MLflow lets it be nearly anything but a path. */
public record ModelName(String value) {
    private static final int LONGEST = 250;

    public ModelName {
        if (value.isBlank() || value.length() > LONGEST || value.contains("/") || value.contains(":")) {
            throw Refused.invalid("name", "1 to %d characters without '/' and ':'".formatted(LONGEST));
        }
        if (value.chars().anyMatch(c -> c < ' ')) {
            throw Refused.invalid("name", "no control characters");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
