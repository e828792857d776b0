package org.millwright.secret;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a secret of a workspace. It has the form of an environment variable, because that is what jobs see of it. */
public record SecretName(String value) implements Comparable<SecretName> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,126}");

    public SecretName {
        Names.require("secret", value, FORM, "1 to 127 letters, digits and '_', not starting with a digit");
    }

    @Override
    public int compareTo(SecretName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
