package org.millwright.scheduler;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.compute.FailureCause;
import org.millwright.compute.model.Planner;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.LaunchFailed;
import org.millwright.compute.spi.Observation;
import org.millwright.experiment.app.RunDispatch;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * One attempt from wherever it stands to its end, on a thread of its own.
 *
 * <p>Prepare, start, wait, collect, tell. Each step may be done twice, so after a crash it goes on from the state that
 * the run has. When the server goes down the thread is interrupted and leaves everything as it is.
 */
final class AttemptLife {
    private static final System.Logger LOG = System.getLogger(AttemptLife.class.getName());

    /** Between asking a canceled script to end and killing it. */
    static final Duration STOP_GRACE = Duration.ofSeconds(10);

    /** The same when it is to make room for others and may keep what it has so far. */
    private static final Duration ROOM_GRACE = Planner.GRACE;

    private static final int COLLECT_TRIES = 4;

    private final RunDispatch dispatch;
    private final Sites sites;
    private final AttemptLog logs;
    private final Launches launches;
    private final ManagedThreads threads;
    private final Clock clock;
    private final Duration tick;
    private final RunAttempt attempt;

    /** Null until it is found out. */
    private volatile @Nullable Site known;

    private volatile boolean canceled;
    private volatile boolean makingRoom;
    private volatile boolean startBegan;
    private volatile boolean stopped;
    private volatile @Nullable Thread preparing;

    AttemptLife(
            RunDispatch dispatch,
            Sites sites,
            AttemptLog logs,
            Launches launches,
            ManagedThreads threads,
            Clock clock,
            Duration tick,
            RunAttempt attempt) {
        this.dispatch = dispatch;
        this.sites = sites;
        this.logs = logs;
        this.launches = launches;
        this.threads = threads;
        this.clock = clock;
        this.tick = tick;
        this.attempt = attempt;
    }

    AttemptId id() {
        return attempt.id();
    }

