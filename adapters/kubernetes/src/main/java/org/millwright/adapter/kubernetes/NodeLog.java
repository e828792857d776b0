package org.millwright.adapter.kubernetes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.millwright.adapter.attempt.AttemptFolder;

/**
 * The log of one node on the server's disk, into which the lines of its containers are brought, each once.
 *
 * <p>The cluster gives out lines with their time, from a given second on. So the time of the last line is kept, and how many
 * lines had that time; what was brought over already is left out. Lines and what is kept of them change in two steps: when
 * only the first was done, the file is cut back to what is accounted for.
 */
final class NodeLog {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    private static final int LONGEST_TIME = 40;
    private static final int LONGEST_LINE = 1 << 20;
    private static final int DIGITS = 9;

    private final AttemptFolder folder;
    private final int node;
    private final Path kept;
    private LogCursor cursor;

    NodeLog(AttemptFolder folder, int node) throws IOException {
        this.folder = folder;
        this.node = node;
        this.kept = folder.state().resolve("log-%d.json".formatted(node));
        var before = LogCursor.read(kept);
        if (before.isPresent()) {
            cursor = before.get();
            cutBack(cursor.length());
        } else {
            cursor = new LogCursor(Manifests.PREPARE, "", 0, length());
            keep(cursor);
        }
    }

    /** From which second on the container is to be read; empty for its beginning. */
    synchronized String since() {
        return cursor.time();
    }

    synchronized boolean isBeyond(String container) {
        return container.equals(Manifests.PREPARE) && !cursor.container().equals(Manifests.PREPARE);
    }

    /** The container is over; the lines of the next come. */
    synchronized void turnTo(String container) throws IOException {
        if (!cursor.container().equals(container)) {
            keep(cursor.at(container));
        }
    }

    /** A line of ours, for the owner of the job. */
    synchronized void say(String line) throws IOException {
        folder.appendLog(node, ("millwright: " + line + "\n").getBytes(StandardCharsets.UTF_8));
        keep(cursor.grownTo(length()));
    }

    /** Brings over what comes until the stream ends. */
    void take(InputStream lines) throws IOException {
        var already = new Already(since(), cursorLines());
        var line = new ByteArrayOutputStream();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = lines.read(buffer)) >= 0) {
            var ready = new Batch(already);
            var from = 0;
            for (var at = 0; at < count; at++) {
                if (buffer[at] == '\n') {
                    line.write(buffer, from, at + 1 - from);
                    from = at + 1;
                    ready.add(line.toByteArray());
                    line.reset();
                }
            }
            line.write(buffer, from, count - from);
            if (line.size() > LONGEST_LINE) {
                ready.add(line.toByteArray());
                line.reset();
            }
            ready.keep();
        }
        if (line.size() > 0) { // what a container prints last may have no end of line
            var rest = new Batch(already);
            rest.add(line.toByteArray());
            rest.keep();
        }
    }

    private synchronized int cursorLines() {
        return cursor.lines();
    }

    /** What of the first lines of a stream is there. */
    private static final class Already {
        private final String time;
        private int lines;
        private boolean passed;

        Already(String time, int lines) {
            this.time = time;
            this.lines = lines;
        }

        boolean has(String lineTime) {
            // Beyond the first new line all are new, whatever the clock of the node does.
            var order = lineTime.compareTo(time);
            passed = passed || order > 0 || order == 0 && lines-- <= 0;
            return !passed;
        }
    }

    /** Lines that are written together. */
    private final class Batch {
        private final Already already;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();
        private LogCursor next;

        Batch(Already already) {
            this.already = already;
            synchronized (NodeLog.this) {
                this.next = cursor;
            }
        }

        void add(byte[] line) {
            var space = 0;
            while (space < line.length && space < LONGEST_TIME && line[space] != ' ') {
                space++;
            }
            var time = new String(line, 0, space, StandardCharsets.US_ASCII);
            if (space == line.length
                    || space == LONGEST_TIME
                    || !TIME.matcher(time).matches()) {
                text.write(line, 0, line.length); // the rest of a line that was too long
                return;
            }
            var comparable = padded(time);
            if (!already.has(comparable)) {
                text.write(line, space + 1, line.length - space - 1);
                next = next.after(comparable, 0);
            }
        }

        void keep() throws IOException {
            if (text.size() == 0) {
                return;
            }
            synchronized (NodeLog.this) {
                cutBack(cursor.length()); // an append that failed half-way
                folder.appendLog(node, text.toByteArray());
                NodeLog.this.keep(next.grownTo(length()));
            }
        }
    }

    /** Nodes leave out zeros at the end of a second's fraction; with them, times compare as texts. */
    static String padded(String time) {
        var seconds = time.substring(0, 19);
        var fraction = time.length() > 20 ? time.substring(20, time.length() - 1) : "";
        return seconds + "." + (fraction + "0".repeat(DIGITS)).substring(0, DIGITS) + "Z";
    }

    private void keep(LogCursor next) throws IOException {
        cursor = next;
        cursor.write(kept);
    }

    private long length() throws IOException {
        try {
            return Files.size(folder.log(node));
        } catch (NoSuchFileException none) {
            return 0;
        }
    }

    private void cutBack(long length) throws IOException {
        if (length() > length) {
            try (var file = FileChannel.open(folder.log(node), StandardOpenOption.WRITE)) {
                file.truncate(length);
            }
        }
    }
}
