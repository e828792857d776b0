package org.millwright.adapter.attempt;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;

/**
 * Where one attempt lives on the server's disk. Only the server's own user may look into it.
 *
 * <p>Its nodes are numbered from 0. The log of each is one file that only grows; that of node 0 begins with what was said
 * while the attempt was made ready.
 */
public record AttemptFolder(Path root) {
    private static final String LOGS = "user_logs";
    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    public static AttemptFolder of(Path workFolder, AttemptId attempt) {
        if (!RUN.matcher(attempt.run()).matches()) {
            throw new IllegalArgumentException("'%s' cannot be the name of a folder".formatted(attempt.run()));
        }
        return new AttemptFolder(workFolder.resolve(attempt.run()).resolve(Integer.toString(attempt.number())));
    }

    /** The working folder of the command, or what becomes it elsewhere. */
    public Path work() {
        return root.resolve("work");
    }

    /** What a driver writes down for itself. */
    public Path state() {
        return root.resolve("state");
    }

    public Path log(int node) {
        return logs().resolve(node == 0 ? "std_log.txt" : "std_log_process_%d.txt".formatted(node));
    }

    public Path logs() {
        return root.resolve("log");
    }

    /** Makes the folders anew, and these beside them; the logs go on. */
    public void lay(Path... further) throws IOException {
        Files.createDirectories(root);
        close(root);
        for (var folder : further) {
            FileTrees.delete(folder);
        }
        FileTrees.delete(work());
        FileTrees.delete(state());
        for (var folder : List.of(work(), state(), logs())) {
            close(Files.createDirectories(folder));
        }
        for (var folder : further) {
            close(Files.createDirectories(folder));
        }
    }

    private static void close(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    /** Adds to the log of a node, for drivers that bring it from elsewhere. */
    public void appendLog(int node, byte[] bytes) throws IOException {
        Files.write(log(node), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** At most so many bytes of a node's log from there on; empty when there is nothing (yet). */
    public byte[] readLog(int node, long offset, int most) throws IOException {
        return GrowingFile.read(log(node), offset, most);
    }

    /**
     * Keeps the logs with the run's files, where Azure ML has them: one log for one node, one for each of several. Those of
     * the attempt before stay, in a folder of their own.
     *
     * @param outputs the run's files
     */
    public void keepLogs(int nodes, ArtifactStore files, ArtifactPath outputs) throws IOException {
        var earlier = number() - 1;
        for (var node = 0; node < nodes; node++) {
            var name = nodes == 1 ? "std_log.txt" : "std_log_process_%d.txt".formatted(node);
            var place = outputs.resolve(LOGS + "/" + name);
            if (earlier > 0) {
                putAside(place, outputs.resolve("%s/attempt_%d/%s".formatted(LOGS, earlier, name)), files);
            }
            try (var content = Files.newInputStream(log(node))) {
                files.write(place, content);
            } catch (NoSuchFileException nothingToKeep) {
                // Nothing was printed, or it was collected and discarded before.
            }
        }
    }

    /** Once: what is there when the logs are kept again is this attempt's own. */
    private static void putAside(ArtifactPath log, ArtifactPath aside, ArtifactStore files) throws IOException {
        if (files.find(log).isPresent() && files.find(aside).isEmpty()) {
            try (var content = files.read(log, 0)) {
                files.write(aside, content);
            }
        }
    }

    /** Of the attempt. */
    private int number() {
        return Integer.parseInt(Objects.requireNonNull(root.getFileName()).toString());
    }

    /** Removes it with all that is in it; again is harmless. */
    public void delete() throws IOException {
        FileTrees.delete(root);
        try {
            Files.deleteIfExists(Objects.requireNonNull(root.getParent()));
        } catch (DirectoryNotEmptyException otherAttempts) {
            // They are deleted on their own.
        }
    }
}
