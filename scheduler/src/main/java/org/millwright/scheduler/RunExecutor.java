package org.millwright.scheduler;

import static java.lang.System.Logger.Level.ERROR;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.millwright.compute.AttemptId;
import org.millwright.compute.AttemptLog;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunDispatch;

/** Looks after the attempts that this server was given, each on a thread of its own. */
@ApplicationScoped
public class RunExecutor {
    private static final System.Logger LOG = System.getLogger(RunExecutor.class.getName());

    /** How often it looks for a cancel request of which no event told. */
    private static final Duration TICK = Duration.ofSeconds(2);

    private final RunDispatch dispatch;
    private final Sites sites;
    private final AttemptLog logs;
    private final Launches launches;
    private final ManagedThreads threads;
    private final Clock clock;
    private final Duration tick;
    private final Map<AttemptId, AttemptLife> lives = new ConcurrentHashMap<>();

    @Inject
    public RunExecutor(
            RunDispatch dispatch,
            Sites sites,
            AttemptLog logs,
            Launches launches,
            ManagedThreads threads,
            Clock clock) {
        this(dispatch, sites, logs, launches, threads, clock, TICK);
    }

    RunExecutor(
            RunDispatch dispatch,
            Sites sites,
            AttemptLog logs,
            Launches launches,
            ManagedThreads threads,
            Clock clock,
            Duration tick) {
        this.dispatch = dispatch;
        this.sites = sites;
        this.logs = logs;
        this.launches = launches;
        this.threads = threads;
        this.clock = clock;
        this.tick = tick;
    }

    @SuppressWarnings("NullAway")
    protected RunExecutor() {
        this(null, null, null, null, null, null);
    }

    /** Takes the attempt from where it stands to its end; does nothing when it is looked after already. */
    public void take(RunDispatch.Assignment assignment) {
        var attempt = assignment.attempt();
        var life = new AttemptLife(dispatch, sites, logs, launches, threads, clock, tick, attempt);
        if (lives.putIfAbsent(attempt.id(), life) != null) {
            return;
        }
        threads.start("run " + attempt.id(), () -> {
            try {
                life.live(assignment.run());
            } catch (InterruptedException goingDown) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException broken) {
                // The attempt is still open, so the dispatcher hands it to us again.
                LOG.log(ERROR, () -> "Attempt %s was dropped".formatted(attempt.id()), broken);
            } finally {
                lives.remove(attempt.id());
            }
        });
    }

    /** Somebody asked for the end of the run. Does nothing when another server looks after it: that one will see. */
    public void cancel(RunId run) {
        for (var life : lives.values()) {
            if (life.id().run().equals(run.value())) {
                life.cancel();
            }
        }
    }

    /** Ends and removes what is left here of an attempt that others declared lost. */
    public void remove(RunDispatch.Assignment lost) {
        var attempt = lost.attempt();
        if (lives.containsKey(attempt.id())) {
            return; // it sees for itself
        }
        threads.start("remove " + attempt.id(), () -> {
            try {
                var site = sites.of(lost.run(), attempt);
                site.stop(Duration.ZERO);
                site.discard();
            } catch (InterruptedException goingDown) {
                Thread.currentThread().interrupt();
            } catch (IOException | RuntimeException broken) {
                LOG.log(ERROR, () -> "What is left of %s could not be removed".formatted(attempt.id()), broken);
            }
        });
    }

    /** The attempt is to make room for other work. */
    public void makeRoom(AttemptId attempt) {
        var life = lives.get(attempt);
        if (life != null) {
            life.makeRoom();
        }
    }

    /** What it looks after now. */
    public List<AttemptId> attempts() {
        return List.copyOf(lives.keySet());
    }
}
