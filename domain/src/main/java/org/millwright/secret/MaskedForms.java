package org.millwright.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * The forms in which programs print a secret without meaning to: as it is, without the white space around it, escaped as in
 * JSON or in an address, in Base64, and each longer line of it alone.
 *
 * <p>A program that wants to print it otherwise, letter by letter say, can do so; no masking helps against that.
 */
public final class MaskedForms {
    /** Shorter ones stand in any log. */
    private static final int SHORTEST = 4;

    /** A line of a longer secret says less, and may be a word of everybody's. */
    private static final int SHORTEST_LINE = 8;

    private MaskedForms() {}

    /** All forms of all values, each once. */
    public static List<String> of(Collection<String> values) {
        var forms = new LinkedHashSet<String>();
        for (var value : values) {
            add(forms, value, SHORTEST);
            add(forms, value.strip(), SHORTEST);
            add(forms, escaped(value), SHORTEST);
            add(forms, escaped(value.strip()), SHORTEST);
            var encoded = URLEncoder.encode(value, StandardCharsets.UTF_8);
            add(forms, encoded, SHORTEST);
            add(forms, encoded.replace("+", "%20"), SHORTEST);
            add(forms, base64(value), SHORTEST);
            add(forms, base64(value.strip()), SHORTEST);
            value.lines().map(String::strip).forEach(line -> add(forms, line, SHORTEST_LINE));
        }
        return List.copyOf(forms);
    }

    private static void add(LinkedHashSet<String> forms, String form, int shortest) {
        if (form.length() >= shortest) {
            forms.add(form);
        }
    }

    private static String base64(String value) {
        var text = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
        var padding = text.indexOf('=');
        return padding < 0 ? text : text.substring(0, padding);
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }
}
