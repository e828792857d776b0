package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.app.Schedules;
import org.millwright.shared.ServerSettings;
import org.quartz.JobBuilder;
import org.quartz.JobKey;
import org.quartz.ObjectAlreadyExistsException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.TriggerBuilder;
import org.quartz.impl.DirectSchedulerFactory;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.spi.JobStore;
import org.quartz.utils.DBConnectionManager;
import org.quartz.utils.JNDIConnectionProvider;

/**
 * Has Quartz wake a server when a schedule is due, and run the purge; all servers on one database share its store. Which due time
 * has been started is no business of Quartz: the schedules' own account says so.
 */
@ApplicationScoped
public class QuartzScheduling {
    private static final System.Logger LOG = System.getLogger(QuartzScheduling.class.getName());
    private static final String NAME = "millwright";
    private static final String DATA_SOURCE = "jdbc/quartz";
    private static final int THREADS = 4;
    private static final Duration CLUSTER_CHECK = Duration.ofSeconds(5);
    /** Quartz looks this often for what another server has scheduled; its own news it hears at once. */
    private static final Duration IDLE_WAIT = Duration.ofSeconds(5);

    /** No workspace has a name with a space. */
    private static final JobKey SWEEP = JobKey.jobKey("schedules", "the server");

    private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(5);
    private static final JobKey PURGE = JobKey.jobKey("purge", "the server");

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(15);

    private final Schedules schedules;
    private final CdiJobFactory jobs;
    private final ServerSettings settings;
    private final ManagedThreads threads;
    private final Clock clock;
    private volatile @Nullable Scheduler scheduler;

    @Inject
    public QuartzScheduling(
            Schedules schedules, CdiJobFactory jobs, ServerSettings settings, ManagedThreads threads, Clock clock) {
        this.schedules = schedules;
        this.jobs = jobs;
        this.settings = settings;
        this.threads = threads;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected QuartzScheduling() {
        this(null, null, null, null, null);
    }

    /** Starts beside the rest of the server, which need not wait for it. */
    public void start() {
        threads.start("quartz start", () -> {
            try {
                var started = Patience.until("Starting Quartz", () -> open(clusteredStore()));
                Patience.until("Registering schedules", () -> {
                    registerSweep(started);
                    registerAll(started);
                    registerPurge(started);
                    return true;
                });
            } catch (InterruptedException goingDown) {
                Thread.currentThread().interrupt();
            }
        });
    }

    public void stop() {
        var open = scheduler;
        if (open != null) {
            try {
                open.shutdown(true);
            } catch (SchedulerException failed) {
                LOG.log(WARNING, "Quartz did not shut down in order", failed);
            }
        }
    }

    /** Has the schedule started from now on as it is now, and what waits of it at once. */
    public void register(ScheduleKey schedule) {
        register(started(), schedule);
        try {
            started().triggerJob(SWEEP);
        } catch (SchedulerException failed) {
            throw new IllegalStateException("What waits of schedule %s cannot be started".formatted(schedule), failed);
        }
    }

    /** Opens a scheduler on a store and starts firing. */
    Scheduler open(JobStore store) {
        try {
            var pool = new QuartzThreads(threads, THREADS);
            var factory = DirectSchedulerFactory.getInstance();
            factory.createScheduler(
                    NAME,
                    settings.serverId(),
                    pool,
                    pool,
                    store,
                    Map.of(),
                    null,
                    0,
                    IDLE_WAIT.toMillis(),
                    RETRY_INTERVAL.toMillis(),
                    false,
                    null);
            var opened = factory.getScheduler(NAME);
            opened.setJobFactory(jobs);
            opened.start();
            scheduler = opened;
            return opened;
        } catch (SchedulerException failed) {
            throw new IllegalStateException("Quartz cannot start", failed);
        }
    }

    /** Has the purge run soon, also when one runs already, which may have passed what is new. */
    public void purgeNow() {
        // Only one can be running; when both names are taken, the other waits, and will see all that is ordered until
        // then.
        for (var name : List.of("ordered", "ordered again")) {
            try {
                started()
                        .scheduleJob(TriggerBuilder.newTrigger()
                                .withIdentity(name, PURGE.getGroup())
                                .forJob(PURGE)
                                .build());
                return;
            } catch (ObjectAlreadyExistsException taken) {
                // The next name.
            } catch (SchedulerException failed) {
                throw new IllegalStateException("The purge cannot be started", failed);
            }
        }
    }

    /** What lies in the bins too long is looked for every hour; days are what people set. */
    void registerPurge(Scheduler started) {
        try {
            if (!started.checkExists(PURGE)) {
                started.scheduleJob(
                        JobBuilder.newJob(PurgeJob.class)
                                .withIdentity(PURGE)
                                .storeDurably()
                                .requestRecovery(true)
                                .build(),
                        TriggerBuilder.newTrigger()
                                .withIdentity("hourly", PURGE.getGroup())
                                .withSchedule(SimpleScheduleBuilder.repeatHourlyForever()
                                        .withMisfireHandlingInstructionNowWithExistingCount())
                                .build());
            }
        } catch (ObjectAlreadyExistsException otherServerWasFirst) {
            // It is the same one.
        } catch (SchedulerException failed) {
            throw new IllegalStateException("The purge cannot be registered", failed);
        }
    }

    private JobStore clusteredStore() {
        try {
            DBConnectionManager.getInstance()
                    .addConnectionProvider(DATA_SOURCE, new JNDIConnectionProvider(DATA_SOURCE, false));
            var store = new JobStoreTX();
            store.setInstanceName(NAME);
            store.setInstanceId(settings.serverId());
            store.setDataSource(DATA_SOURCE);
            store.setDriverDelegateClass(PostgreSQLDelegate.class.getName());
            store.setUseProperties("true");
            store.setIsClustered(true);
            store.setClusterCheckinInterval(CLUSTER_CHECK.toMillis());
            store.setAcquireTriggersWithinLock(true);
            store.setThreadExecutor(new QuartzThreads(threads, THREADS));
            return store;
        } catch (InvalidConfigurationException failed) {
            throw new IllegalStateException("Quartz's store cannot be configured", failed);
        }
    }

    /** Events may have been told while no server ran, and an older server may have registered otherwise. */
    private void registerAll(Scheduler started) {
        for (var schedule : schedules.all()) {
            register(started, new ScheduleKey(schedule.workspace(), schedule.name()));
        }
    }

    private void register(Scheduler started, ScheduleKey schedule) {
        WakeUps.remove(started, schedule);
        schedules.nextDue(schedule).ifPresent(next -> WakeUps.set(started, schedule, next, clock));
    }

    /** Looks again and again for what was not noticed when it was due. */
    void registerSweep(Scheduler started) {
        try {
            var sweep = JobBuilder.newJob(SweepSchedulesJob.class)
                    .withIdentity(SWEEP)
                    .storeDurably()
                    .build();
            var often = TriggerBuilder.newTrigger()
                    .withIdentity("often", SWEEP.getGroup())
                    .forJob(sweep)
                    .withSchedule(SimpleScheduleBuilder.repeatSecondlyForever((int) SWEEP_INTERVAL.toSeconds())
                            .withMisfireHandlingInstructionNextWithRemainingCount())
                    .build();
            started.scheduleJob(sweep, Set.of(often), true);
        } catch (SchedulerException failed) {
            throw new IllegalStateException("The sweep of schedules cannot be registered", failed);
        }
    }

    private Scheduler started() {
        var started = scheduler;
        if (started == null) {
            throw new IllegalStateException("Quartz has not started yet");
        }
        return started;
    }
}
