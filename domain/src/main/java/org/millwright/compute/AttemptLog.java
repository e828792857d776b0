package org.millwright.compute;

import java.io.IOException;

/** Reads what attempts print, while they print it. */
public interface AttemptLog {

    /**
     * Reads on in the log of an attempt, build output included.
     *
     * @param offset in bytes
     * @return at most so many bytes from there; empty when there is nothing (yet)
     */
    byte[] readLog(AttemptId attempt, long offset, int most) throws IOException;
}
