package org.millwright.compute;

import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.data.ContentDigest;

/** The environments that this server has built on its own machine: one for each digest, shared by all jobs that want it. */
public interface EnvironmentBuilds {

    enum State {
        /** No job has wanted it here, or it was removed after a time without use. */
        NOT_BUILT,
        BUILDING,
        BUILT,
        /** The last try came to nothing; the next job that wants it tries again. */
        FAILED
    }

    /** @param lastUsedAt when a job last began with it; null when it is not built @param packages exactly, a line each */
    record Build(State state, @Nullable Instant lastUsedAt, String packages) {}

    Build find(ContentDigest digest) throws IOException;

    /** What its builds printed, the last at the end; at most so many bytes from the offset on. */
    byte[] readLog(ContentDigest digest, long offset, int most) throws IOException;

    /** Removes what no job has wanted for as long as the operator says, and no job runs with. @return how many */
    int removeUnused() throws IOException, InterruptedException;
}
