package org.millwright.cli.server;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** Tells on standard error what is being done and how long each step took. */
final class Progress {
    private final PrintWriter out;
    private final long startedAt = System.nanoTime();

    Progress(PrintWriter out) {
        this.out = out;
    }

    /** One finished step. */
    void done(String step, long sinceNanos) {
        say("%-46s %6.1f s".formatted(step, seconds(System.nanoTime() - sinceNanos)));
    }

    void say(String line) {
        out.println("  " + line);
        out.flush();
    }

    /** A line that is no step, without indentation. */
    void headline(String line) {
        out.println(line);
        out.flush();
    }

    double secondsSinceStart() {
        return seconds(System.nanoTime() - startedAt);
    }

    static String words(Duration time) {
        return time.compareTo(Duration.ofSeconds(100)) < 0
                ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0)
                : "%d min".formatted(time.toMinutes());
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
