package org.millwright.compute;

import java.io.IOException;

/** Reads what attempts print, while they print it. */
public interface AttemptLog {

    /**
     * Reads on in the log of one node of an attempt.
     *
     * @param node from 0; the log of that one begins with what was said while the attempt was made ready
     * @param offset in bytes
     * @return at most so many bytes from there; empty when there is nothing (yet), or no such node
     */
    byte[] readLog(AttemptId attempt, int node, long offset, int most) throws IOException;

    /** Reads on in the log of node 0, which is the only one of most attempts. */
    default byte[] readLog(AttemptId attempt, long offset, int most) throws IOException {
        return readLog(attempt, 0, offset, most);
    }
}
