package org.millwright.schedule.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.workspace.WorkspaceName;

/**
 * One due time and what came of it. There is one row for each schedule and due time, so a due time starts one job at most,
 * however many servers are told of it and however often.
 *
 * <p>It is written down first, waiting, and started then; so what cannot start for a reason that passes is tried again, by
 * whatever server is there.
 *
 * @param key which due time of which schedule
 * @param cause why it is to start
 * @param firedAt when it started or was refused; until then, when it was written down
 */
public record Firing(Key key, Cause cause, Instant firedAt, Outcome outcome) implements PastDue {

    /** What a firing is unique by. */
    public record Key(WorkspaceName workspace, ScheduleName schedule, Instant dueAt) {}

    /** Why a firing starts. */
    public enum Cause {
        /** It was due, and noticed in time. */
        DUE,
        /** It was missed, and the schedule's catch-up makes up for it. */
        CATCH_UP,
        /** Somebody asked for a range of the past. */
        BACKFILL,
        /** Somebody asked for one now. */
        BY_HAND
    }

    /** What came of it so far. */
    public sealed interface Outcome {}

    /** @param run that it started */
    public record Started(RunId run) implements Outcome {}

    /** @param why its job was refused for good */
    public record Refusal(String why) implements Outcome {}

    /**
     * It has yet to start.
     *
     * @param tries that failed
     * @param nextTry not before this
     * @param trouble why the last try failed; null before the first
     */
    public record Waiting(
            int tries, Instant nextTry, @Nullable String trouble) implements Outcome {
        private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
        private static final int MOST_DOUBLINGS = 8;

        /** Waits twice as long after each try, up to some minutes. */
        public Waiting failed(String why, Instant now) {
            var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
            return new Waiting(tries + 1, now.plus(pause), why);
        }
    }

    @Override
    public Instant dueAt() {
        return key.dueAt();
    }

    public Optional<RunId> run() {
        return outcome instanceof Started(var run) ? Optional.of(run) : Optional.empty();
    }

    /** How long after its time it started or was refused; empty while it waits, and for the past that was asked for. */
    public Optional<Duration> lateness() {
        return outcome instanceof Waiting || cause == Cause.BACKFILL
                ? Optional.empty()
                : Optional.of(Duration.between(dueAt(), firedAt));
    }

    public Firing become(Outcome next, Instant now) {
        return new Firing(key, cause, now, next);
    }
}
