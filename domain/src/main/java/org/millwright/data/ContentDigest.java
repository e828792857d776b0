package org.millwright.data;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** SHA-256 of some content, 64 lower-case hex digits. Equal content has an equal digest, so it is kept and built once. */
public record ContentDigest(String value) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    public ContentDigest {
        Names.require("digest", value, FORM, "64 lower-case hex digits of a SHA-256");
    }

    @Override
    public String toString() {
        return value;
    }
}
