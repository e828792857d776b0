package org.millwright.retention.model;

import java.util.List;
import java.util.Set;
import org.millwright.compute.AttemptId;
import org.millwright.data.ContentDigest;

/** The rows of what is being purged. Everything may be done again. */
public interface PurgeRepository {

    /** Orders that are not carried out yet, the oldest first. */
    List<Purge> ordered(int most);

    /**
     * A run whose rows are to go.
     *
     * @param key what its narrow rows refer to it by
     * @param attempts at it, whose working folders may be left
     * @param snapshots of code and files that its job was given
     */
    record DoomedRun(long key, List<AttemptId> attempts, Set<ContentDigest> snapshots) {
        public DoomedRun {
            attempts = List.copyOf(attempts);
            snapshots = Set.copyOf(snapshots);
        }
    }

    /** Some of the runs that go with the purge; empty when none is left. */
    List<DoomedRun> runs(Purge purge, int most);

    /** Deletes some rows of points of the runs' metrics. @return how many; 0 when none is left */
    int erasePoints(List<DoomedRun> runs, int most);

    /** Deletes the runs with all that was logged to them, points that came in the meantime included. */
    void eraseRuns(List<DoomedRun> runs);

    /**
     * Whether no run but these and no schedule uses the snapshot. Until the transaction ends, no new job does either.
     */
    boolean isUnused(ContentDigest snapshot, List<DoomedRun> besides);

    /** Deletes the rest: the thing itself, and the order. */
    void finish(Purge purge);
}
