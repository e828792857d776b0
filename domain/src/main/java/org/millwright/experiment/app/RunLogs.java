package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Optional;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Run;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Reads what a job prints: from its compute while it lives, from its files once it has ended. */
@ApplicationScoped
public class RunLogs {
    /** Where the log lies among the run's files, and where that of each of several processes does; Azure ML's places. */
    public static final String FILE = "user_logs/std_log.txt";

    private static final String LOGS = "user_logs";

    private final RunLifecycle runs;
    private final AttemptLog live;
    private final ArtifactStore files;

    @Inject
    public RunLogs(RunLifecycle runs, AttemptLog live, ArtifactStore files) {
        this.runs = runs;
        this.live = live;
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected RunLogs() {
        this(null, null, null);
    }

    /** Some of a log. @param nextOffset where to read on; @param complete whether nothing will follow */
    public record Chunk(byte[] bytes, long nextOffset, boolean complete) {}

    /**
     * Reads what one process of a run printed.
     *
     * @param rank from 0; most runs have that one only
     * @param attempt from 1; 0 for the last
     * @param offset in bytes
     * @param most bytes to return
     */
    public Chunk read(WorkspaceName workspace, RunId id, int rank, int attempt, long offset, int most)
            throws IOException {
        // Asked before the log is read: what a run prints just before its end must not be missed.
        var run = runs.get(workspace, id);
        var processes = run.job() == null ? 1 : run.job().processes();
        if (rank < 0 || rank >= processes) {
            throw Refused.invalid("rank", "0 to %d".formatted(processes - 1));
        }
        if (attempt < 0 || attempt > run.attempt()) {
            throw Refused.invalid("attempt", "0 to %d".formatted(run.attempt()));
        }
        if (attempt != 0 && attempt != run.attempt()) {
            var earlier = earlier(run, rank, attempt, offset, most);
            return new Chunk(earlier, offset + earlier.length, earlier.length < most);
        }
        var ended = run.state().isEnded();
        var bytes = ended ? collected(run, rank, offset, most) : printed(run, rank, offset, most);
        return new Chunk(bytes, offset + bytes.length, ended && bytes.length < most);
    }

    private byte[] printed(Run run, int rank, long offset, int most) throws IOException {
        return run.attempt() == 0
                ? new byte[0]
                : live.readLog(new AttemptId(run.id().value(), run.attempt()), rank, offset, most);
    }

    private byte[] collected(Run run, int rank, long offset, int most) throws IOException {
        return kept(run, LOGS, rank, offset, most);
    }

    /** Until the next attempt is collected, the log of the one before it lies where the last one's does. */
    private byte[] earlier(Run run, int rank, int attempt, long offset, int most) throws IOException {
        var aside = "%s/attempt_%d".formatted(LOGS, attempt);
        var isAside = find(run, aside, rank).isPresent();
        var isBefore = attempt == run.attempt() - 1 && !run.state().isEnded();
        return kept(run, !isAside && isBefore ? LOGS : aside, rank, offset, most);
    }

    private byte[] kept(Run run, String folder, int rank, long offset, int most) throws IOException {
        var found = find(run, folder, rank);
        if (found.isEmpty() || found.get().size() <= offset) {
            return new byte[0];
        }
        try (var content = files.read(found.get().path(), offset)) {
            return content.readNBytes(most);
        }
    }

    private Optional<StoredFile> find(Run run, String folder, int rank) throws IOException {
        var ofRank = files.find(run.artifacts().resolve("%s/std_log_process_%d.txt".formatted(folder, rank)));
        return ofRank.isPresent() || rank > 0
                ? ofRank
                : files.find(run.artifacts().resolve(folder + "/std_log.txt"));
    }
}
