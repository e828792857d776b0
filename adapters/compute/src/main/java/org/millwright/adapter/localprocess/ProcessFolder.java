package org.millwright.adapter.localprocess;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;

/** The folder of an attempt that is a process of this machine, with what its runner writes down there. */
record ProcessFolder(AttemptFolder attempt) {
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

    static ProcessFolder of(Path workFolder, AttemptId attempt) {
        return new ProcessFolder(AttemptFolder.of(workFolder, attempt));
    }

    Path root() {
        return attempt.root();
    }

    Path work() {
        return attempt.work();
    }

    Path state() {
        return attempt.state();
    }

    /** What went wrong with the runner itself; empty in all but broken installations. */
    Path runnerLog() {
        return attempt.logs().resolve("runner.txt");
    }

    /** Files that the command makes for itself while it runs. */
    Path temporary() {
        return root().resolve("tmp");
    }

    /** What the command has for a home. */
    Path home() {
        return root().resolve("home");
    }

    /** Where the command's view of the file system is put together. */
    Path view() {
        return root().resolve("view");
    }

    /** Makes the folders anew; the log goes on. */
    void lay() throws IOException {
        attempt.lay(temporary(), home());
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
