package org.millwright.portal.shell;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How the studio words quantities. */
public final class Wording {
    private static final DateTimeFormatter UTC = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private Wording() {}

    /** The two largest units that matter: {@code 850 ms}, {@code 12.4 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
    public static String duration(Duration duration) {
        var millis = Math.max(0, duration.toMillis());
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", Math.floor(millis / 100.0) / 10);
        }
        var seconds = millis / 1000;
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
        }
        return String.format(Locale.ROOT, "%d d %d h", seconds / 86_400, seconds % 86_400 / 3600);
    }

    /** In powers of 1024 with the units that say so. */
    public static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        var units = new String[] {"KiB", "MiB", "GiB", "TiB"};
        var value = bytes / 1024.0;
        var unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    }

    /** Five significant digits; whole numbers as they are. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Math.abs(value) == Double.MAX_VALUE) {
            return value > 0 ? "∞" : "−∞";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%d", (long) value);
        }
        var magnitude = Math.abs(value);
        if (magnitude >= 1e-4 && magnitude < 1e6) {
            var decimals = Math.clamp(4 - (int) Math.floor(Math.log10(magnitude)), 0, 8);
            return trimmed(String.format(Locale.ROOT, "%." + decimals + "f", value));
        }
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** {@code 1 run}, {@code 3 runs}. */
    public static String count(long count, String noun) {
        return String.format(Locale.ENGLISH, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }

    /** For nouns that do not just get an s. */
    public static String count(long count, String noun, String nouns) {
        return String.format(Locale.ENGLISH, "%,d %s", count, count == 1 ? noun : nouns);
    }

    /** What stands in the page until the reader's browser puts the time into the reader's zone. */
    public static String utc(@Nullable Instant instant) {
        return instant == null ? "" : UTC.format(instant);
    }

    public static String iso(@Nullable Instant instant) {
        return instant == null ? "" : DateTimeFormatter.ISO_INSTANT.format(instant);
    }

    /** At most two letters for a person's badge. */
    public static String initials(String name) {
        var letters = new StringBuilder();
        for (var word : name.strip().split("[\\s._@-]+")) {
            if (!word.isEmpty() && letters.length() < 2) {
                letters.appendCodePoint(Character.toUpperCase(word.codePointAt(0)));
            }
        }
        return letters.isEmpty() ? "?" : letters.toString();
    }

    /** Long identifiers in a table keep their start, which is what people compare. */
    public static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static String trimmed(String decimal) {
        var end = decimal.length();
        while (decimal.charAt(end - 1) == '0') {
            end--;
        }
        return decimal.substring(0, decimal.charAt(end - 1) == '.' ? end - 1 : end);
    }
}
