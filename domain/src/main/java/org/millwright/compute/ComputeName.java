package org.millwright.compute;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a compute target in its workspace. Azure ML's rule: 3 to 24 characters, a letter first. */
public record ComputeName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z][A-Za-z0-9-]{1,22}[A-Za-z0-9]");

    /** The cluster on the server's own machine. */
    public static final ComputeName LOCAL = new ComputeName("local");

    public ComputeName {
        Names.require("compute", value, FORM, "3 to 24 letters, digits and '-', a letter first, no '-' at the end");
    }

    @Override
    public String toString() {
        return value;
    }
}
