package org.millwright.cli.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What runs on a data folder, written down by who started it and read by {@code status}, {@code down}, {@code connection} and the next start.
 *
 * @param phase how far it is
 * @param url where clients reach the server
 * @param launcher the process that holds the folder, absent when stopped
 * @param liberty the server itself, once started
 */
record RunFile(
        Phase phase,
        String url,
        @Nullable ProcessMark launcher,
        @Nullable ProcessMark liberty) {
    /** How far a start is. */
    enum Phase {
        STARTING,
        READY,
        STOPPING,
        /** Kept after a clean stop, so that clients can be told the address before the next start. */
        STOPPED
    }

    static Optional<RunFile> read(DataFolder folder) throws IOException {
        var properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file(folder))));
            return Optional.of(new RunFile(
                    Phase.valueOf(properties.getProperty("phase", "")),
                    properties.getProperty("url", ""),
                    mark(properties, "launcher"),
                    mark(properties, "liberty")));
        } catch (NoSuchFileException neverStarted) {
            return Optional.empty();
        } catch (IllegalArgumentException | DateTimeException unreadable) {
            // It is written whole or not at all, so somebody else wrote this; the lock still says whether a launcher
            // lives.
            return Optional.empty();
        }
    }

    void write(DataFolder folder) throws IOException {
        var text = new StringBuilder("phase=%s\nurl=%s\n".formatted(phase, url));
        append(text, "launcher", launcher);
        append(text, "liberty", liberty);
        PrivateFiles.write(file(folder), text.toString());
    }

    /** Whether the server itself runs, with its launcher or without. */
    boolean serverIsAlive() {
        return liberty != null && liberty.isAlive();
    }

    RunFile stopped() {
        return new RunFile(Phase.STOPPED, url, null, null);
    }

    private static void append(StringBuilder text, String name, @Nullable ProcessMark mark) {
        if (mark != null) {
            text.append("%s.pid=%d\n%s.started=%s\n".formatted(name, mark.pid(), name, mark.startedAt()));
        }
    }

    private static @Nullable ProcessMark mark(Properties properties, String name) {
        var pid = properties.getProperty(name + ".pid");
        var started = properties.getProperty(name + ".started");
        return pid == null || started == null
                ? null
                : new ProcessMark(Long.parseLong(pid.strip()), Instant.parse(started.strip()));
    }

    private static Path file(DataFolder folder) {
        return folder.run().resolve("server");
    }
}
