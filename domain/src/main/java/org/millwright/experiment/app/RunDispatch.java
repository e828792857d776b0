package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.RunQueue;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;

/**
 * Moves jobs as their compute reports. Called by the dispatcher, which does the slow work between these calls.
 *
 * <p>Each call names the attempt it speaks for; one that is no longer the run's own is refused as stale.
 */
@ApplicationScoped
@Transactional
public class RunDispatch {
    private final RunRepository runs;
    private final RunQueue queue;
    private final Clock clock;

    @Inject
    public RunDispatch(RunRepository runs, RunQueue queue, Clock clock) {
        this.runs = runs;
        this.queue = queue;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected RunDispatch() {
        this(null, null, null);
    }

    /** A job that was given a slot, and the attempt at it. */
    public record Assignment(Run run, RunAttempt attempt) {}

    /** Gives waiting jobs to free slots, for this server to look after. */
    public List<Assignment> claim(String server, int most) {
        var now = clock.instant();
        var assignments = new ArrayList<Assignment>();
        for (var claim : queue.claim(server, most, now)) {
            var run = get(claim.attempt());
            var attempt = new RunAttempt(claim.attempt(), claim.compute(), claim.slot(), server, now, null, null);
            var prepared = save(run.prepare(claim.attempt().number()));
            runs.openAttempt(attempt);
            assignments.add(new Assignment(prepared, attempt));
        }
        return assignments;
    }

    /** What this server looked after before its restart and has to find again. */
    public List<Assignment> recover(String server) {
        return runs.openAttempts(server).stream()
                .map(attempt -> new Assignment(get(attempt.id()), attempt))
                .toList();
    }

    /** The run as it is now, for a look whether somebody wants it to end. */
    public Optional<Run> current(AttemptId attempt) {
        return runs.find(new RunId(attempt.run())).filter(run -> run.attempt() == attempt.number());
    }

    public Run started(AttemptId attempt, Instant at) {
        return save(get(attempt).start(attempt.number(), at));
    }

    /** The process is over; its files are about to be collected. */
    public Run finalizing(AttemptId attempt, Instant startedAt, int exitCode) {
        return save(get(attempt).finalizing(attempt.number(), startedAt, exitCode));
    }

    public Run completed(RunAttempt attempt, Instant startedAt, Instant endedAt) {
        var run = get(attempt.id());
        return end(attempt, run.complete(attempt.id().number(), startedAt, endedAt), endedAt);
    }

    /** @param reason one sentence for the job's owner; @param exitCode of its process, null when there was none */
    public Run failed(RunAttempt attempt, Instant endedAt, String reason, @Nullable Integer exitCode) {
        var run = get(attempt.id());
        return end(attempt, run.fail(attempt.id().number(), endedAt, reason, exitCode), endedAt);
    }

    public void heartbeat(List<AttemptId> attempts) {
        queue.heartbeat(attempts);
    }

    private Run end(RunAttempt attempt, Change<Run> change, Instant endedAt) {
        var ended = save(change);
        var outcome = ended.state() instanceof RunState.Failed failed
                ? failed.reason()
                : ended.state().label();
        runs.closeAttempt(attempt.end(endedAt, outcome));
        queue.release(attempt.id());
        return ended;
    }

    private Run get(AttemptId attempt) {
        return runs.findForUpdate(new RunId(attempt.run())).orElseThrow(() -> Refused.notFound("run", attempt.run()));
    }

    private Run save(Change<Run> change) {
        runs.save(change);
        return change.next();
    }
}
