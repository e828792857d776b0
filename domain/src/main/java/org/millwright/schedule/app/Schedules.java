package org.millwright.schedule.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.schedule.model.Trigger;
import org.millwright.schedule.spi.TriggerCalendar;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Makes, changes and fires schedules. */
@ApplicationScoped
@Transactional
public class Schedules {
    private final ScheduleRepository schedules;
    private final TriggerCalendar calendar;
    private final JobSubmitter jobs;
    private final Clock clock;

    @Inject
    public Schedules(ScheduleRepository schedules, TriggerCalendar calendar, JobSubmitter jobs, Clock clock) {
        this.schedules = schedules;
        this.calendar = calendar;
        this.jobs = jobs;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Schedules() {
        this(null, null, null, null);
    }

    /** Makes the schedule, or changes the one of that name. @param owner who does so; its jobs run for them from now on */
    public Schedule put(
            WorkspaceName workspace,
            ScheduleName name,
            String displayName,
            PrincipalId owner,
            Trigger trigger,
            String experiment,
            JobSpec job) {
        var now = clock.instant();
        calendar.next(trigger, now, 1);
        var schedule = schedules
                .find(workspace, name)
                .map(existing -> existing.revise(owner, displayName, trigger, experiment, job))
                .orElseGet(() -> new Schedule(
                        workspace, name, displayName, owner, trigger, experiment, job, true, now, Revision.UNSAVED));
        schedules.save(schedule.announced(now));
        return schedule;
    }

    public Schedule get(WorkspaceName workspace, ScheduleName name) {
        return schedules.find(workspace, name).orElseThrow(() -> Refused.notFound("schedule", name));
    }

    public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
        return schedules.find(workspace, name);
    }

    public List<Schedule> list(WorkspaceName workspace) {
        return schedules.of(workspace);
    }

    public List<Schedule> all() {
        return schedules.all();
    }

    public List<Firing> firings(WorkspaceName workspace, ScheduleName name, int most) {
        return schedules.firings(workspace, get(workspace, name).name(), most);
    }

    /** When it fires next; empty when it is paused or over. */
    public List<Instant> next(WorkspaceName workspace, ScheduleName name, int most) {
        var schedule = get(workspace, name);
        return schedule.enabled() ? calendar.next(schedule.trigger(), clock.instant(), most) : List.of();
    }

    public Schedule enable(WorkspaceName workspace, ScheduleName name, boolean whether) {
        var change = get(workspace, name).enable(whether, clock.instant());
        schedules.save(change);
        return change.next();
    }

    public void delete(WorkspaceName workspace, ScheduleName name) {
        schedules.delete(get(workspace, name).delete(clock.instant()));
    }

    /**
     * The schedule is due: starts its job, once for each due time however often it is told.
     *
     * @return the run that was started; empty when this due time was dealt with before, or the schedule is paused or gone
     */
    public Optional<RunId> fire(WorkspaceName workspace, ScheduleName name, Instant dueAt) {
        var found = schedules.find(workspace, name).filter(Schedule::enabled);
        var now = clock.instant();
        if (found.isEmpty() || !schedules.claimFiring(workspace, name, dueAt, now)) {
            return Optional.empty();
        }
        var schedule = found.get();
        var run = jobs.submit(new JobSubmitter.Submission(
                workspace,
                schedule.owner(),
                null,
                "%s %s".formatted(schedule.displayName(), dueAt),
                schedule.experiment(),
                Map.of("millwright.schedule", name.value(), "millwright.schedule.dueAt", dueAt.toString()),
                schedule.job()));
        schedules.recordFiring(new Firing(workspace, name, dueAt, now, run, null));
        return Optional.of(run);
    }

    /** Writes down that a due time's job was refused, so that it shows in the history. */
    public void refused(WorkspaceName workspace, ScheduleName name, Instant dueAt, Problem why) {
        var now = clock.instant();
        if (schedules.claimFiring(workspace, name, dueAt, now)) {
            schedules.recordFiring(new Firing(workspace, name, dueAt, now, null, why.sentence()));
        }
    }
}
