package org.millwright.compute.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a driver sees of a started attempt. */
public sealed interface Observation {
    record Running(Instant startedAt) implements Observation {}

    /**
     * @param exitCode the process's own, 128 + signal when a signal ended it
     * @param timedOut ended by its time limit
     * @param exceeded the limit that it came up against meanwhile, such as "2 GiB of memory"; null when there was none
     */
    record Exited(int exitCode, boolean timedOut, @Nullable String exceeded, Instant startedAt, Instant endedAt)
            implements Observation {}

    /** It was started, no process is left, and nothing says how it ended: killed from outside, or the machine died. */
    record Vanished() implements Observation {}
}
