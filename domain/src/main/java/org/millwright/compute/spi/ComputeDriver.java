package org.millwright.compute.spi;

import java.io.IOException;
import java.time.Duration;
import org.millwright.compute.AttemptFolders;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.JobIsolation;

/**
 * Runs attempts on one kind of compute. Work survives the server: whatever was started is found again by
 * {@link #observe} after a restart, by its attempt alone.
 */
public interface ComputeDriver extends AttemptLog, AttemptFolders, JobIsolation {

    /**
     * Makes ready: the environment (built once for its digest, its build output in the attempt's log) and the working
     * folder with the code. Takes from milliseconds to many minutes.
     *
     * @throws LaunchFailed with the reason for the owner, who also finds the details in the log
     */
    void prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException;

    /** Starts the process of a prepared attempt; doing so twice starts it once. */
    void start(Launch launch) throws LaunchFailed, IOException;

    Observation observe(AttemptId attempt) throws IOException;

    /** Waits until the attempt ends or the time is over, whichever is first, and observes. */
    Observation await(AttemptId attempt, Duration most) throws IOException, InterruptedException;

    /** Ends the whole process group: asks, waits for the grace time, then kills. Returns when nothing of it is left. */
    void stop(AttemptId attempt, Duration grace) throws IOException, InterruptedException;

    /** Moves the log and the files of {@code outputs/} and {@code logs/} into the artifact store; again is harmless. */
    void collect(Launch launch) throws IOException;

    /** Removes the working folder of an attempt that has been collected. */
    @Override
    void discard(AttemptId attempt) throws IOException;
}
