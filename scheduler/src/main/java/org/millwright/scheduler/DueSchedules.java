package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.Permission;
import org.millwright.access.app.AccessQuestions;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Firing;
import org.millwright.shared.Refused;

/**
 * Has due schedules accounted for, and their jobs started in the name of their owners: who may no longer start a job by hand does
 * not start it by a schedule either. May be asked at any time, by any number of servers at once.
 */
@ApplicationScoped
public class DueSchedules {
    private static final System.Logger LOG = System.getLogger(DueSchedules.class.getName());
    private static final int BATCH = 100;

    private final Schedules schedules;
    private final Firings firings;
    private final AccessQuestions rights;

    @Inject
    public DueSchedules(Schedules schedules, Firings firings, AccessQuestions rights) {
        this.schedules = schedules;
        this.firings = firings;
        this.rights = rights;
    }

    @SuppressWarnings("NullAway")
    protected DueSchedules() {
        this(null, null, null);
    }

    /** Accounts for one schedule. @return when it is due next */
    public Optional<Instant> account(ScheduleKey schedule) {
        return firings.account(schedule);
    }

    /** Accounts for the schedules that nobody has accounted for, though they were due. */
    public void accountAll(NextDue told) {
        for (var schedule : firings.unaccounted(BATCH)) {
            try {
                firings.account(schedule).ifPresent(next -> told.is(schedule, next));
            } catch (RuntimeException outage) {
                LOG.log(WARNING, "schedule %s could not be looked at; it is tried again".formatted(schedule), outage);
            }
        }
    }

    /** Is told when a schedule is due next. */
    @FunctionalInterface
    public interface NextDue {
        void is(ScheduleKey schedule, Instant next);
    }

    /** Starts all that is ready to. What fails for a reason that passes is ready again later. */
    public void startReady() {
        var before = Optional.<Firing.Key>empty();
        for (var ready = firings.ready(BATCH); !ready.isEmpty(); ready = firings.ready(BATCH)) {
            var first = Optional.of(ready.getFirst());
            if (first.equals(before)) {
                return; // another server has it, or it could not even be written down that it failed
            }
            before = first;
            ready.forEach(this::start);
        }
    }

    private void start(Firing.Key key) {
        try {
            startForOwner(key);
        } catch (Refused refused) {
            LOG.log(
                    WARNING,
                    "schedule {0} due {1} was refused: {2}",
                    key.schedule(),
                    key.dueAt(),
                    refused.problem().sentence());
            note(key, () -> firings.refused(key, refused.problem()));
        } catch (RuntimeException outage) {
            LOG.log(
                    WARNING,
                    "schedule %s due %s could not start its job; it is tried again"
                            .formatted(key.schedule(), key.dueAt()),
                    outage);
            note(key, () -> firings.failed(key, "The server could not start its job; the server's log says why"));
        }
    }

    private Optional<RunId> startForOwner(Firing.Key key) {
        var schedule = schedules.find(key.workspace(), key.schedule());
        if (schedule.isEmpty()) {
            return Optional.empty();
        }
        var owner = rights.behind(schedule.get().owner(), null);
        owner.requireSomewhereIn(Permission.JOB_SUBMIT, key.workspace()); // on which experiment, its repository asks
        return Authority.nobody(Origin.SERVER)
                .of(owner)
                .using(Permission.JOB_SUBMIT)
                .doing(() -> firings.start(key));
    }

    private static void note(Firing.Key key, Runnable writing) {
        try {
            writing.run();
        } catch (RuntimeException outage) {
            LOG.log(WARNING, "schedule %s due %s goes on waiting".formatted(key.schedule(), key.dueAt()), outage);
        }
    }
}
