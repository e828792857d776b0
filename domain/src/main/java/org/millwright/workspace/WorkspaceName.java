package org.millwright.workspace;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a workspace for life, unique on its server. Azure ML's rule for workspace names. */
public record WorkspaceName(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,32}");

    /** The workspace that every server has from its first start. */
    public static final WorkspaceName MAIN = new WorkspaceName("main");

    public WorkspaceName {
        Names.require(
                "workspace", value, FORM, "2 to 33 letters, digits, '-' and '_', starting with a letter or digit");
    }

    @Override
    public String toString() {
        return value;
    }
}
