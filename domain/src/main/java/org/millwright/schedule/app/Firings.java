package org.millwright.schedule.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.DueTimes;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.PastDue;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Starts what is due, once for each due time.
 *
 * <p>It goes in two steps, each a transaction. {@link #account} writes down what is to start, in one place after the other in time;
 * {@link #start} submits a job and writes down its run. So whoever is killed in between, or is told twice, or by a clock that was
 * set, leaves no due time without its one firing, and no firing with two runs.
 */
@ApplicationScoped
@Transactional
public class Firings {
    /** What one back-fill may ask for. */
    public static final int MOST_BACKFILLED = 1000;

    private static final int MOST_AT_ONCE = 100;

    private final ScheduleRepository schedules;
    private final JobSubmitter jobs;
    private final DueAccount account;

    @Inject
    public Firings(ScheduleRepository schedules, JobSubmitter jobs) {
        this.schedules = schedules;
        this.jobs = jobs;
        this.account = new DueAccount(schedules);
    }

    @SuppressWarnings("NullAway")
    protected Firings() {
        this(null, null);
    }

    /** Schedules that {@link #account} would do something for. */
    public List<ScheduleKey> unaccounted(int most) {
        return schedules.unaccounted(schedules.now(), most);
    }

    /** Writes down all firings that were due until now. Harmless when there are none. @return when it is due next */
    public Optional<Instant> account(ScheduleKey schedule) {
        return account.current(schedule).flatMap(account::settle);
    }

    /** Firings that may start now. */
    public List<Firing.Key> ready(int most) {
        return schedules.ready(schedules.now(), most);
    }

    /**
     * Starts the job of a firing that waits.
     *
     * @return the run; empty when it no longer waits, when another server has it, or when its back-fill is throttled
     * @throws Refused when its job is refused; see {@link #refused}
     */
    public Optional<RunId> start(Firing.Key key) {
        var found = schedules.find(key.workspace(), key.schedule());
        var claimed = found.isEmpty() ? Optional.<Firing>empty() : schedules.claim(key);
        if (claimed.isEmpty()) {
            return Optional.empty();
        }
        var firing = claimed.get();
        if (firing.cause() == Firing.Cause.BACKFILL
                && !schedules.mayBackfill(new ScheduleKey(key.workspace(), key.schedule()))) {
            return Optional.empty();
        }
        var schedule = found.get();
        var run = jobs.submit(new JobSubmitter.Submission(
                key.workspace(),
                schedule.owner(),
                null,
                "%s %s".formatted(schedule.label().displayName(), key.dueAt()),
                schedule.experiment(),
                Map.of(
                        "millwright.schedule",
                        key.schedule().value(),
                        "millwright.schedule.dueAt",
                        key.dueAt().toString()),
                schedule.job()));
        schedules.recordFiring(firing.become(new Firing.Started(run), schedules.now()));
        return Optional.of(run);
    }

    /** A firing's job was refused: for good, unless the reason passes. */
    public void refused(Firing.Key key, Problem why) {
        switch (why) {
            case Problem.Unavailable _, Problem.TooManyAttempts _, Problem.Stale _ -> failed(key, why.sentence());
            default ->
                schedules
                        .claim(key)
                        .ifPresent(firing -> schedules.recordFiring(
                                firing.become(new Firing.Refusal(why.sentence()), schedules.now())));
        }
    }

    /** A firing could not be started for a reason that passes: it is tried again later. */
    public void failed(Firing.Key key, String why) {
        schedules.claim(key).ifPresent(firing -> {
            if (firing.outcome() instanceof Firing.Waiting waiting) {
                var now = schedules.now();
                schedules.recordFiring(firing.become(waiting.failed(why, now), firing.firedAt()));
            }
        });
    }

    /** Starts its job now, whether it is due, and whether it is paused. */
    public Firing fireNow(WorkspaceName workspace, ScheduleName name) {
        var schedule = get(workspace, name);
        var now = schedules.now();
        var key = new Firing.Key(workspace, name, now);
        schedules.addFiring(DueAccount.waiting(key, Firing.Cause.BY_HAND, now));
        schedules.tell(schedule.announced(now)); // so that a server looks at once
        return schedules.firing(key).orElseThrow();
    }

    /** What a back-fill does about one due time. */
    public record Backfilled(Instant dueAt, Kind kind) {
        /** What it does. */
        public enum Kind {
            /** It starts. */
            STARTS,
            /** It was refused before, and is tried again. */
            STARTS_AGAIN,
            /** It has its run, or waits for it. */
            THERE
        }
    }

    /**
     * Starts the due times of a range of the past, the first and the last moment included, that never started. Asking again, or for
     * a range that overlaps, starts nothing twice.
     *
     * @param atOnce how many of its runs may go on at a time
     * @param dryRun whether it only says what it would do
     * @throws Refused with Invalid when the range lies in the future, or holds too many
     */
    public List<Backfilled> backfill(
            WorkspaceName workspace, ScheduleName name, Instant from, Instant to, int atOnce, boolean dryRun) {
        var key = new ScheduleKey(workspace, name);
        var schedule = account.current(key).orElseThrow(() -> Refused.notFound("schedule", name));
        var now = schedules.now();
        if (to.isBefore(from)) {
            throw Refused.invalid("to", "not before 'from'");
        }
        if (to.isAfter(now)) {
            throw Refused.invalid("to", "not in the future: those times are still to come");
        }
        if (from.isBefore(Instant.EPOCH)) {
            throw Refused.invalid("from", "not before the year 1970");
        }
        if (atOnce < 1 || atOnce > MOST_AT_ONCE) {
            throw Refused.invalid("at_once", "1 to %d".formatted(MOST_AT_ONCE));
        }
        // Asked for first, so that what is only just due is not taken for a back-fill.
        account.settle(schedule);
        var times = DueTimes.of(schedule.trigger()).from(from.minusNanos(1));
        var range = new ArrayList<Instant>();
        while (times.hasNext()) {
            var due = times.next();
            if (due.isAfter(to)) {
                break;
            }
            range.add(due);
            if (range.size() > MOST_BACKFILLED) {
                throw Refused.invalid(
                        "from",
                        "more than %d times are due until then; ask for a part of them".formatted(MOST_BACKFILLED));
            }
        }
        var known = schedules.known(key, range);
        var done = new ArrayList<Backfilled>();
        for (var due : range) {
            done.add(new Backfilled(due, backfill(schedule, due, known.contains(due), now, dryRun)));
        }
        if (!dryRun && done.stream().anyMatch(each -> each.kind() != Backfilled.Kind.THERE)) {
            schedules.throttle(key, atOnce);
            schedules.tell(schedule.announced(now));
        }
        return done;
    }

    /** Takes back what has not started of its back-fills. @return how many due times */
    public int stopBackfill(WorkspaceName workspace, ScheduleName name) {
        var schedule = get(workspace, name);
        return schedules.dropBackfill(DueAccount.key(schedule));
    }

    /** What came of its due times, the latest first. */
    public Page<PastDue> history(WorkspaceName workspace, ScheduleName name, PageRequest page) {
        return schedules.history(DueAccount.key(get(workspace, name)), page);
    }

    private Backfilled.Kind backfill(Schedule schedule, Instant due, boolean known, Instant now, boolean dryRun) {
        var key = new Firing.Key(schedule.workspace(), schedule.name(), due);
        if (!known) {
            if (!dryRun) {
                schedules.addFiring(DueAccount.waiting(key, Firing.Cause.BACKFILL, now));
            }
            return Backfilled.Kind.STARTS;
        }
        var refused = schedules
                .firing(key)
                .filter(firing -> firing.outcome() instanceof Firing.Refusal)
                .isPresent();
        if (refused && !dryRun) {
            schedules.recordFiring(DueAccount.waiting(key, Firing.Cause.BACKFILL, now));
        }
        return refused ? Backfilled.Kind.STARTS_AGAIN : Backfilled.Kind.THERE;
    }

    private Schedule get(WorkspaceName workspace, ScheduleName name) {
        return schedules.find(workspace, name).orElseThrow(() -> Refused.notFound("schedule", name));
    }
}
