package org.millwright.secret.model;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a key-encryption key together with its version, for good: it stands in everything that the key sealed. */
public record KeyId(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:/_-]{0,299}");

    /** Stands for the form of sealed values that names no key: all of them were sealed by a server's first key. */
    public static final KeyId UNNAMED = new KeyId("unnamed");

    public KeyId {
        Names.require("key", value, FORM, "letters, digits, '.', ':', '/', '_' and '-'");
    }

    @Override
    public String toString() {
        return value;
    }
}
