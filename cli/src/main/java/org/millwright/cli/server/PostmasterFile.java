package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The file in which PostgreSQL says who serves a database folder, and how far it is.
 *
 * @param postmaster the process that wrote it; not necessarily alive
 * @param ready whether it takes connections
 */
record PostmasterFile(ProcessMark postmaster, boolean ready) {
    private static final int PID = 0;
    private static final int STARTED = 2;
    private static final int STATUS = 7;

    static Path of(Path database) {
        return database.resolve("postmaster.pid");
    }

    static Optional<PostmasterFile> read(Path database) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(of(database));
        } catch (NoSuchFileException notRunning) {
            return Optional.empty();
        }
        try {
            return lines.size() <= STARTED
                    ? Optional.empty()
                    : Optional.of(new PostmasterFile(
                            new ProcessMark(
                                    Long.parseLong(lines.get(PID).strip()),
                                    Instant.ofEpochSecond(
                                            Long.parseLong(lines.get(STARTED).strip()))),
                            lines.size() > STATUS && lines.get(STATUS).strip().equals("ready")));
        } catch (NumberFormatException beingWritten) {
            return Optional.empty();
        }
    }
}
