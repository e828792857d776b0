package org.millwright.compute.spi;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;

/**
 * Runs attempts on one kind of compute. Work survives the server: whatever was started is found again by
 * {@link #observe} after a restart, by its placement alone.
 *
 * <p>A driver starts all nodes of an attempt, or none. What the nodes print it brings to the server's disk, where
 * {@link org.millwright.compute.AttemptLog} finds it.
 */
public interface ComputeDriver {

    /** Whether it is the driver for such targets. */
    boolean runs(ComputeKind kind);

    /**
     * Tries whether a target can be used as it is described; takes as long as the target takes to answer.
     *
     * @param credential what opens it; null when it needs none
     * @return what stands in the way, each in a sentence; empty when nothing does
     */
    default List<String> obstacles(ComputeKind kind, @Nullable String credential) {
        return List.of();
    }

    /**
     * Makes ready: the environment (built once for its digest, its build output in the attempt's log) and the working
     * folder with the code. Takes from milliseconds to many minutes.
     *
     * @throws LaunchFailed with the reason for the owner, who also finds the details in the log
     */
    void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException;

    /** Starts the processes of a prepared attempt; doing so twice starts them once. */
    void start(Launch launch) throws LaunchFailed, IOException;

    Observation observe(Placement placement) throws IOException;

    /** Waits until the attempt ends or the time is over, whichever is first, and observes. */
    Observation await(Placement placement, Duration most) throws IOException, InterruptedException;

    /** Ends all its processes: asks, waits for the grace time, then kills. Returns when nothing of them is left. */
    void stop(Placement placement, Duration grace) throws IOException, InterruptedException;

    /** Moves the log and the files of {@code outputs/} and {@code logs/} into the artifact store; again is harmless. */
    void collect(Launch launch) throws IOException;

    /** Removes what is left of an attempt that has been collected, its working folder first of all. */
    void discard(Placement placement) throws IOException;
}
