package org.millwright.retention.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import org.millwright.compute.AttemptFolders;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.retention.model.Purge;

/**
 * Carries out the purges that were ordered: the files, then the rows, then the order itself. Whatever cuts it off, the order
 * is still there, and the next time it goes on.
 *
 * <p>Not transactional: files take their time and are in no transaction. One server at a time does this.
 */
@ApplicationScoped
public class Purging {
    private static final int RUNS = 100;
    /** Of the rows that hold points, up to a thousand points each. */
    private static final int ROWS_OF_POINTS = 1000;

    private final PurgeSteps steps;
    private final ArtifactStore files;
    private final AttemptFolders folders;

    @Inject
    public Purging(PurgeSteps steps, ArtifactStore files, AttemptFolders folders) {
        this.steps = steps;
        this.files = files;
        this.folders = folders;
    }

    @SuppressWarnings("NullAway")
    protected Purging() {
        this(null, null, null);
    }

    /** Some orders that wait to be carried out, the oldest first. */
    public List<Purge> ordered(int most) {
        return steps.ordered(most);
    }

    /** Does all of one order. @throws IOException when files cannot be deleted; the order stays then */
    public void carryOut(Purge purge) throws IOException {
        var root = purge.files();
        if (root != null) {
            files.delete(root);
        }
        for (var runs = steps.runs(purge, RUNS); !runs.isEmpty(); runs = steps.runs(purge, RUNS)) {
            var snapshots = new HashSet<ContentDigest>();
            for (var run : runs) {
                for (var attempt : run.attempts()) {
                    folders.discard(attempt);
                }
                snapshots.addAll(run.snapshots());
            }
            for (var snapshot : snapshots) {
                steps.dropSnapshot(snapshot, runs);
            }
            while (steps.erasePoints(runs, ROWS_OF_POINTS) > 0) {
                // The next ones.
            }
            steps.eraseRuns(runs);
        }
        steps.finish(purge);
    }
}
