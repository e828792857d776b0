package org.millwright.scheduler;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Set;
import java.util.UUID;
import org.millwright.schedule.ScheduleKey;
import org.quartz.JobBuilder;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;

/**
 * Has Quartz wake a server when a schedule is due next. Each schedule has one trigger, for one time.
 *
 * <p>A lost one does no harm, nor does one too many: what is due says the database, and the sweep asks it all the time.
 */
final class WakeUps {
    private static final int LONGEST_KEY = 180;

    /** By this machine's clock, which may be ahead of the database's. */
    private static final Duration SOONEST = Duration.ofSeconds(1);

    private WakeUps() {}

    static void set(Scheduler quartz, ScheduleKey schedule, Instant due, Clock clock) {
        var now = clock.instant();
        var job = JobBuilder.newJob(FireScheduleJob.class)
                .withIdentity(jobKey(schedule))
                .usingJobData(FireScheduleJob.WORKSPACE, schedule.workspace().value())
                .usingJobData(FireScheduleJob.SCHEDULE, schedule.name().value())
                .requestRecovery(true)
                .build();
        var trigger = TriggerBuilder.newTrigger()
                .withIdentity(job.getKey().getName(), job.getKey().getGroup())
                .forJob(job)
                .startAt(Date.from(due.isAfter(now) ? due : now.plus(SOONEST)))
                .withSchedule(SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
                .build();
        try {
            quartz.scheduleJob(job, Set.of(trigger), true);
        } catch (SchedulerException failed) {
            throw new IllegalStateException("Schedule %s cannot be registered".formatted(schedule), failed);
        }
    }

    static void remove(Scheduler quartz, ScheduleKey schedule) {
        try {
            quartz.deleteJob(jobKey(schedule));
        } catch (SchedulerException failed) {
            throw new IllegalStateException("Schedule %s cannot be taken out".formatted(schedule), failed);
        }
    }

    static JobKey jobKey(ScheduleKey schedule) {
        return JobKey.jobKey(
                shortened(schedule.name().value()), schedule.workspace().value());
    }

    /** Quartz's columns hold less than a schedule's name may have; the job's data has all of it. */
    private static String shortened(String name) {
        if (name.length() <= LONGEST_KEY) {
            return name;
        }
        var id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return name.substring(0, LONGEST_KEY - 37) + "-" + id;
    }
}
