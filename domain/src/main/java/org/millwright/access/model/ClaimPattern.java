package org.millwright.access.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;

/**
 * What a claim of a token has to be: text in which each {@code *} stands for anything, also nothing. Upper and lower case
 * differ.
 */
public record ClaimPattern(String text) {
    private static final Pattern FORM = Pattern.compile("[^\\p{Cntrl}]{1,500}");

    public ClaimPattern {
        if (!FORM.matcher(text).matches()) {
            throw Refused.invalid("pattern", "1 to 500 characters, no control characters");
        }
    }

    public boolean matches(@Nullable String value) {
        if (value == null) {
            return false;
        }
        return matchesFrom(value);
    }

    /** Goes back to the last star only, so that no pattern and no value can make it take long. */
    private boolean matchesFrom(String value) {
        var at = 0;
        var inText = 0;
        var star = -1;
        var afterStar = 0;
        while (at < value.length()) {
            if (inText < text.length() && text.charAt(inText) == '*') {
                star = inText++;
                afterStar = at;
            } else if (inText < text.length() && text.charAt(inText) == value.charAt(at)) {
                inText++;
                at++;
            } else if (star >= 0) {
                inText = star + 1;
                at = ++afterStar;
            } else {
                return false;
            }
        }
        while (inText < text.length() && text.charAt(inText) == '*') {
            inText++;
        }
        return inText == text.length();
    }

    /** What stands before the first {@code *}. */
    String beginning() {
        var star = text.indexOf('*');
        return star < 0 ? text : text.substring(0, star);
    }

    @Override
    public String toString() {
        return text;
    }
}
