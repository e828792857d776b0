package org.millwright.data;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millwright.shared.Refused;

/**
 * Where a file or folder lies in an artifact store: segments joined by '/', relative, and never leading out of it.
 * The empty path is the root.
 */
public record ArtifactPath(String value) {
    private static final int LONGEST = 2000;
    private static final Pattern ENCODED = Pattern.compile("%([0-9a-fA-F]{2})");

    public static final ArtifactPath ROOT = new ArtifactPath("");

    public ArtifactPath {
        if (value.length() > LONGEST) {
            throw Refused.invalid("path", "at most %d characters".formatted(LONGEST));
        }
        if (!leadsStraight(value)) {
            throw Refused.invalid("path", "no '..', encoded ones included");
        }
        if (!value.isEmpty()) {
            for (var segment : value.split("/", -1)) {
                requireSegment(segment);
            }
        }
    }

    /**
     * Whether a path or an address has no step upwards and no NUL, also after it is percent-decoded, however often: some
     * readers decode what they were given, and then once more.
     */
    public static boolean leadsStraight(String path) {
        for (var decoded = path; ; ) {
            if (decoded.indexOf('\0') >= 0 || List.of(decoded.split("[/\\\\]")).contains("..")) {
                return false;
            }
            var next = decodedOnce(decoded);
            if (next.equals(decoded)) {
                return true;
            }
            decoded = next;
        }
    }

    /** A percent sign that encodes nothing stays one: it may be part of a name. */
    private static String decodedOnce(String text) {
        return ENCODED.matcher(text)
                .replaceAll(
                        found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
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
