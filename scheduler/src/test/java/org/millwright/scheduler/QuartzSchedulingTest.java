package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
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
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.WorkspaceName;
import org.quartz.Job;
import org.quartz.Scheduler;
import org.quartz.simpl.RAMJobStore;
import org.quartz.spi.TriggerFiredBundle;

@Timeout(60)
class QuartzSchedulingTest {
    private static final ZoneId UTC = ZoneId.of("UTC");
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final ScheduleName NIGHTLY = new ScheduleName("nightly");
    private static final JobSpec JOB = new JobSpec(
            null,
            "true",
            new EnvironmentSpec(null, List.of()),
            Map.of(),
            List.of(),
            Map.of(),
            ComputeName.LOCAL,
            null,
            JobSpec.USUAL_PRIORITY);

    private final Kept kept = new Kept();
    private final InMemoryAccess access = new InMemoryAccess();
    private final BlockingQueue<JobSubmitter.Submission> submitted = new LinkedBlockingQueue<>();
    private final Schedules schedules = new Schedules(kept, new QuartzCalendar(), this::submit, Clock.systemUTC());
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
    }

    @AfterEach
    void stop() {
        quartz.stop();
        threads.close(Duration.ofSeconds(5));
    }

    @Test
    void a_schedule_that_is_due_submits_its_job_for_its_owner() throws Exception {
        put(oftenFromNow());

        tell();
        var submission = submitted.poll(30, TimeUnit.SECONDS);

        assertThat(submission).isNotNull();
        assertThat(submission.submitter()).isEqualTo(ADA);
        assertThat(submission.tags()).containsEntry("millwright.schedule", "nightly");
        awaitFiring();
        assertThat(kept.firings).hasSize(1);
    }

    @Test
    void the_job_of_an_owner_who_may_no_longer_start_it_is_refused() throws Exception {
        access.person(ADA, "Ada", Grant.deny(Role.CONTRIBUTOR, Scope.in(WorkspaceName.MAIN)));
        put(oftenFromNow());

        tell();
        awaitFiring();

        assertThat(kept.firings.getFirst().refusal()).contains("submit jobs", "JOB_SUBMIT", "'Ada'");
        assertThat(submitted).isEmpty();
    }

    @Test
    void a_job_is_started_with_the_rights_of_its_owner() throws Exception {
        put(oftenFromNow());

        tell();
        submitted.take();

        assertThat(asking.caller()).map(Caller::principal).contains(ADA);
        assertThat(asking.permission()).contains(Permission.JOB_SUBMIT);
    }

    @Test
    void a_refused_job_is_written_into_the_history() throws Exception {
        refuses = true;
        put(oftenFromNow());

        tell();
        awaitFiring();

        assertThat(kept.firings.getFirst().refusal()).isEqualTo("No compute 'local'");
    }

    @Test
    void registering_again_leaves_the_new_triggers_only() throws Exception {
        put(new Trigger.Cron("0 0 13 * 5", UTC, null, null));
        tell();
        assertThat(triggers()).hasSize(2);

        put(new Trigger.Cron("0 9 * * *", UTC, null, null));
        tell();
        tell();

        assertThat(triggers()).hasSize(1);
    }

    @Test
    void what_quartz_will_do_is_what_the_calendar_says() throws Exception {
        var trigger = new Trigger.Recurrence(
                Trigger.Frequency.DAY, 3, List.of(6, 18), List.of(0), List.of(), UTC, null, null);
        put(trigger);
        tell();

        var planned = new ArrayList<Instant>();
        for (var each : triggers()) {
            planned.add(each.getNextFireTime().toInstant());
        }

        assertThat(planned).containsExactlyInAnyOrderElementsOf(new QuartzCalendar().next(trigger, Instant.now(), 2));
    }

    @Test
    void a_paused_or_deleted_or_finished_schedule_has_no_trigger() throws Exception {
        put(new Trigger.Cron("0 9 * * *", UTC, null, null));
        tell();
        kept.byName.computeIfPresent(
                NIGHTLY, (_, found) -> found.enable(false, Instant.now()).next());
        tell();
        assertThat(triggers()).isEmpty();

        put(new Trigger.Cron("0 9 * * *", UTC, null, null));
        tell();
        kept.byName.clear();
        tell();
        assertThat(triggers()).isEmpty();

        put(new Trigger.Cron("0 9 * * *", UTC, null, Instant.parse("2020-01-01T00:00:00Z")));
        tell();
        assertThat(triggers()).isEmpty();
    }

    @Test
    void a_name_longer_than_quartzs_columns_is_registered_all_the_same() throws Exception {
        var name = new ScheduleName("n".repeat(255));
        kept.byName.put(name, schedule(name, new Trigger.Cron("0 9 * * *", UTC, null, null)));

        quartz.register(WorkspaceName.MAIN, name);

        assertThat(scheduler.getTriggerKeys(org.quartz.impl.matchers.GroupMatcher.anyTriggerGroup()))
                .singleElement()
                .satisfies(key -> assertThat(key.getName().length()).isLessThanOrEqualTo(200));
    }

    /** The history is written after the job was submitted. */
    private void awaitFiring() throws InterruptedException {
        while (kept.firings.isEmpty()) {
            Thread.sleep(5);
        }
    }

    private List<? extends org.quartz.Trigger> triggers() throws Exception {
        return scheduler.getTriggersOfJob(org.quartz.JobKey.jobKey("nightly", "main"));
    }

    private void tell() {
        consumer.accept(new RecordedEvent(1, "ScheduleChanged", "schedule/main/nightly", Instant.now(), Map.of()));
    }

    private void put(Trigger trigger) {
        kept.byName.put(NIGHTLY, schedule(NIGHTLY, trigger));
    }

    /** Due for the first time a second from now. */
    private static Trigger oftenFromNow() {
        var soon = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return new Trigger.Recurrence(Trigger.Frequency.MINUTE, 1, List.of(), List.of(), List.of(), UTC, soon, null);
    }

    private static Schedule schedule(ScheduleName name, Trigger trigger) {
        return new Schedule(
                WorkspaceName.MAIN,
                name,
                "Nightly",
                ADA,
                trigger,
                "training",
                JOB,
                true,
                Instant.now(),
                Revision.UNSAVED);
    }

    private RunId submit(JobSubmitter.Submission submission) {
        if (refuses) {
            throw new Refused(new Problem.NotFound("compute", "local"));
        }
        asking = Authority.current();
        submitted.add(submission);
        return new RunId("run-" + submitted.size());
    }

    private static ServerSettings settings() {
        return new ServerSettings(Path.of("/data"), URI.create("https://h"), Path.of("/ca"), "server-1", 1);
    }

    /** Makes the one kind of job that there is. */
    private final class PlainJobs extends CdiJobFactory {
        @Override
        public Job newJob(TriggerFiredBundle bundle, Scheduler quartz) {
            return new FireScheduleJob(schedules, new AccessQuestions(access, access));
        }
    }

    private static final class Kept implements ScheduleRepository {
        final Map<ScheduleName, Schedule> byName = new ConcurrentHashMap<>();
        final List<Firing> firings = new java.util.concurrent.CopyOnWriteArrayList<>();
        private final Map<Instant, Boolean> claimed = new ConcurrentHashMap<>();

        @Override
        public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
            return Optional.ofNullable(byName.get(name));
        }

        @Override
        public List<Schedule> of(WorkspaceName workspace) {
            return List.copyOf(byName.values());
        }

        @Override
        public List<Schedule> all() {
            return List.copyOf(byName.values());
        }

        @Override
        public void save(Change<Schedule> change) {
            byName.put(change.next().name(), change.next());
        }

        @Override
        public void delete(Change<Schedule> change) {
            byName.remove(change.next().name());
        }

        /** As the database does it for a transaction that is rolled back: a refusal's claim is taken back. */
        @Override
        public boolean claimFiring(WorkspaceName workspace, ScheduleName schedule, Instant dueAt, Instant now) {
            return claimed.putIfAbsent(dueAt, true) == null || firings.isEmpty();
        }

        @Override
        public void recordFiring(Firing firing) {
            firings.add(firing);
        }

        @Override
        public List<Firing> firings(WorkspaceName workspace, ScheduleName schedule, int most) {
            return firings;
        }
    }
}
