package org.millwright.retention.app;

import java.util.List;
import org.millwright.contract.World;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.retention.model.Purge;
import org.millwright.retention.model.PurgeRepository.DoomedRun;

/** The steps of a purge as the container calls them: each in a transaction of its own, some of which may fail. */
public final class StepsInTransactions extends PurgeSteps {
    private final World world;
    private int untilFailure = Integer.MAX_VALUE;

    public StepsInTransactions(World world, ArtifactStore files) {
        super(world.purges(), files);
        this.world = world;
    }

    /** Lets so many steps succeed; the one after them is cut off. */
    public void failAfter(int steps) {
        untilFailure = steps;
    }

    /** One more step was taken. @throws Cut when it is the one that fails */
    public void step() {
        if (untilFailure-- == 0) {
            throw new Cut();
        }
    }

    /** The server was killed. */
    public static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Override
    List<Purge> ordered(int most) {
        return world.inTransaction(() -> super.ordered(most));
    }

    @Override
    List<DoomedRun> runs(Purge purge, int most) {
        return world.inTransaction(() -> super.runs(purge, most));
    }

    @Override
    int erasePoints(List<DoomedRun> runs, int most) {
        return world.inTransaction(() -> {
            step();
            return super.erasePoints(runs, Math.min(most, 2));
        });
    }

    @Override
    void eraseRuns(List<DoomedRun> runs) {
        world.run(() -> {
            step();
            super.eraseRuns(runs);
        });
    }

    @Override
    void dropSnapshot(ContentDigest snapshot, List<DoomedRun> besides) {
        world.run(() -> {
            step();
            super.dropSnapshot(snapshot, besides);
        });
    }

    @Override
    void finish(Purge purge) {
        world.run(() -> {
            step();
            super.finish(purge);
        });
    }
}
