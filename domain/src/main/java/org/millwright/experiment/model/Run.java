package org.millwright.experiment.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RunCancelRequested;
import org.millwright.experiment.RunEnded;
import org.millwright.experiment.RunId;
import org.millwright.experiment.RunQueued;
import org.millwright.experiment.RunStarted;
import org.millwright.experiment.model.RunState.CancelRequested;
import org.millwright.experiment.model.RunState.Canceled;
import org.millwright.experiment.model.RunState.Completed;
import org.millwright.experiment.model.RunState.Ended;
import org.millwright.experiment.model.RunState.Failed;
import org.millwright.experiment.model.RunState.Finalizing;
import org.millwright.experiment.model.RunState.Preparing;
import org.millwright.experiment.model.RunState.Queued;
import org.millwright.experiment.model.RunState.Running;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * One execution of training code, from its acceptance to its end.
 *
 * <p>There are two ways to live. A <em>job</em> was submitted to us: it is queued, gets an attempt on a slot, is prepared,
 * runs, is finalized and ends, and only we move it; what its script says of its own status is ignored, because the
 * process's exit decides. A <em>tracked</em> run lives elsewhere, in a notebook or on somebody's machine: its client says
 * when it starts, ends, or goes on after an end, and we believe it.
 *
 * <p>Signals arrive late and twice (heartbeats, retries, two servers), so saying again what is already so changes nothing;
 * a signal of an attempt that is no longer the run's is refused as stale; only what contradicts the state is refused.
 *
 * @param name shown to people; not unique
 * @param user who runs it, as the client says or as signed in
 * @param submitter whose roles the run's own token carries; null for tracked runs
 * @param job what to execute; null for tracked runs
 * @param attempt number of the current or last try, 0 before the first
 * @param deletedAt when it was deleted; it can be restored until it is purged; null while it is not
 */
