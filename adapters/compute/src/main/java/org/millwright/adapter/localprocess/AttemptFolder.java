package org.millwright.adapter.localprocess;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;

/** Where one attempt lives on the disk. Only the server's own user may look into it. */
record AttemptFolder(Path root) {
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * What the runner wrote down when the command started.
     *
     * @param startedAt milliseconds of the epoch
     * @param uid the number of the command's own user; null when it has none
     */
    record Started(
            ProcessIdentity runner,
            ProcessIdentity command,
            long startedAt,
            @Nullable Long uid) {}

    /** What the runner wrote down when nothing of the command was left. */
    record Ended(int exitCode, boolean timedOut, @Nullable String exceeded, long startedAt, long endedAt) {}

    static AttemptFolder of(Path workFolder, AttemptId attempt) {
        if (!RUN.matcher(attempt.run()).matches()) {
            throw new IllegalArgumentException("'%s' cannot be the name of a folder".formatted(attempt.run()));
        }
        return new AttemptFolder(workFolder.resolve(attempt.run()).resolve(Integer.toString(attempt.number())));
    }

    Path work() {
        return root.resolve("work");
    }

    Path log() {
        return root.resolve("log").resolve("std_log.txt");
    }

    /** What went wrong with the runner itself; empty in all but broken installations. */
    Path runnerLog() {
        return root.resolve("log").resolve("runner.txt");
    }

    /** Files that the command makes for itself while it runs. */
    Path temporary() {
        return root.resolve("tmp");
    }

    /** What the command has for a home. */
    Path home() {
        return root.resolve("home");
    }

    /** Where the command's view of the file system is put together. */
    Path view() {
        return root.resolve("view");
    }

    Path state() {
        return root.resolve("state");
    }

    /** Makes the folders anew; the log goes on. */
    void lay() throws IOException {
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        FileTrees.delete(work());
        FileTrees.delete(state());
        FileTrees.delete(temporary());
        FileTrees.delete(home());
        for (var folder : List.of(work(), state(), temporary(), home(), root.resolve("log"))) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
    }

    Optional<Started> started() throws IOException {
        return read(state().resolve("process.json"), Started.class);
    }

    Optional<Ended> ended() throws IOException {
        return read(state().resolve("exit.json"), Ended.class);
    }

    /** Leaves word for the runner how long to wait between asking and killing. */
    void leaveGrace(Duration grace) throws IOException {
        var aside = state().resolve("stop.json.part");
        JSON.writeValue(aside.toFile(), Map.of("grace", grace.toMillis()));
        Files.move(aside, state().resolve("stop.json"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }
}
