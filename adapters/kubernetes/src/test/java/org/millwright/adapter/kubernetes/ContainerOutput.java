package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a container has printed: each line, when it is whole, with its time, as container runtimes keep it. */
final class ContainerOutput {
    private static final DateTimeFormatter NANOS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'");

    private record Line(Instant time, byte[] text) {}

    private final List<Line> lines = new ArrayList<>();
    private boolean ended;

    void read(InputStream from) throws IOException {
        var line = new ByteArrayOutputStream();
        int next;
        while ((next = from.read()) >= 0) {
            line.write(next);
            if (next == '\n') {
                add(line.toByteArray());
                line.reset();
            }
        }
        if (line.size() > 0) {
            add(line.toByteArray());
        }
    }

    private synchronized void add(byte[] text) {
        lines.add(new Line(Instant.now(), text));
        notifyAll();
    }

    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** @return nothing of a line from before; null when no line of that number is there, or will be when following */
    synchronized byte[] line(int number, Instant since, boolean follow) throws InterruptedException {
        while (number >= lines.size()) {
            if (ended || !follow) {
                return null;
            }
            wait();
        }
        var line = lines.get(number);
        if (line.time().isBefore(since)) {
            return new byte[0];
        }
        var prefix = (NANOS.format(line.time().atOffset(ZoneOffset.UTC)) + " ").getBytes(US_ASCII);
        var whole = Arrays.copyOf(prefix, prefix.length + line.text().length);
        System.arraycopy(line.text(), 0, whole, prefix.length, line.text().length);
        return whole;
    }
}
