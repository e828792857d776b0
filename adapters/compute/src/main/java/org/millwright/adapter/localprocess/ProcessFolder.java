package org.millwright.adapter.localprocess;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.AttemptFolder;
import org.millwright.compute.AttemptId;
import org.millwright.data.ContentDigest;

/** The folder of an attempt that is a process of this machine, with what its runner writes down there. */
record ProcessFolder(AttemptFolder attempt) {
    private static final String ENVIRONMENT = "environment";
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * What the runner wrote down when the command started.
     *
     * @param commands the process of each rank
     * @param groups folders of control groups by which the kernel can kill all that is left
     * @param startedAt milliseconds of the epoch
     * @param uid the number of the command's own user; null when it has none
     */
    record Started(
            ProcessIdentity runner,

            @JsonAlias("command") // as runners wrote it that knew one process only
            @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
            List<ProcessIdentity> commands,

            @Nullable List<String> groups,
            long startedAt,
            @Nullable Long uid) {

        boolean isAlive() throws IOException {
            for (var command : commands) {
                if (command.isAlive()) {
                    return true;
                }
            }
            return runner.isAlive();
        }
    }

    /**
     * What the runner wrote down when nothing of the command was left.
     *
     * @param rank the one that failed first; null when none did
     */
    record Ended(
            int exitCode,
            @Nullable Integer rank,
            boolean timedOut,
            @Nullable String exceeded,
            boolean outOfMemory,
            long startedAt,
            long endedAt) {}

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

    /** Writes down which environment it needs, before that is looked for. */
    void need(ContentDigest environment) throws IOException {
        Files.writeString(state().resolve(ENVIRONMENT), environment.value());
    }

    /** The environments of all attempts that have a folder. */
    static Set<String> needed(Path workFolder) throws IOException {
        var needed = new HashSet<String>();
        for (var run : foldersIn(workFolder)) {
            for (var attempt : foldersIn(run)) {
                try {
                    needed.add(
                            Files.readString(new AttemptFolder(attempt).state().resolve(ENVIRONMENT)));
                } catch (NoSuchFileException noneYet) {
                    // Or it was discarded meanwhile.
                }
            }
        }
        return needed;
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        try (var all = Files.list(folder)) {
            return all.filter(Files::isDirectory).toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        }
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
