package org.millwright.shared;

import java.util.regex.Pattern;

/** The checks that several kinds of name share. */
public final class Names {
    private Names() {}

    /** Returns the text when it has the form; otherwise refuses it, naming the field and the rule in words. */
    public static String require(String field, String text, Pattern form, String rule) {
        if (!form.matcher(text).matches()) {
            throw Refused.invalid(field, "'%s' is not a valid name: %s".formatted(shorten(text), rule));
        }
        return text;
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