public record Run(
        RunId id,
        WorkspaceName workspace,
        ExperimentId experiment,
        String name,
        String user,
        @Nullable PrincipalId submitter,
        @Nullable JobSpec job,
        RunState state,
        int attempt,
        Instant createdAt,
        @Nullable Instant deletedAt,
        Revision revision) {

    /** Accepts a job. */
    public static Change<Run> queue(
            RunId id,
            WorkspaceName workspace,
            ExperimentId experiment,
            String name,
            PrincipalId submitter,
            JobSpec job,
            Instant now) {
        var run = new Run(
                id,
                workspace,
                experiment,
                name,
                submitter.value(),
                submitter,
                job,
                new Queued(),
                0,
                now,
                null,
                Revision.UNSAVED);
        return Change.of(run, new RunQueued(id, experiment, now));
    }

    /** Begins a run that its client tracks. */
    public static Change<Run> track(
            RunId id, WorkspaceName workspace, ExperimentId experiment, String name, String user, Instant startedAt) {
        var run = new Run(
                id,
                workspace,
                experiment,
                name,
                user,
                null,
                null,
                new Running(startedAt),
                0,
                startedAt,
                null,
                Revision.UNSAVED);
        return Change.of(run, new RunStarted(id, 0, startedAt));
    }

    public boolean isJob() {
        return job != null;
    }

    /** The root of its files in the artifact store. */
    public ArtifactPath artifacts() {
        return new ArtifactPath(experiment + "/" + id + "/artifacts");
    }

    /** A slot was found: the attempt of this number begins. */
    public Change<Run> prepare(int newAttempt) {
        return switch (state) {
            case Queued _ ->
                Change.of(new Run(
                        id,
                        workspace,
                        experiment,
                        name,
                        user,
                        submitter,
                        job,
                        new Preparing(),
                        newAttempt,
                        createdAt,
                        deletedAt,
                        revision));
            case Preparing _ when attempt == newAttempt -> Change.none(this);
            default -> throw cannot("prepare");
        };
    }

    /** The process of the attempt runs. */
    public Change<Run> start(int ofAttempt, Instant startedAt) {
        requireCurrent(ofAttempt);
        return switch (state) {
            case Preparing _ -> become(new Running(startedAt), new RunStarted(id, attempt, startedAt));
            case CancelRequested(var known) when known == null -> become(new CancelRequested(startedAt));
            case Running _, CancelRequested _, Finalizing _, Ended _ -> Change.none(this);
            case Queued _ -> throw cannot("start");
        };
    }

    /** The process of the attempt is over by itself. */
    public Change<Run> finalizing(int ofAttempt, Instant startedAt, int exitCode) {
        requireCurrent(ofAttempt);
        return switch (state) {
            case Preparing _, Running _ -> become(new Finalizing(startedAt, exitCode));
            case CancelRequested _, Finalizing _, Ended _ -> Change.none(this);
            case Queued _ -> throw cannot("finalize");
        };
    }

    /** The process of the attempt ended with 0 and its files are collected. */
    public Change<Run> complete(int ofAttempt, Instant startedAt, Instant endedAt) {
        requireCurrent(ofAttempt);
        return switch (state) {
            // It won the race with a cancel: what it did is done.
            case Preparing _, Running _, Finalizing _, CancelRequested _ -> end(new Completed(startedAt, endedAt));
            case Completed _ -> Change.none(this);
            case Queued _, Failed _, Canceled _ -> throw cannot("complete");
        };
    }

    /** The attempt did not come to a good end. After a cancel request that end is the cancelling. */
    public Change<Run> fail(int ofAttempt, Instant endedAt, String reason, @Nullable Integer exitCode) {
        requireCurrent(ofAttempt);
        return switch (state) {
            case Preparing _ -> end(new Failed(null, endedAt, reason, exitCode));
            case Running(var startedAt) -> end(new Failed(startedAt, endedAt, reason, exitCode));
            case Finalizing(var startedAt, var _) -> end(new Failed(startedAt, endedAt, reason, exitCode));
            case CancelRequested(var startedAt) -> end(new Canceled(startedAt, endedAt));
            case Failed _, Canceled _ -> Change.none(this);
            case Queued _, Completed _ -> throw cannot("fail");
        };
    }

    /**
     * The attempt is over without a good end, and there is to be another one: its node was lost, it made room for others, its
     * retry policy says so. A cancel request is heeded before that.
     */
    public Change<Run> queueAgain(int ofAttempt, Instant now) {
        requireCurrent(ofAttempt);
        return switch (state) {
            case Preparing _, Running _, Finalizing _ -> become(new Queued(), new RunQueued(id, experiment, now));
            case CancelRequested(var startedAt) -> end(new Canceled(startedAt, now));
            case Queued _, Ended _ -> Change.none(this);
        };
    }

    /** Somebody wants it to end. What waits ends at once; what runs is asked first. */
    public Change<Run> cancel(Instant now) {
        return switch (state) {
            case Queued _ -> end(new Canceled(null, now));
            case Preparing _ -> become(new CancelRequested(null), new RunCancelRequested(id, now));
            case Running(var startedAt)
            when isJob() -> become(new CancelRequested(startedAt), new RunCancelRequested(id, now));
            // Nobody but its client has hold of a tracked run, so there is nobody to ask.
            case Running(var startedAt) -> end(new Canceled(startedAt, now));
            case CancelRequested _, Canceled _ -> Change.none(this);
            case Finalizing _, Completed _, Failed _ -> throw cannot("cancel");
        };
    }

    /** What the client of a tracked run says it is in now; a job's script is not asked. */
    public Change<Run> report(Reported status, Instant at) {
        if (isJob()) {
            return Change.none(this);
        }
        var startedAt = startedAt() == null ? createdAt : startedAt();
        return switch (status) {
            case SCHEDULED -> state instanceof Queued ? Change.none(this) : become(new Queued());
            case RUNNING -> state instanceof Running ? Change.none(this) : become(new Running(startedAt));
            case FINISHED -> end(new Completed(startedAt, at));
            case FAILED -> end(new Failed(startedAt, at, "Its client reported a failure", null));
            case KILLED -> end(new Canceled(startedAt, at));
        };
    }

    /** The words in which a client reports on a run that it tracks itself. */
    public enum Reported {
        SCHEDULED,
        RUNNING,
        FINISHED,
        FAILED,
        KILLED
    }

    public Change<Run> rename(String newName) {
        return newName.equals(name)
                ? Change.none(this)
                : Change.of(new Run(
                        id,
                        workspace,
                        experiment,
                        newName,
                        user,
                        submitter,
                        job,
                        state,
                        attempt,
                        createdAt,
                        deletedAt,
                        revision));
    }

    public Change<Run> delete(Instant now) {
        if (isJob() && !state.isEnded()) {
            throw cannot("delete");
        }
        return deletedAt != null ? Change.none(this) : withDeletedAt(now);
    }

    public Change<Run> restore() {
        return deletedAt == null ? Change.none(this) : withDeletedAt(null);
    }

    public @Nullable Instant startedAt() {
        return switch (state) {
            case Queued _, Preparing _ -> null;
            case Running(var startedAt) -> startedAt;
            case CancelRequested(var startedAt) -> startedAt;
            case Finalizing(var startedAt, var _) -> startedAt;
            case Ended ended -> ended.startedAt();
        };
    }

    public @Nullable Instant endedAt() {
        return state instanceof Ended ended ? ended.endedAt() : null;
    }

    private Change<Run> end(Ended ended) {
        var reason = ended instanceof Failed failed ? failed.reason() : "";
        return become(ended, new RunEnded(id, workspace, experiment, name, ended.label(), reason, ended.endedAt()));
    }

    private Change<Run> become(RunState next, DomainEvent... events) {
        return Change.of(
                new Run(
                        id,
                        workspace,
                        experiment,
                        name,
                        user,
                        submitter,
                        job,
                        next,
                        attempt,
                        createdAt,
                        deletedAt,
                        revision),
                events);
    }

    private Change<Run> withDeletedAt(@Nullable Instant when) {
        return Change.of(new Run(
                id, workspace, experiment, name, user, submitter, job, state, attempt, createdAt, when, revision));
    }

    private void requireCurrent(int ofAttempt) {
        if (ofAttempt != attempt) {
            throw Refused.stale("attempt %d of run".formatted(ofAttempt), id);
        }
    }

    private Refused cannot(String action) {
        return new Refused(new Problem.WrongState("run", id.value(), state.label(), action));
    }
}
