package org.millwright.scheduler;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue;
import org.millwright.compute.Waiting;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.RunState;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

/** The database as the executor's tests need it: one run and one slot. */
class OneRun implements RunRepository, RunQueue {
    final AtomicInteger outages = new AtomicInteger();
    final List<String> states = new ArrayList<>();

    private final Steps steps;
    private Run run;
    private @Nullable RunAttempt open;
    private final List<RunAttempt> closed = new ArrayList<>();
    private boolean slotTaken;
    volatile boolean makesRoom;
    final AtomicInteger queuedAgain = new AtomicInteger();
    private int attempts;

    OneRun(Run run, Steps steps) {
        this.run = run;
        this.steps = steps;
    }

    synchronized Run run() {
        return run;
    }

    synchronized @Nullable RunAttempt open() {
        return open;
    }

    synchronized boolean isSlotTaken() {
        return slotTaken;
    }

    synchronized void cancel(Instant now) {
        keep(run.cancel(now).next());
    }

    /** As when another server has taken the run over. */
    synchronized void superseded() {
        keep(new Run(
                run.id(),
                run.workspace(),
                run.experiment(),
                run.name(),
                run.user(),
                run.submitter(),
                run.job(),
                run.state(),
                run.attempt() + 1,
                run.createdAt(),
                null,
                run.revision()));
    }

    private void keep(Run next) {
        if (!next.state().equals(run.state())) {
            states.add(next.state().label());
        }
        run = next;
    }

    @Override
    public synchronized Optional<Run> find(RunId id) {
        return Optional.of(run).filter(found -> found.id().equals(id));
    }

    @Override
    public void begin(Change<Run> begun, Map<String, String> tags) {
        throw new UnsupportedOperationException("Jobs are queued");
    }

    @Override
    public Optional<HeldRun> holdForLogging(RunId id) {
        throw new UnsupportedOperationException("The executor does not log");
    }

    @Override
    public Optional<Run> findForUpdate(RunId id) {
        return find(id);
    }

    @Override
    public boolean hold(RunId id) {
        throw new UnsupportedOperationException("Nobody purges it");
    }

    @Override
    public boolean isBeingPurged(RunId id) {
        throw new UnsupportedOperationException("Nobody purges it");
    }

    @Override
    public Optional<String> frozenBy(ArtifactPath file) {
        throw new UnsupportedOperationException("Nobody writes files over it");
    }

    @Override
    public Optional<RunId> ownerOf(ArtifactPath file) {
        throw new UnsupportedOperationException("Nobody writes files over it");
    }

    @Override
    public void made(RunId run, RunId by) {
        throw new UnsupportedOperationException("Nobody writes files over it");
    }

    @Override
    public boolean isMadeBy(RunId run, RunId by) {
        throw new UnsupportedOperationException("Nobody writes files over it");
    }

    @Override
    public void holdSnapshot(ContentDigest snapshot) {
        throw new UnsupportedOperationException("Nobody submits or purges code");
    }

    @Override
    public Optional<RunId> unfinishedJob(ExperimentId experiment) {
        throw new UnsupportedOperationException("Nobody deletes its experiment");
    }

    @Override
    public void deleteAll(ExperimentId experiment, Instant at) {
        throw new UnsupportedOperationException("Nobody deletes its experiment");
    }

    @Override
    public void restoreAll(ExperimentId experiment, Instant deletedAt) {
        throw new UnsupportedOperationException("Nobody restores its experiment");
    }

    @Override
    public void save(Change<Run> change) {
        var label = change.next().state().label();
        steps.pass("before " + label);
        if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("connection refused");
        }
        synchronized (this) {
            keep(change.next());
            if (change.next().state() instanceof RunState.Ended) {
                open = null; // the transaction closes the attempt and frees the slot with it
                slotTaken = false;
            }
        }
        steps.pass("after " + label);
    }

    @Override
    public synchronized void openAttempt(RunAttempt attempt) {
        open = attempt;
    }

    @Override
    public synchronized void closeAttempt(RunAttempt attempt) {
        closed.add(attempt);
        open = null;
    }

    @Override
    public synchronized List<RunAttempt> openAttempts(String server) {
        return open == null ? List.of() : List.of(open);
    }

    @Override
    public synchronized List<Claim> claim(String server, int most) {
        if (slotTaken || !(run.state() instanceof RunState.Queued)) {
            return List.of();
        }
        slotTaken = true;
        return List.of(
                new Claim(new AttemptId(run.id().value(), ++attempts), run.workspace(), ComputeName.LOCAL, List.of(1)));
    }

    @Override
    public synchronized void release(AttemptId attempt) {
        slotTaken = false;
    }

    @Override
    public void enqueue(Request request) {
        queuedAgain.incrementAndGet();
    }

    @Override
    public void started(AttemptId attempt, Instant at) {
        // Nobody looks at it.
    }

    @Override
    public List<AttemptId> makingRoom(String server) {
        return List.of();
    }

    @Override
    public boolean isMakingRoom(AttemptId attempt) {
        return makesRoom;
    }

    @Override
    public List<Silent> silent(String server, Duration patience) {
        return List.of();
    }

    @Override
    public boolean takeOver(AttemptId attempt, String server, Duration patience) {
        throw new UnsupportedOperationException("There is one server");
    }

    @Override
    public void scaleDown() {
        throw new UnsupportedOperationException("There is one node");
    }

    @Override
    public void moveAttempt(AttemptId attempt, String server) {
        throw new UnsupportedOperationException("There is one server");
    }

    @Override
    public void abandonAttempt(AttemptId attempt) {
        throw new UnsupportedOperationException("There is one server");
    }

    @Override
    public List<RunAttempt> abandonedBy(String server) {
        return List.of();
    }

    @Override
    public boolean withdraw(String run) {
        throw new UnsupportedOperationException("Nobody withdraws it");
    }

    @Override
    public void heartbeat(List<AttemptId> attempts) {
        // Nobody looks at it.
    }

    @Override
    public Optional<Waiting> waiting(String run) {
        return Optional.empty();
    }

    @Override
    public Page<Run> search(RunQuery query, PageRequest page) {
        return Page.last(List.of(run()));
    }

    @Override
    public synchronized List<RunAttempt> attempts(RunId id) {
        return List.copyOf(closed);
    }
}
