package org.millwright.adapter.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * How far the log of a node has been brought over.
 *
 * @param container whose lines come next
 * @param time of the last line as the node wrote it; empty before the first. Such times are written with as many digits each,
 *     so they compare as texts
 * @param lines how many of the lines of that very time are there
 * @param length of the file with them, in bytes: whatever is behind that is not accounted for
 */
record LogCursor(String container, String time, int lines, long length) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Optional<LogCursor> read(Path file) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), LogCursor.class));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        var aside = file.resolveSibling(file.getFileName() + ".part");
        Files.write(aside, JSON.writeValueAsBytes(this));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    LogCursor after(String lineTime, long newLength) {
        return new LogCursor(container, lineTime, lineTime.equals(time) ? lines + 1 : 1, newLength);
    }

    LogCursor grownTo(long newLength) {
        return new LogCursor(container, time, lines, newLength);
    }

    LogCursor at(String nextContainer) {
        return new LogCursor(nextContainer, "", 0, length);
    }
}
