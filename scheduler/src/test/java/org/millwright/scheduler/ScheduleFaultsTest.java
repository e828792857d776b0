package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.db.Database;
import org.millwright.db.PostgresForTests;
import org.millwright.db.PostgresWorld;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.DueTimes;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/**
 * Two servers on one real PostgreSQL start what is due, while either is killed between any two statements and after any commit,
 * stalls with its locks held, loses its connections, fails to submit, and while the clock jumps forward and back. In the end each
 * due time must be accounted for exactly once, and have at most one run.
 *
 * <p>Each round has its seed, which a failure names; {@code -Dmillwright.faults.rounds=1000} plays more of them. Time is the
 * test's, so that months of due times pass in a second.
 */
@Timeout(3600)
class ScheduleFaultsTest {
    private static final int ROUNDS = Integer.getInteger("millwright.faults.rounds", 8);
    private static final long FIRST_SEED = Long.getLong("millwright.faults.seed", 1);
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final int STEPS = 25;
    private static final Logger NOISE = Logger.getLogger(DueSchedules.class.getName());

    private static final PostgresWorld WORLD = new PostgresWorld();
    private static final InMemoryAccess ACCESS = new InMemoryAccess();
    private static final Map<String, AtomicInteger> COUNTS = new HashMap<>();

    @BeforeAll
    static void prepare() {
        NOISE.setLevel(Level.OFF); // every fault is told of, and there are thousands
        ACCESS.person(ADA, "Ada", Grant.allow(Role.CONTRIBUTOR, Scope.in(MAIN)));
        PostgresForTests.get().execute("CREATE TABLE public.submitted (run text, schedule text, due_at text)");
        List.of("kills", "stalls", "cuts", "failed submits", "clock steps", "firings", "left out", "due times")
                .forEach(what -> COUNTS.put(what, new AtomicInteger()));
    }

    @AfterAll
    static void tell() {
        NOISE.setLevel(null);
        PostgresForTests.get().execute("DROP TABLE public.submitted");
        System.out.printf("Faults of schedules in %d rounds: %s%n", ROUNDS, COUNTS);
    }

    @Test
    void each_due_time_is_accounted_for_once_and_has_one_run_at_most() throws Exception {
        for (var seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
            new Round(seed).play();
        }
    }

