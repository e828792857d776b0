package org.millwright.cli.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The end of a log file. */
final class LogTail {
    private static final int MOST_BYTES = 1 << 16;
    private static final long ROTATE_AT_BYTES = 10L << 20;

    private LogTail() {}

    /** What was written after a position; of a long text, the end. */
    static String after(Path file, long position) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        try (var log = new RandomAccessFile(file.toFile(), "r")) {
            var from = Math.min(Math.max(position, log.length() - MOST_BYTES), log.length());
            log.seek(from);
            var bytes = new byte[(int) (log.length() - from)];
            log.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Keeps one earlier file, once this one is long. */
    static void rotate(Path file) throws IOException {
        if (Files.exists(file) && Files.size(file) > ROTATE_AT_BYTES) {
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
