package org.millwright.experiment;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a run for life. Clients may choose it (Azure ML job names) or let us (MLflow: 32 hex digits). */
public record RunId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,254}");

    public RunId {
        Names.require("run_id", value, FORM, "letters, digits, '-' and '_', at most 255");
    }

    @Override
    public String toString() {
        return value;
    }
}
