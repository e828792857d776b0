package org.millwright.registry;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a logged model for life: {@code m-} and 32 hex digits, as MLflow 3 clients expect. */
public record LoggedModelId(String value) {
    private static final Pattern FORM = Pattern.compile("m-[0-9a-f]{32}");

    public LoggedModelId {
        Names.require("model_id", value, FORM, "'m-' and 32 hex digits");
    }

    @Override
    public String toString() {
        return value;
    }
}
