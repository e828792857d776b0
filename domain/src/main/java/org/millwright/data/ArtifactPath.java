package org.millwright.data;

import java.util.List;
import org.millwright.shared.Refused;

/**
 * Where a file or folder lies in an artifact store: segments joined by '/', relative, and never leading out of it.
 * The empty path is the root.
 */
public record ArtifactPath(String value) {
    private static final int LONGEST = 2000;

    public static final ArtifactPath ROOT = new ArtifactPath("");

    public ArtifactPath {
        if (value.length() > LONGEST) {
            throw Refused.invalid("path", "at most %d characters".formatted(LONGEST));
        }
        if (!value.isEmpty()) {
            for (var segment : value.split("/", -1)) {
                requireSegment(segment);
            }
        }
    }

    private static void requireSegment(String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw Refused.invalid("path", "no empty parts, no '.' and no '..'");
        }
        if (segment.chars().anyMatch(c -> c < ' ' || c == '\\' || c == 0x7f)) {
            throw Refused.invalid("path", "no control characters and no backslashes");
        }
    }

    /** @param relative a path below this one; may be empty */
    public ArtifactPath resolve(String relative) {
        return relative.isEmpty() ? this : new ArtifactPath(value.isEmpty() ? relative : value + "/" + relative);
    }

    public List<String> segments() {
        return value.isEmpty() ? List.of() : List.of(value.split("/"));
    }

    /** The last segment. */
    public String name() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    public boolean startsWith(ArtifactPath folder) {
        return folder.value.isEmpty() || value.equals(folder.value) || value.startsWith(folder.value + "/");
    }

    @Override
    public String toString() {
        return value;
    }
}
