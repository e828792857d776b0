package org.millwright.experiment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands. Each state carries exactly the facts that are true in it. The labels are Azure ML's.
 *
 * @see Run for who moves it when
 */
public sealed interface RunState {

    /** Accepted, waits for a slot. */
    record Queued() implements RunState {}

    /** Has a slot; its environment and code are being laid out. */
    record Preparing() implements RunState {}

    record Running(Instant startedAt) implements RunState {}

    /** Somebody asked for its end. @param startedAt null when no process had started */
    record CancelRequested(@Nullable Instant startedAt) implements RunState {}

    /** The process is over; its files are being collected. @param exitCode of the process */
    record Finalizing(Instant startedAt, int exitCode) implements RunState {}

    /** Nothing more will happen to it, unless a client resumes a run that it tracks itself. */
    sealed interface Ended extends RunState {
        @Nullable
        Instant startedAt();

        Instant endedAt();
    }

    record Completed(Instant startedAt, Instant endedAt) implements Ended {}

    /**
     * @param startedAt null when it failed before its process started
     * @param reason one sentence for its owner
     * @param exitCode of the process; null when there is none
     */
    record Failed(
            @Nullable Instant startedAt,
            Instant endedAt,
            String reason,
            @Nullable Integer exitCode) implements Ended {}

    record Canceled(@Nullable Instant startedAt, Instant endedAt) implements Ended {}

    default String label() {
        return getClass().getSimpleName();
    }

    default boolean isEnded() {
        return this instanceof Ended;
    }
}
