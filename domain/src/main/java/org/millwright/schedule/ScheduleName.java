package org.millwright.schedule;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a schedule in its workspace. */
public record ScheduleName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,254}");

    public ScheduleName {
        Names.require("schedule", value, FORM, "letters, digits, '-' and '_', at most 255");
    }

    @Override
    public String toString() {
        return value;
    }
}
