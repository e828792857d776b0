package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.fake.InMemorySchedules;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;
import org.quartz.Job;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.TriggerFiredBundle;

@Timeout(60)
class QuartzSchedulingTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final ScheduleName NIGHTLY = new ScheduleName("nightly");
    private static final Trigger AT_NINE = new Trigger.Cron("0 9 * * *", UTC, null, null);

    private final InMemorySchedules kept = new InMemorySchedules(Clock.systemUTC());
    private final InMemoryAccess access = new InMemoryAccess();
    private final BlockingQueue<JobSubmitter.Submission> submitted = new LinkedBlockingQueue<>();
    private final ScheduleRepository shared = oneAtATime(kept);
    private final Schedules schedules = new Schedules(shared, Clock.systemUTC());
    private final Firings firings = new InTurn(shared, this::submit);
    private final TestThreads threads = new TestThreads();
    private final QuartzScheduling quartz =
            new QuartzScheduling(schedules, new PlainJobs(), settings(), threads, Clock.systemUTC());
    private final ScheduleConsumer consumer = new ScheduleConsumer(quartz);

    private volatile boolean refuses;
    private volatile Authority asking = Authority.current();
    private Scheduler scheduler;

    @BeforeEach
    void start() {
        access.person(ADA, "Ada", Grant.allow(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
        scheduler = quartz.open(new RAMJobStore());
        quartz.registerSweep(scheduler);
    }

    @AfterEach
    void stop() {
        quartz.stop();
        threads.close(Duration.ofSeconds(5));
    }

    @Test
    void a_schedule_that_is_due_submits_its_job_for_its_owner_and_is_woken_for_the_next_time() throws Exception {
        put(NIGHTLY, oftenFromNow());
        tell();

        var submission = submitted.take();
        assertThat(submission.submitter()).isEqualTo(ADA);
        assertThat(submission.tags()).containsEntry("millwright.schedule", "nightly");
        var next = Instant.parse(submission.tags().get("millwright.schedule.dueAt"))
                .plusSeconds(60);
        while (!wakeUps().equals(List.of(next))) {
            Thread.sleep(5);
        }
    }

    @Test
    void the_job_of_an_owner_who_may_no_longer_start_it_is_refused() throws Exception {
        access.person(ADA, "Ada", Grant.deny(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
        put(NIGHTLY, oftenFromNow());

        tell();

        assertThat(refusal()).contains("submit jobs", "JOB_SUBMIT", "'Ada'");
        assertThat(submitted).isEmpty();
    }

    @Test
    void a_job_is_started_with_the_rights_of_its_owner() throws Exception {
        put(NIGHTLY, oftenFromNow());

        tell();
        submitted.take();

        assertThat(asking.caller()).map(Caller::principal).contains(ADA);
        assertThat(asking.permission()).contains(Permission.JOB_SUBMIT);
    }

    @Test
    void a_refused_job_is_written_into_the_history() throws Exception {
        refuses = true;
        put(NIGHTLY, oftenFromNow());

        tell();

        assertThat(refusal()).isEqualTo("No compute 'local'");
    }

    @Test
    void what_nobody_was_woken_for_is_found_by_the_sweep() throws Exception {
        put(NIGHTLY, oftenFromNow()); // and nobody is told

        assertThat(submitted.take().tags()).containsEntry("millwright.schedule", "nightly");
    }

    @Test
    void one_by_hand_starts_at_once() throws Exception {
        put(NIGHTLY, AT_NINE);
        firings.fireNow(WorkspaceName.MAIN, NIGHTLY);

        tell();

        assertThat(submitted.poll(30, TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void a_schedule_is_woken_for_when_it_is_due_next() throws Exception {
        put(NIGHTLY, AT_NINE);

        tell();
        tell();

        assertThat(wakeUps()).isEqualTo(List.of(schedules.preview(AT_NINE, 1).getFirst()));
    }

    @Test
    void a_paused_or_deleted_or_finished_schedule_is_not_woken_for() throws Exception {
        put(NIGHTLY, AT_NINE);
        tell();
        schedules.pause(WorkspaceName.MAIN, NIGHTLY);
        tell();
        assertThat(wakeUps()).isEmpty();

        schedules.resume(WorkspaceName.MAIN, NIGHTLY, false);
        tell();
        assertThat(wakeUps()).hasSize(1);
        schedules.delete(WorkspaceName.MAIN, NIGHTLY);
        tell();
        assertThat(wakeUps()).isEmpty();

        put(NIGHTLY, new Trigger.Cron("0 9 * * *", UTC, null, Instant.parse("2020-01-01T00:00:00Z")));
        tell();
        assertThat(wakeUps()).isEmpty();
    }

    @Test
    void a_name_longer_than_quartzs_columns_is_registered_all_the_same() throws Exception {
        var name = new ScheduleName("n".repeat(255));
        put(name, AT_NINE);

        quartz.register(new ScheduleKey(WorkspaceName.MAIN, name));

        assertThat(scheduler.getTriggerKeys(GroupMatcher.triggerGroupEquals("main")))
                .singleElement()
                .satisfies(key -> assertThat(key.getName().length()).isLessThanOrEqualTo(200));
    }

    private String refusal() throws InterruptedException {
        while (true) {
            var found = shared.history(new ScheduleKey(WorkspaceName.MAIN, NIGHTLY), PageRequest.first(1))
                    .items();
            if (!found.isEmpty()
                    && found.getFirst() instanceof Firing firing
                    && firing.outcome() instanceof Firing.Refusal(var why)) {
                return why;
            }
            Thread.sleep(5);
        }
    }

    private List<Instant> wakeUps() throws SchedulerException {
        return scheduler.getTriggersOfJob(WakeUps.jobKey(new ScheduleKey(WorkspaceName.MAIN, NIGHTLY))).stream()
                .map(trigger -> trigger.getNextFireTime())
                .filter(Objects::nonNull) // it is being fired
                .map(Date::toInstant)
                .toList();
    }

    private void tell() {
        consumer.accept(new RecordedEvent(1, "ScheduleChanged", "schedule/main/nightly", Instant.now(), Map.of()));
    }

    private void put(ScheduleName name, Trigger trigger) {
        schedules.put(
                WorkspaceName.MAIN,
                name,
                ADA,
                new Schedules.Wanted(
                        Schedule.Label.of("Nightly"), trigger, CatchUp.ONE, "training", Jobs.saying("true")));
    }

    /** Due for the first time a second from now. */
    private static Trigger oftenFromNow() {
        var soon = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return new Trigger.Recurrence(
                Trigger.Frequency.MINUTE, 1, List.of(), List.of(), List.of(), List.of(), UTC, soon, null);
    }

    private RunId submit(JobSubmitter.Submission submission) {
        if (refuses) {
            throw new Refused(new Problem.NotFound("compute", "local"));
        }
        asking = Authority.current();
        submitted.add(submission);
        return new RunId(
                "run-" + submission.tags().get("millwright.schedule.dueAt").hashCode());
    }

    private static ServerSettings settings() {
        return new ServerSettings(Path.of("/data"), URI.create("https://h"), Path.of("/ca"), "server-1", 1);
    }

    /** For the several threads of Quartz. */
    private static ScheduleRepository oneAtATime(InMemorySchedules kept) {
        return (ScheduleRepository) Proxy.newProxyInstance(
                QuartzSchedulingTest.class.getClassLoader(),
                new Class<?>[] {ScheduleRepository.class},
                (_, method, arguments) -> {
                    synchronized (kept) {
                        try {
                            return method.invoke(kept, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    }
                });
    }

    /** A start is a transaction, which holds its firing against others. */
    private static final class InTurn extends Firings {
        InTurn(ScheduleRepository schedules, JobSubmitter jobs) {
            super(schedules, jobs);
        }

        @Override
        public synchronized Optional<RunId> start(Firing.Key key) {
            return super.start(key);
        }

        @Override
        public synchronized Optional<Instant> account(ScheduleKey schedule) {
            return super.account(schedule);
        }
    }

    /** Makes the two kinds of job that there are. */
    private final class PlainJobs extends CdiJobFactory {
        @Override
        public Job newJob(TriggerFiredBundle bundle, Scheduler quartz) {
            var due = new DueSchedules(schedules, firings, new AccessQuestions(access, access));
            return bundle.getJobDetail().getJobClass().equals(SweepSchedulesJob.class)
                    ? new SweepSchedulesJob(due, Clock.systemUTC())
                    : new FireScheduleJob(due, Clock.systemUTC());
        }
    }
}
