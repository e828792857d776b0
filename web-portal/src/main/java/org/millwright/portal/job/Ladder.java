package org.millwright.portal.job;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunState;
import org.millwright.portal.shell.Wording;

/**
 * The way of a run from its acceptance to its end: which steps are behind it, at which it is, and what it took.
 *
 * @param steps in order; those that are never reached are left out once the run has ended
 */
public record Ladder(List<Step> steps) {

    /**
     * @param progress done, current, ahead or failed
     * @param at when it was reached; null when it was not, or nobody knows
     * @param took how long it lasted; empty when it did not end
     * @param note one sentence: why it waits, or why it ended so; may be empty
     */
    public record Step(
            String name, String progress, @Nullable Instant at, String took, String note) {}

    static Ladder of(Run run, List<RunAttempt> attempts, String waiting, Instant now) {
        var claimed = attempts.isEmpty() ? null : attempts.getLast().claimedAt();
        var started = run.startedAt();
        var ended = run.endedAt();
        var reached = reached(run.state());
        var steps = new ArrayList<Step>();
        if (run.isJob()) {
            steps.add(step("Queued", 0, reached, run.createdAt(), firstOf(claimed, started, ended), now, waiting));
            if (claimed != null || ended == null) {
                steps.add(step("Preparing", 1, reached, claimed, firstOf(started, ended), now, ""));
            }
        }
        if (started != null || ended == null) {
            steps.add(step(
                    run.isJob() ? "Running" : "Tracked", 2, reached, started, ended, now, cancelNote(run.state())));
        }
        if (run.state() instanceof RunState.Finalizing finalizing) {
            steps.add(new Step(
                    "Finalizing",
                    "current",
                    null,
                    "",
                    "The process ended with %d; its files are being collected".formatted(finalizing.exitCode())));
        }
        steps.add(end(run.state()));
        return new Ladder(steps);
    }

    private static Step step(
            String name,
            int position,
            int reached,
            @Nullable Instant from,
            @Nullable Instant until,
            Instant now,
            String note) {
        var progress = reached > position ? "done" : reached == position ? "current" : "ahead";
        if (from == null || progress.equals("ahead")) {
            return new Step(name, progress, null, "", note);
        }
        return new Step(
                name, progress, from, Wording.duration(Duration.between(from, until == null ? now : until)), note);
    }

    private static Step end(RunState state) {
        return switch (state) {
            case RunState.Completed completed -> new Step("Completed", "done", completed.endedAt(), "", "");
            case RunState.Failed failed -> new Step("Failed", "failed", failed.endedAt(), "", failed.reason());
            case RunState.Canceled canceled -> new Step("Canceled", "failed", canceled.endedAt(), "", "");
            case RunState.Queued _,
                    RunState.Preparing _,
                    RunState.Running _,
                    RunState.CancelRequested _,
                    RunState.Finalizing _ -> new Step("Completed", "ahead", null, "", "");
        };
    }

    private static String cancelNote(RunState state) {
        return state instanceof RunState.CancelRequested
                ? "Somebody asked for its end; its process is being stopped"
                : "";
    }

    private static int reached(RunState state) {
        return switch (state) {
            case RunState.Queued _ -> 0;
            case RunState.Preparing _ -> 1;
            case RunState.Running _ -> 2;
            case RunState.CancelRequested(var startedAt) -> startedAt == null ? 1 : 2;
            case RunState.Finalizing _ -> 3;
            case RunState.Ended _ -> 4;
        };
    }

    private static @Nullable Instant firstOf(@Nullable Instant... instants) {
        for (var instant : instants) {
            if (instant != null) {
                return instant;
            }
        }
        return null;
    }
}
