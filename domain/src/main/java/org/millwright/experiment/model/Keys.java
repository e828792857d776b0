package org.millwright.experiment.model;

import java.util.regex.Pattern;
import org.millwright.shared.Refused;

/** The names of metrics, parameters and tags, by MLflow's rule, which its clients check as well. */
public final class Keys {
    private static final int LONGEST = 250;
    private static final Pattern FORM = Pattern.compile("[/\\w.\\- :]+", Pattern.UNICODE_CHARACTER_CLASS);

    private Keys() {}

    /** @param field what kind of name it is, for the message */
    public static String require(String field, String key) {
        if (key.length() > LONGEST) {
            throw Refused.invalid(
                    field, "a name has at most %d characters; this one has %d".formatted(LONGEST, key.length()));
        }
        if (!isPlain(key) && (!FORM.matcher(key).matches() || leadsElsewhere(key))) {
            throw Refused.invalid(
                    field,
                    "'%s' is not a valid name: letters, digits, '_', '-', '.', ' ', ':' and '/', and no path that leads elsewhere"
                            .formatted(key));
        }
        return key;
    }

    /** Most names are of this kind, and a batch has a thousand; so this is asked before the whole rule is. */
    private static boolean isPlain(String key) {
        for (var index = 0; index < key.length(); index++) {
            var character = key.charAt(index);
            var plain = (character >= 'a' && character <= 'z')
                    || (character >= 'A' && character <= 'Z')
                    || (character >= '0' && character <= '9')
                    || character == '_'
                    || character == '-';
            // A slash or a dot between plain characters leads nowhere.
            var separates = (character == '/' || character == '.') && index > 0 && index < key.length() - 1;
            if (separates) {
                var before = key.charAt(index - 1);
                separates = before != '/' && before != '.';
            }
            if (!plain && !separates) {
                return false;
            }
        }
        return !key.isEmpty();
    }

    private static boolean leadsElsewhere(String key) {
        for (var part : key.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return true;
            }
        }
        return false;
    }
}