    /** As when the process is gone: nothing that it holds is told of it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    private static void count(String what) {
        COUNTS.get(what).incrementAndGet();
    }

    private static final class Round {
        private final long seed;
        private final Random random;
        private final AtomicReference<Instant> clock = new AtomicReference<>(SettableClock.NOON);
        private final List<Schedule> made = new ArrayList<>();
        private volatile boolean troubled = true;

        Round(long seed) {
            this.seed = seed;
            random = new Random(seed);
        }

        void play() throws Exception {
            for (var catchUp : CatchUp.values()) {
                make(catchUp, new Trigger.Cron("*/20 * * * *", ZoneId.of("Europe/Berlin"), null, null));
                make(
                        catchUp,
                        new Trigger.Recurrence(
                                Trigger.Frequency.MINUTE,
                                7 + random.nextInt(60),
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                ZoneId.of("Australia/Lord_Howe"),
                                null,
                                null));
            }
            var servers = new ArrayList<>(List.of(new Server(random.nextLong()), new Server(random.nextLong())));
            servers.forEach(Thread::start);
            for (var step = 0; step < STEPS; step++) {
                Thread.sleep(random.nextInt(50));
                moveClock();
                if (random.nextInt(6) == 0) {
                    count("cuts");
                    cutConnections();
                }
                for (var at = 0; at < servers.size(); at++) {
                    if (!servers.get(at).isAlive()) {
                        servers.set(at, new Server(random.nextLong()));
                        servers.get(at).start();
                    }
                }
            }
            troubled = false;
            for (var server : servers) {
                server.leave();
            }
            settle();
            for (var schedule : made) {
                check(schedule);
            }
            PostgresForTests.get().execute("DELETE FROM schedule.schedule");
        }

        private void make(CatchUp catchUp, Trigger trigger) {
            var name = new ScheduleName("s-%d-%d".formatted(seed, made.size()));
            var schedules = new Schedules(repository(() -> {}), new SettableClock());
            made.add(WORLD.inTransaction(() -> schedules.put(
                    MAIN,
                    name,
                    ADA,
                    new Schedules.Wanted(
                            Schedule.Label.of(name.value()), trigger, catchUp, "training", Jobs.saying("true")))));
        }

        private void moveClock() {
            var far = random.nextInt(10);
            if (far == 0) {
                count("clock steps");
                clock.updateAndGet(now -> now.plusSeconds(random.nextInt(40_000)));
            } else if (far == 1) {
                count("clock steps");
                clock.updateAndGet(now -> now.minusSeconds(random.nextInt(40_000)));
            } else {
                clock.updateAndGet(now -> now.plusSeconds(random.nextInt(900)));
            }
        }

        /** Without trouble, until all that was due by the latest moment is done. */
        private void settle() throws InterruptedException {
            for (var again = 0; again < 4; again++) {
                clock.updateAndGet(now -> now.plusSeconds(600)); // longer than any wait for the next try
                var calm = new Server(seed);
                calm.lookOnce();
            }
        }

        private void check(Schedule schedule) {
            var key = new ScheduleKey(MAIN, schedule.name());
            var kept = repository(() -> {});
            var until = WORLD.inTransaction(() -> kept.lockProgress(key))
                    .orElseThrow()
                    .accountedUntil();
            var history = WORLD.inTransaction(() -> kept.history(key, PageRequest.first(100_000)))
                    .items();
            var runs = runs(schedule.name());
            var covered = new HashSet<Instant>();
            var as = "seed %d, %s %s".formatted(seed, schedule.catchUp(), schedule.trigger());
            for (var past : history) {
                if (past instanceof Firing firing) {
                    count("firings");
                    assertThat(covered.add(firing.dueAt())).as(as).isTrue();
                    var run = runs.remove(firing.dueAt().toString());
                    switch (firing.outcome()) {
                        case Firing.Started(var id) -> assertThat(run).as(as).containsExactly(id.value());
                        case Firing.Refusal _ -> assertThat(run).as(as).isNull();
                        case Firing.Waiting waiting ->
                            throw new AssertionError("%s: %s still waits: %s".formatted(as, firing.dueAt(), waiting));
                    }
                    assertThat(schedule.catchUp() == CatchUp.SKIP && firing.cause() == Firing.Cause.CATCH_UP)
                            .as(as)
                            .isFalse();
                }
            }
            assertThat(runs).as("%s: runs without a firing", as).isEmpty();
            for (var past : history) {
                if (past instanceof LeftOut left) {
                    count("left out");
                    var times = dueUntil(schedule, left.since().minusNanos(1), left.dueAt()).stream()
                            .filter(due -> !isFiring(history, due))
                            .toList();
                    for (var due : times) {
                        assertThat(covered.add(due))
                                .as("%s: %s is left out twice", as, due)
                                .isTrue();
                    }
                }
            }
            var due = dueUntil(schedule, SettableClock.NOON, until);
            COUNTS.get("due times").addAndGet(due.size());
            assertThat(covered).as(as).containsAll(due);
        }

        private static boolean isFiring(List<?> history, Instant due) {
            return history.stream()
                    .anyMatch(past ->
                            past instanceof Firing firing && firing.dueAt().equals(due));
        }

        private static List<Instant> dueUntil(Schedule schedule, Instant after, Instant until) {
            var times = new ArrayList<Instant>();
            for (var each = DueTimes.of(schedule.trigger()).from(after); each.hasNext(); ) {
                var due = each.next();
                if (due.isAfter(until)) {
                    break;
                }
                times.add(due);
            }
            return times;
        }

        private static Map<String, List<String>> runs(ScheduleName schedule) {
            var runs = new HashMap<String, List<String>>();
            WORLD.run(() -> WORLD.database()
                    .query(
                            "SELECT run, due_at FROM public.submitted WHERE schedule = ?",
                            row -> runs.computeIfAbsent(row.getString("due_at"), _ -> new ArrayList<>())
                                    .add(row.getString("run")),
                            schedule.value()));
            return runs;
        }

        /** The real one, with the test's clock, and trouble before each statement. */
        private ScheduleRepository repository(Runnable trouble) {
            var real = WORLD.schedules();
            return (ScheduleRepository) Proxy.newProxyInstance(
                    ScheduleFaultsTest.class.getClassLoader(),
                    new Class<?>[] {ScheduleRepository.class},
                    (_, method, arguments) -> {
                        trouble.run();
                        if (method.getName().equals("now")) {
                            return clock.get();
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
        }

        private static void cutConnections() {
            PostgresForTests.get()
                    .execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                            + " AND datname = current_database()");
        }

        /** One server: it looks all the time, until it is killed or leaves. */
        private final class Server extends Thread {
            private final Random fate;
            private final DueSchedules due;
            private final Database database = WORLD.database();
            private volatile boolean leaving;

            Server(long seedOfServer) {
                fate = new Random(seedOfServer);
                setDaemon(true);
                var kept = repository(this::trouble);
                due = new DueSchedules(
                        new InTransactions(kept, this::troubleAfterCommit),
                        new FiringsInTransactions(kept, this::submit, this::troubleAfterCommit),
                        new AccessQuestions(ACCESS, ACCESS));
            }

            @Override
            public void run() {
                while (!leaving) {
                    try {
                        lookOnce();
                        Thread.sleep(1 + fate.nextInt(5));
                    } catch (Killed gone) {
                        return;
                    } catch (RuntimeException outage) {
                        // As Quartz does: the next time comes.
                    } catch (InterruptedException end) {
                        return;
                    }
                }
            }

            void lookOnce() {
                due.accountAll((_, _) -> {});
                due.startReady();
            }

            void leave() throws InterruptedException {
                leaving = true;
                join();
            }

            private void trouble() {
                if (!troubled) {
                    return;
                }
                var what = fate.nextInt(300);
                if (what < 4) {
                    count("kills");
                    throw new Killed();
                }
                if (what < 8) {
                    count("stalls");
                    try {
                        Thread.sleep(fate.nextInt(60));
                    } catch (InterruptedException end) {
                        Thread.currentThread().interrupt();
                    }
                }
            }

            private void troubleAfterCommit() {
                if (troubled && fate.nextInt(60) == 0) {
                    count("kills");
                    throw new Killed();
                }
            }

            private RunId submit(JobSubmitter.Submission submission) {
                trouble();
                var dueAt = submission.tags().get("millwright.schedule.dueAt");
                if (troubled && fate.nextInt(5) == 0) {
                    count("failed submits");
                    throw fate.nextInt(4) == 0
                            ? new Refused(new Problem.NotFound("compute", "gpu"))
                            : new IllegalStateException("no answer");
                }
                var run = new RunId("run-" + Long.toHexString(fate.nextLong()));
                database.update(
                        "INSERT INTO public.submitted (run, schedule, due_at) VALUES (?, ?, ?)",
                        run.value(),
                        submission.tags().get("millwright.schedule"),
                        dueAt);
                trouble();
                return run;
            }
        }
    }

    /** Each call is a transaction, as the container makes it. */
    private static final class InTransactions extends Schedules {
        private final Runnable afterCommit;

        InTransactions(ScheduleRepository kept, Runnable afterCommit) {
            super(kept, new SettableClock());
            this.afterCommit = afterCommit;
        }

        @Override
        public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
            var found = WORLD.inTransaction(() -> super.find(workspace, name));
            afterCommit.run();
            return found;
        }
    }

    /** The same. */
    private static final class FiringsInTransactions extends Firings {
        private final Runnable afterCommit;

        FiringsInTransactions(ScheduleRepository kept, JobSubmitter jobs, Runnable afterCommit) {
            super(kept, jobs);
            this.afterCommit = afterCommit;
        }

        @Override
        public List<ScheduleKey> unaccounted(int most) {
            return WORLD.inTransaction(() -> super.unaccounted(most));
        }

        @Override
        public Optional<Instant> account(ScheduleKey schedule) {
            var next = WORLD.inTransaction(() -> super.account(schedule));
            afterCommit.run();
            return next;
        }

        @Override
        public List<Firing.Key> ready(int most) {
            return WORLD.inTransaction(() -> super.ready(most));
        }

        @Override
        public Optional<RunId> start(Firing.Key key) {
            var run = WORLD.inTransaction(() -> super.start(key));
            afterCommit.run();
            return run;
        }

        @Override
        public void refused(Firing.Key key, Problem why) {
            WORLD.run(() -> super.refused(key, why));
            afterCommit.run();
        }

        @Override
        public void failed(Firing.Key key, String why) {
            WORLD.run(() -> super.failed(key, why));
            afterCommit.run();
        }
    }
}
