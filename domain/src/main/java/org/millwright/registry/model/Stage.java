package org.millwright.registry.model;

import java.util.Arrays;
import org.millwright.shared.Refused;

/** Where a model version stands on its way to use; MLflow's words. */
public enum Stage {
    NONE("None"),
    STAGING("Staging"),
    PRODUCTION("Production"),
    ARCHIVED("Archived");

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /** Whether it is a place that a version is promoted to, and that one version holds. */
    public boolean isHeldByOne() {
        return this == STAGING || this == PRODUCTION;
    }

    public static Stage parse(String text) {
        return Arrays.stream(values())
                .filter(stage -> stage.label.equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> Refused.invalid(
                        "stage", "'%s' is not one of None, Staging, Production, Archived".formatted(text)));
    }
}
