package org.millwright.portal.job;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * What of a file can be shown in the page.
 *
 * @param kind text, image or none
 * @param cut whether the text goes on
 */
public record Preview(String kind, String text, boolean cut) {
    /** As much of a text as is shown. */
    public static final int MOST_BYTES = 65_536;

    private static final Set<String> IMAGES = Set.of("png", "jpg", "jpeg", "gif", "webp", "svg");

    public static boolean isImage(String name) {
        return IMAGES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    public static Preview image() {
        return new Preview("image", "", false);
    }

    /** Text, when the first bytes of a file are UTF-8 without the zeros that binary files have. */
    public static Preview of(byte[] start, boolean cut) {
        for (var value : start) {
            if (value == 0) {
                return new Preview("none", "", false);
            }
        }
        // A character may be cut at the end: up to three bytes of it may be there.
        for (var dropped = 0; dropped <= (cut ? Math.min(3, start.length) : 0); dropped++) {
            try {
                var text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(start, 0, start.length - dropped))
                        .toString();
                return new Preview("text", text, cut);
            } catch (CharacterCodingException notYet) {
                // Tried again with one byte less.
            }
        }
        return new Preview("none", "", false);
    }
}
