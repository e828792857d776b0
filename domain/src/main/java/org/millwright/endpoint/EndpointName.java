package org.millwright.endpoint;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names an endpoint in its workspace. Azure ML's rule: 3 to 32 characters, a letter first, single dashes. */
public record EndpointName(String value) {
    private static final Pattern FORM = Pattern.compile("(?=.{3,32}$)[a-zA-Z](?:-?[a-zA-Z0-9])*");

    public EndpointName {
        Names.require("endpoint", value, FORM, "3 to 32 letters, digits and single '-', a letter first");
    }

    @Override
    public String toString() {
        return value;
    }
}
