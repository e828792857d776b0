package org.millwright.scheduler;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.workspace.WorkspaceName;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Tells that a schedule may be due, and asks to be woken when it is due next. A CDI job factory builds it. */
@Dependent
public class FireScheduleJob implements Job {
    static final String WORKSPACE = "workspace";
    static final String SCHEDULE = "schedule";

    private final DueSchedules due;
    private final Clock clock;

    @Inject
    public FireScheduleJob(DueSchedules due, Clock clock) {
        this.due = due;
        this.clock = clock;
    }

    @Override
    public void execute(JobExecutionContext context) {
        var data = context.getMergedJobDataMap();
        var schedule = new ScheduleKey(
                new WorkspaceName(data.getString(WORKSPACE)), new ScheduleName(data.getString(SCHEDULE)));
        var next = due.account(schedule);
        due.startReady();
        next.ifPresent(time -> WakeUps.set(context.getScheduler(), schedule, time, clock));
    }
}