    /** The attempt is not the run's any more, so whatever we would say of it is not heard. */
    private static final class Superseded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Superseded(String message) {
            super(message, null, false, false);
        }
    }

    /** @throws InterruptedException when the server goes down; the attempt is found again at its next start */
    void live(Run run) throws InterruptedException {
        try {
            if (isPlaced(run)) {
                goOn(run);
            }
        } catch (Superseded notOurs) {
            LOG.log(INFO, "Attempt {0} is given up: {1}", id(), notOurs.getMessage());
            removeQuietly();
        } catch (IOException | RuntimeException broken) {
            if (threads.isClosing()) {
                // What breaks now breaks because we go down: files and connections are closed under us.
                throw new InterruptedException("The server goes down");
            }
            LOG.log(ERROR, () -> "Attempt %s cannot go on".formatted(id()), broken);
            giveUp(broken);
        }
    }

    /** Somebody asked for its end. Returns at once. */
    void cancel() {
        canceled = true;
        endSoon();
    }

    /** It is to make room for other work, and is tried again later. Returns at once. */
    void makeRoom() {
        if (!makingRoom) {
            makingRoom = true;
            endSoon();
        }
    }

    private void endSoon() {
        var builder = preparing;
        if (builder != null) {
            builder.interrupt();
        } else if (startBegan && !stopped) {
            threads.start("stop " + id(), () -> {
                try {
                    stop();
                } catch (IOException failed) {
                    LOG.log(WARNING, () -> "Attempt %s could not be stopped yet".formatted(id()), failed);
                } catch (InterruptedException goingDown) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Finds out where it runs. @return false when it can run nowhere and has been ended */
    private boolean isPlaced(Run run) throws InterruptedException {
        try {
            known = unlessUnreachable("Opening the compute target of " + id(), () -> sites.of(run, attempt));
            return true;
        } catch (Refused refused) {
            end(null, String.valueOf(refused.getMessage()), FailureCause.NOT_STARTED);
            return false;
        }
    }

    private Site site() {
        return Objects.requireNonNull(known, "It is placed before it goes on");
    }

    private void goOn(Run run) throws IOException, InterruptedException {
        switch (run.state()) {
            case RunState.Preparing _ -> begin(run);
            case RunState.Running _, RunState.Finalizing _ -> follow(launches.started(run, site().placement()));
            case RunState.CancelRequested _ -> {
                canceled = true;
                stop();
                follow(launches.started(run, site().placement()));
            }
            case RunState.Ended _ -> site().discard();
            case RunState.Queued _ -> throw new Superseded("the run waits again");
        }
    }

    private void begin(Run run) throws IOException, InterruptedException {
        Launch launch;
        try {
            launch = unlessUnreachable(
                    "Opening the secrets of " + id(), () -> launches.toStart(run, site().placement()));
        } catch (Refused refused) {
            end(null, String.valueOf(refused.getMessage()), FailureCause.NOT_STARTED);
            site().discard();
            return;
        }
        try {
            if (!prepare(launch) || wantsEnd()) {
                fail(launch, "It was canceled before it started", null, FailureCause.NOT_STARTED);
                return;
            }
            startBegan = true;
            site().driver().start(launch);
        } catch (LaunchFailed refused) {
            fail(launch, String.valueOf(refused.getMessage()), null, FailureCause.NOT_STARTED);
            return;
        }
        follow(launch);
    }

    /** Waits for a key of secrets that cannot be reached, as it waits for the database; but not against a cancel. */
    private <T> T unlessUnreachable(String what, Supplier<T> call) throws InterruptedException {
        var patience = new Patience();
        while (true) {
            try {
                return Patience.until(what, call);
            } catch (Refused refused) {
                if (!(refused.problem() instanceof Problem.Unavailable) || wantsCancel()) {
                    throw refused;
                }
                patience.sleepAfter(what, refused);
            }
        }
    }

    /** @return false when it was canceled meanwhile */
    private boolean prepare(Launch launch) throws LaunchFailed, IOException, InterruptedException {
        var outcome = new CompletableFuture<Void>();
        var builder = threads.start("prepare " + id(), () -> {
            try {
                site().driver().prepare(launch);
                outcome.complete(null);
            } catch (Exception | Error failed) {
                outcome.completeExceptionally(failed);
            }
        });
        preparing = builder;
        try {
            while (!outcome.isDone()) {
                if (wantsEnd()) {
                    builder.interrupt();
                }
                try {
                    outcome.get(tick.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException stillBuilding) {
                    // Another look whether somebody wants it to end.
                }
            }
            outcome.get();
            return !canceled && !makingRoom;
        } catch (ExecutionException failed) {
            return failed(failed.getCause());
        } catch (InterruptedException goingDown) {
            builder.interrupt();
            throw goingDown;
        } finally {
            preparing = null;
        }
    }

    private boolean failed(@Nullable Throwable cause) throws LaunchFailed, IOException, InterruptedException {
        switch (cause) {
            case InterruptedException _
            when canceled || makingRoom -> {
                return false;
            }
            case InterruptedException goingDown -> throw goingDown;
            case LaunchFailed refused -> throw refused;
            case IOException broken -> throw broken;
            case null, default -> throw new IllegalStateException("Preparing broke off", cause);
        }
    }

    /** Waits for the end of what was started, tells what became of it, and clears up. */
    private void follow(Launch launch) throws IOException, InterruptedException {
        startBegan = true;
        var seen = site().observe();
        var isToldOf = tellStart(seen);
        while (!(seen = site().await(tick)).isEnd()) {
            isToldOf = isToldOf || tellStart(seen);
            if (!stopped && wantsEnd()) {
                stop();
            }
        }
        if (!isToldOf) {
            tellStart(seen);
        }
        switch (seen) {
            case Observation.Exited exited -> exited(launch, exited);
            case Observation.Vanished _ -> fail(launch, FailureReason.VANISHED, null, FailureCause.NODE_LOST);
            case Observation.NodeLost(var node) -> fail(launch, FailureReason.lost(node), null, FailureCause.NODE_LOST);
            case Observation.NotStarted(var why) -> fail(launch, why, null, FailureCause.NOT_STARTED);
            case Observation.Waiting _, Observation.Running _ ->
                throw new IllegalStateException("The loop above ends with an end");
        }
    }

    /** @return whether there was a start to tell of */
    private boolean tellStart(Observation seen) throws IOException, InterruptedException {
        var startedAt = startOf(seen);
        if (startedAt == null) {
            return false;
        }
        var state = tell("Telling of the start", () -> dispatch.started(id(), startedAt))
                .state();
        if (state instanceof RunState.CancelRequested && !stopped) {
            canceled = true;
            stop();
        }
        return true;
    }

    private void exited(Launch launch, Observation.Exited exited) throws IOException, InterruptedException {
        tell("Telling of the end", () -> dispatch.finalizing(id(), exited.startedAt(), exited.exitCode()));
        // A script that ends with 0 because we asked it to has been canceled; one that was faster than us has not.
        if (exited.exitCode() != 0 || exited.timedOut() || stopped) {
            var lastLines = FailureReason.lastLines(logs, id(), exited);
            fail(launch, FailureReason.of(exited, launch.timeLimit(), lastLines), exited, cause(exited));
            return;
        }
        var trouble = collect(launch);
        if (trouble != null) {
            end(exited, trouble, FailureCause.SERVER);
            return; // the working folder stays: the files in it are the only ones
        }
        tell("Telling of the completion", () -> dispatch.completed(attempt, exited.startedAt(), exited.endedAt()));
        site().discard();
    }

    private static FailureCause cause(Observation.Exited exited) {
        return switch (exited.cause()) {
            case EXIT -> FailureCause.EXIT_CODE;
            case TIME_LIMIT -> FailureCause.TIME_OUT;
            case OUT_OF_MEMORY -> FailureCause.OUT_OF_MEMORY;
        };
    }

    private void fail(Launch launch, String reason, Observation.@Nullable Exited exited, FailureCause cause)
            throws IOException, InterruptedException {
        var trouble = collect(launch);
        end(exited, reason, cause);
        if (trouble == null) {
            site().discard();
        }
    }

    private void end(Observation.@Nullable Exited exited, String reason, FailureCause cause)
            throws InterruptedException {
        var endedAt = exited == null ? clock.instant() : exited.endedAt();
        var exitCode = exited == null ? null : exited.exitCode();
        tell("Telling of the failure", () -> dispatch.failed(attempt, endedAt, reason, exitCode, cause));
    }

    /** @return what went wrong, in words; null when all files are in the store */
    private @Nullable String collect(Launch launch) throws InterruptedException {
        var patience = new Patience();
        for (var tries = 1; ; tries++) {
            try {
                site().driver().collect(launch);
                return null;
            } catch (IOException | RuntimeException failed) {
                if (tries == COLLECT_TRIES) {
                    LOG.log(ERROR, () -> "The files of %s stay in its working folder".formatted(id()), failed);
                    return "Its files could not be stored: " + failed.getMessage();
                }
                patience.sleepAfter("Collecting the files of " + id(), failed);
            }
        }
    }

    private void stop() throws IOException, InterruptedException {
        stopped = !site().observe().isEnd();
        site().stop(canceled ? STOP_GRACE : ROOM_GRACE);
    }

    /** Whether it is to end, for whatever reason. */
    private boolean wantsEnd() {
        return wantsCancel() || makingRoom;
    }

    private boolean wantsCancel() {
        if (!canceled) {
            try {
                var run = dispatch.current(id());
                canceled = run.isEmpty() || run.get().state() instanceof RunState.CancelRequested;
            } catch (RuntimeException passing) {
                LOG.log(WARNING, () -> "Cannot look whether %s is canceled; looking again".formatted(id()), passing);
            }
        }
        return canceled;
    }

    private Run tell(String what, Supplier<Run> call) throws InterruptedException {
        var patience = new Patience();
        while (true) {
            try {
                return Patience.until(what, call);
            } catch (Refused refused) {
                var current = Patience.until("Looking for the run", () -> dispatch.current(id()));
                if (current.isEmpty()
                        || current.get().state().isEnded()
                        || !(refused.problem() instanceof Problem.Stale)) {
                    throw new Superseded(String.valueOf(refused.getMessage()));
                }
                patience.sleepAfter(what, refused); // someone else changed the run at the same moment
            }
        }
    }

    /** A job that was accepted reaches an end, even when we are at ours. */
    private void giveUp(Exception broken) throws InterruptedException {
        try {
            if (known != null) {
                known.stop(Duration.ZERO);
            }
        } catch (IOException unreachable) {
            LOG.log(ERROR, () -> "Attempt %s may still run".formatted(id()), unreachable);
        }
        try {
            end(null, "The server could not run it: " + broken.getMessage(), FailureCause.SERVER);
        } catch (Superseded notOurs) {
            LOG.log(INFO, "Attempt {0} had ended: {1}", id(), notOurs.getMessage());
        }
    }

    private void removeQuietly() throws InterruptedException {
        try {
            if (known != null) {
                known.stop(Duration.ZERO);
                known.discard();
            }
        } catch (IOException failed) {
            LOG.log(WARNING, () -> "What is left of %s could not be removed".formatted(id()), failed);
        }
    }

    private static @Nullable Instant startOf(Observation seen) {
        return switch (seen) {
            case Observation.Running(var startedAt) -> startedAt;
            case Observation.Exited exited -> exited.startedAt();
            case Observation.Waiting _, Observation.NotStarted _, Observation.Vanished _, Observation.NodeLost _ ->
                null;
        };
    }
}
