package org.millwright.compute.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a driver sees of a started attempt. */
public sealed interface Observation {

    /** Whether there is nothing more to wait for. */
    default boolean isEnd() {
        return switch (this) {
            case Waiting _, Running _ -> false;
            case NotStarted _, Exited _, Vanished _, NodeLost _ -> true;
        };
    }

    /** It was handed over, and its command does not run yet. @param why in a sentence for the owner */
    record Waiting(String why) implements Observation {}

    /** Its command never ran, and will not. @param why in a sentence for the owner */
    record NotStarted(String why) implements Observation {}

    record Running(Instant startedAt) implements Observation {}

    /** What ended a process. */
    enum Cause {
        /** Itself, or somebody who was asked to. */
        EXIT,
        TIME_LIMIT,
        OUT_OF_MEMORY
    }

    /**
     * @param exitCode the process's own, 128 + signal when a signal ended it
     * @param exceeded the limit that it came up against meanwhile, such as "2 GiB of memory"; null when there was none
     * @param rank of several processes, the one that failed first, which the exit code is of; null when none did
     */
    record Exited(
            int exitCode,
            Cause cause,
            @Nullable String exceeded,
            @Nullable Integer rank,
            Instant startedAt,
            Instant endedAt)
            implements Observation {

        /** Of a job of one process. */
        public Exited(int exitCode, Cause cause, @Nullable String exceeded, Instant startedAt, Instant endedAt) {
            this(exitCode, cause, exceeded, null, startedAt, endedAt);
        }

        public boolean timedOut() {
            return cause == Cause.TIME_LIMIT;
        }
    }

    /** It was started, no process is left, and nothing says how it ended: killed from outside, or the machine died. */
    record Vanished() implements Observation {}

    /** A node that it ran on is gone, or is not heard of any more. @param node in words, for the owner */
    record NodeLost(String node) implements Observation {}
}
