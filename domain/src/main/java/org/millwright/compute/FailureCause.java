package org.millwright.compute;

import java.util.Locale;

/** What made an attempt fail, as far as it is known; retry policies are told by it. */
public enum FailureCause {
    /** The node that it ran on is gone, or its process vanished. */
    NODE_LOST,
    OUT_OF_MEMORY,
    /** Its time limit was reached. */
    TIME_OUT,
    /** Its process ended by itself with an exit code other than 0. */
    EXIT_CODE,
    /** It never started: no such package, no such code. */
    NOT_STARTED,
    /** The server could not look after it. */
    SERVER;

    /** As people write it: {@code node_lost}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
