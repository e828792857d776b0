package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.FailureCause;
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

    /** Gives waiting jobs to free nodes, for this server to look after. */
    public List<Assignment> claim(String server, int most) {
        var claims = queue.claim(server, most);
        if (claims.isEmpty()) {
            return List.of();
        }
        var now = clock.instant();
        var byRun = new HashMap<RunId, RunQueue.Claim>();
        claims.forEach(claim -> byRun.put(new RunId(claim.attempt().run()), claim));
        var changes = new ArrayList<Change<Run>>();
        var assignments = new ArrayList<Assignment>();
        for (var run : runs.findAllForUpdate(List.copyOf(byRun.keySet()))) {
            var claim = Objects.requireNonNull(byRun.get(run.id()));
            var change = run.prepare(claim.attempt().number());
            changes.add(change);
            assignments.add(new Assignment(
                    change.next(),
                    new RunAttempt(claim.attempt(), claim.compute(), claim.slot(), server, now, null, null)));
        }
        runs.saveAll(changes);
        runs.openAttempts(assignments.stream().map(Assignment::attempt).toList());
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
        queue.started(attempt, at);
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

    /**
     * The attempt did not come to a good end. The run is tried again when it was asked to make room, or when its retry policy
     * says so; otherwise it has failed.
     *
     * @param reason one sentence for the job's owner; @param exitCode of its process, null when there was none
     */
    public Run failed(
            RunAttempt attempt, Instant endedAt, String reason, @Nullable Integer exitCode, FailureCause cause) {
        var run = get(attempt.id());
        var number = attempt.id().number();
        if (run.attempt() == number && run.state() instanceof RunState.CancelRequested) {
            return end(attempt, run.fail(number, endedAt, reason, exitCode), endedAt);
        }
        if (queue.isMakingRoom(attempt.id())) {
            return again(attempt, run, endedAt, "It made room for other work", null, null);
        }
        var policy =
                Objects.requireNonNull(run.job(), "Only jobs have attempts").retries();
        if (policy.triesAgainAfter(cause, exitCode, 1 + failures(run))) {
            var notBefore = policy.pause().isZero() ? null : endedAt.plus(policy.pause());
            return again(attempt, run, endedAt, reason, cause, notBefore);
        }
        var change = run.fail(number, endedAt, reason, exitCode);
        return end(attempt, change, endedAt, cause);
    }

    private int failures(Run run) {
        return (int) runs.attempts(run.id()).stream()
                .filter(tried -> tried.cause() != null)
                .count();
    }

    private Run again(
            RunAttempt attempt,
            Run run,
            Instant at,
            String outcome,
            @Nullable FailureCause cause,
            @Nullable Instant notBefore) {
        var change = run.queueAgain(attempt.id().number(), at);
        if (change.next().equals(run)) {
            return run; // told before
        }
        var waits = save(change);
        runs.closeAttempt(attempt.end(at, outcome, cause));
        queue.release(attempt.id());
        queue.enqueue(QueueRequests.of(waits, notBefore));
        return waits;
    }

    /** Attempts of this server that are to make room for others. */
    public List<AttemptId> makingRoom(String server) {
        return queue.makingRoom(server);
    }

    /** Attempts that others declared lost while this server was not heard of; what is left of them is to be removed. */
    public List<Assignment> abandoned(String server) {
        return runs.abandonedBy(server).stream()
                .flatMap(attempt ->
                        runs.find(new RunId(attempt.id().run())).stream().map(run -> new Assignment(run, attempt)))
                .toList();
    }

    /**
     * Looks after what other servers do not look after any more. What ran on the machine of such a server is lost, and tried
     * again as its retry policy says; what runs elsewhere goes on, and this server observes it from now on.
     *
     * @return what this server has taken over
     */
    public List<Assignment> takeOver(String server, Duration patience) {
        var taken = new ArrayList<Assignment>();
        for (var silent : queue.silent(server, patience)) {
            var id = new RunId(silent.attempt().run());
            var run = runs.findForUpdate(id);
            // Asked again now that nobody else can move the run.
            if (run.isPresent() && queue.takeOver(silent.attempt(), server, patience)) {
                var attempt = runs.attempts(id).stream()
                        .filter(open -> open.id().equals(silent.attempt()) && open.endedAt() == null)
                        .findFirst();
                if (attempt.isEmpty()) {
                    queue.release(silent.attempt());
                } else if (silent.onServer()) {
                    runs.abandonAttempt(silent.attempt());
                    failed(
                            attempt.get(),
                            clock.instant(),
                            "The server '%s' that it ran on was not heard of any more".formatted(silent.server()),
                            null,
                            FailureCause.NODE_LOST);
                } else {
                    runs.moveAttempt(silent.attempt(), server);
                    taken.add(new Assignment(run.get(), attempt.get()));
                }
            }
        }
        return taken;
    }

    /** Lets nodes go that have nothing to do. */
    public void scaleDown() {
        queue.scaleDown();
    }

    public void heartbeat(List<AttemptId> attempts) {
        queue.heartbeat(attempts);
    }

    private Run end(RunAttempt attempt, Change<Run> change, Instant endedAt) {
        return end(attempt, change, endedAt, null);
    }

    private Run end(RunAttempt attempt, Change<Run> change, Instant endedAt, @Nullable FailureCause cause) {
        var ended = save(change);
        var outcome = ended.state() instanceof RunState.Failed failed
                ? failed.reason()
                : ended.state().label();
        runs.closeAttempt(attempt.end(endedAt, outcome, cause));
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
