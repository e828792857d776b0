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
 * @param launcher the process that holds the folder
 * @param liberty the server itself, once started
 */
record RunFile(
        Phase phase,
        String url,
        ProcessMark launcher,
        @Nullable ProcessMark liberty) {
    /** How far a start is. */
    enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    static Optional<RunFile> read(DataFolder folder) throws IOException {
        var properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file(folder))));
            var launcher = mark(properties, "launcher");
            return launcher == null
                    ? Optional.empty()
                    : Optional.of(new RunFile(
                            Phase.valueOf(properties.getProperty("phase", "")),
                            properties.getProperty("url", ""),
                            launcher,
                            mark(properties, "liberty")));
        } catch (NoSuchFileException nothingRuns) {
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
        if (liberty != null) {
            append(text, "liberty", liberty);
        }
        PrivateFiles.write(file(folder), text.toString());
    }

    static void delete(DataFolder folder) throws IOException {
        Files.deleteIfExists(file(folder));
    }

    private static void append(StringBuilder text, String name, ProcessMark mark) {
        text.append("%s.pid=%d\n%s.started=%s\n".formatted(name, mark.pid(), name, mark.startedAt()));
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
