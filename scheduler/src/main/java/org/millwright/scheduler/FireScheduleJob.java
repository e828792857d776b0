package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Instant;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.Permission;
import org.millwright.access.app.AccessQuestions;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Schedule;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;

/**
 * Tells the domain that a schedule is due, in the name of its owner: who may no longer start the job by hand does not start it
 * by a schedule either. A CDI job factory builds it.
 */
@Dependent
@DisallowConcurrentExecution
public class FireScheduleJob implements Job {
    static final String WORKSPACE = "workspace";
    static final String SCHEDULE = "schedule";

    private static final System.Logger LOG = System.getLogger(FireScheduleJob.class.getName());
    private static final int MOST_TRIES = 5;

    private final Schedules schedules;
    private final AccessQuestions rights;

    @Inject
    public FireScheduleJob(Schedules schedules, AccessQuestions rights) {
        this.schedules = schedules;
        this.rights = rights;
    }

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        var data = context.getMergedJobDataMap();
        var workspace = new WorkspaceName(data.getString(WORKSPACE));
        var schedule = new ScheduleName(data.getString(SCHEDULE));
        var dueAt = dueAt(context); // not "now": (schedule, dueAt) is the firing's key
        try {
            fire(workspace, schedule, dueAt);
        } catch (Refused refused) {
            LOG.log(WARNING, "schedule {0} due {1} was refused: {2}", schedule, dueAt, refused.problem());
            schedules.refused(workspace, schedule, dueAt, refused.problem());
        } catch (RuntimeException outage) {
            var again = context.getRefireCount() < MOST_TRIES;
            throw new JobExecutionException("schedule %s due %s".formatted(schedule, dueAt), outage, again);
        }
    }

    private void fire(WorkspaceName workspace, ScheduleName name, Instant dueAt) {
        var schedule = schedules.find(workspace, name).filter(Schedule::enabled);
        if (schedule.isEmpty()) {
            return;
        }
        var owner = rights.behind(schedule.get().owner(), null);
        owner.requireSomewhereIn(Permission.JOB_SUBMIT, workspace); // on which experiment, its repository asks
        Authority.nobody(Origin.SERVER)
                .of(owner)
                .using(Permission.JOB_SUBMIT)
                .doing(() -> schedules.fire(workspace, name, dueAt));
    }

    /** The time it was meant for, also when it is fired again because the server that fired it first went down. */
    private static Instant dueAt(JobExecutionContext context) {
        if (context.isRecovering()) {
            var original = context.getMergedJobDataMap()
                    .getString(Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS);
            if (original != null) {
                return Instant.ofEpochMilli(Long.parseLong(original));
            }
        }
        return context.getScheduledFireTime().toInstant();
    }
}
