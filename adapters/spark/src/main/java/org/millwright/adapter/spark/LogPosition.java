package org.millwright.adapter.spark;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.millwright.adapter.attempt.AttemptFolder;

/**
 * How far the log on the disk is.
 *
 * @param pieces how many of the launcher's are in it
 * @param bytes its length with them
 */
record LogPosition(long pieces, long bytes) {
    private static final LogPosition START = new LogPosition(0, 0);

    static LogPosition read(AttemptFolder folder) throws IOException {
        try {
            var words = Files.readString(file(folder)).strip().split(" ");
            return new LogPosition(Long.parseLong(words[0]), Long.parseLong(words[1]));
        } catch (NoSuchFileException notYet) {
            return START;
        }
    }

    void write(AttemptFolder folder) throws IOException {
        var aside = folder.logs().resolve(".position.part");
        Files.writeString(aside, pieces + " " + bytes);
        Files.move(aside, file(folder), StandardCopyOption.ATOMIC_MOVE);
    }

    /** After one more piece. */
    LogPosition after(AttemptFolder folder) throws IOException {
        return new LogPosition(pieces + 1, Files.size(folder.log(0)));
    }

    /** Takes away what was written and not counted. */
    void cut(AttemptFolder folder) throws IOException {
        if (bytes > 0 && Files.exists(folder.log(0)) && Files.size(folder.log(0)) > bytes) {
            try (var log = FileChannel.open(folder.log(0), StandardOpenOption.WRITE)) {
                log.truncate(bytes);
            }
        }
    }

    private static Path file(AttemptFolder folder) {
        return folder.logs().resolve(".position");
    }
}
