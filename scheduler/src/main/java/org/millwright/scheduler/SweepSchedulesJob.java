package org.millwright.scheduler;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.time.Clock;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Looks for what is due though nobody was woken for it, because a server was killed, a clock differs or was set, or the database
 * was away; and starts what waits: tries after a failure, back-fills.
 */
@Dependent
public class SweepSchedulesJob implements Job {
    private final DueSchedules due;
    private final Clock clock;

    @Inject
    public SweepSchedulesJob(DueSchedules due, Clock clock) {
        this.due = due;
        this.clock = clock;
    }

    @Override
    public void execute(JobExecutionContext context) {
        due.accountAll((schedule, next) -> WakeUps.set(context.getScheduler(), schedule, next, clock));
        due.startReady();
    }
}
