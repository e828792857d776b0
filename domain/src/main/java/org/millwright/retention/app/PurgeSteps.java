package org.millwright.retention.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.SnapshotFiles;
import org.millwright.retention.model.Purge;
import org.millwright.retention.model.PurgeRepository;
import org.millwright.retention.model.PurgeRepository.DoomedRun;

/** The steps of a purge that change the database, each short and in a transaction of its own, so that nobody waits long. */
@ApplicationScoped
@Transactional
public class PurgeSteps {
    private final PurgeRepository purges;
    private final ArtifactStore files;

    @Inject
    public PurgeSteps(PurgeRepository purges, ArtifactStore files) {
        this.purges = purges;
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected PurgeSteps() {
        this(null, null);
    }

    List<Purge> ordered(int most) {
        return purges.ordered(most);
    }

    List<DoomedRun> runs(Purge purge, int most) {
        return purges.runs(purge, most);
    }

    int erasePoints(List<DoomedRun> runs, int most) {
        return purges.erasePoints(runs, most);
    }

    void eraseRuns(List<DoomedRun> runs) {
        purges.eraseRuns(runs);
    }

    /**
     * Deletes a snapshot unless something else uses it. The one file that is deleted within a transaction, which holds off
     * new jobs that would use it; deleting one file takes no time.
     */
    void dropSnapshot(ContentDigest snapshot, List<DoomedRun> besides) {
        if (purges.isUnused(snapshot, besides)) {
            try {
                files.delete(SnapshotFiles.path(snapshot));
            } catch (IOException broken) {
                throw new UncheckedIOException("Snapshot %s cannot be deleted".formatted(snapshot), broken);
            }
        }
    }

    void finish(Purge purge) {
        purges.finish(purge);
    }
}
