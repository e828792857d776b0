package org.millwright.schedule.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.fake.InMemorySchedules;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.DueTimes;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Firing.Cause;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.PastDue;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class FiringsTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ScheduleName HOURLY = new ScheduleName("hourly");
    private static final ScheduleKey KEY = new ScheduleKey(MAIN, HOURLY);
    private static final PrincipalId ADA = new PrincipalId("ada");
    private static final Trigger EVERY_HOUR = new Trigger.Cron("0 * * * *", ZoneId.of("UTC"), null, null);

    private final SettableClock clock = new SettableClock();
    private final InMemorySchedules kept = new InMemorySchedules(clock);
    private final List<JobSubmitter.Submission> submitted = new ArrayList<>();
    private final Schedules schedules = new Schedules(kept, clock);
    private final Firings firings = new Firings(kept, this::submit);
    private RuntimeException trouble;

    @Test
    void what_is_due_starts_once_however_often_it_is_told() {
        make(CatchUp.ONE);
        clock.advance(Duration.ofMinutes(60));

        for (var again = 0; again < 3; again++) {
            runDue();
        }

        assertThat(submitted).singleElement().satisfies(submission -> {
            assertThat(submission.submitter()).isEqualTo(ADA);
            assertThat(submission.displayName()).isEqualTo("Hourly 2026-11-23T13:00:00Z");
            assertThat(submission.tags())
                    .containsEntry("millwright.schedule", "hourly")
                    .containsEntry("millwright.schedule.dueAt", "2026-11-23T13:00:00Z");
        });
        assertThat(history()).singleElement().isInstanceOfSatisfying(Firing.class, firing -> {
            assertThat(firing.cause()).isEqualTo(Cause.DUE);
            assertThat(firing.run()).contains(new RunId("run-1"));
            assertThat(firing.lateness()).contains(Duration.ZERO);
        });
    }

    @Test
    void nothing_that_was_missed_starts_by_the_catch_up_skip_but_what_is_a_moment_late_does() {
        make(CatchUp.SKIP);
        clock.advance(Duration.ofHours(5).plusSeconds(59));

        runDue();

        assertThat(started()).containsExactly("17:00 DUE");
        assertThat(history().getLast())
                .isEqualTo(new LeftOut(
                        Instant.parse("2026-11-23T13:00:00Z"),
                        Instant.parse("2026-11-23T16:00:00Z"),
                        4,
                        LeftOut.Reason.MISSED,
                        clock.instant()));
    }

    @Test
    void the_last_that_was_missed_starts_for_all_by_the_catch_up_one() {
        make(CatchUp.ONE);
        clock.advance(Duration.ofHours(5).plusMinutes(30));

        runDue();

        assertThat(started()).containsExactly("17:00 CATCH_UP");
        assertThat(history().getLast()).isInstanceOfSatisfying(LeftOut.class, left -> assertThat(left.times())
                .isEqualTo(4));
    }

    @Test
    void each_that_was_missed_starts_by_the_catch_up_all_oldest_first() {
        make(CatchUp.ALL);
        clock.advance(Duration.ofHours(4).plusMinutes(30));

        runDue();

        assertThat(started()).containsExactly("13:00 CATCH_UP", "14:00 CATCH_UP", "15:00 CATCH_UP", "16:00 CATCH_UP");
        assertThat(history()).noneMatch(LeftOut.class::isInstance);
    }

    @Test
    void the_catch_up_all_has_a_bound_and_says_what_it_leaves_out() {
        make(CatchUp.ALL);
        clock.advance(Duration.ofHours(130).plusMinutes(30));

        runDue();

        assertThat(submitted).hasSize(CatchUp.MOST_MADE_UP);
        assertThat(history().getLast()).isInstanceOfSatisfying(LeftOut.class, left -> {
            assertThat(left.times()).isEqualTo(30);
            assertThat(left.since()).isEqualTo(NOON.plus(Duration.ofHours(1)));
        });
    }

    @Test
    void what_passes_while_it_is_paused_is_not_made_up_for_and_said_to_be_left_out() {
        make(CatchUp.ALL);
        schedules.pause(MAIN, HOURLY);
        clock.advance(Duration.ofHours(3).plusMinutes(30));
        runDue();
        assertThat(submitted).isEmpty();

        schedules.resume(MAIN, HOURLY, false);
        runDue();

        assertThat(submitted).isEmpty();
        assertThat(history()).singleElement().isInstanceOfSatisfying(LeftOut.class, left -> {
            assertThat(left.reason()).isEqualTo(LeftOut.Reason.PAUSED);
            assertThat(left.times()).isEqualTo(3);
        });
        clock.advance(Duration.ofMinutes(30));
        runDue();
        assertThat(started()).containsExactly("16:00 DUE");
    }

    @Test
    void whoever_resumes_may_have_it_made_up_for() {
        make(CatchUp.ALL);
        schedules.pause(MAIN, HOURLY);
        clock.advance(Duration.ofHours(2).plusMinutes(30));

        schedules.resume(MAIN, HOURLY, true);
        runDue();

        assertThat(started()).containsExactly("13:00 CATCH_UP", "14:00 CATCH_UP");
    }

    @Test
    void what_a_paused_schedule_had_by_its_old_trigger_is_left_out() {
        make(CatchUp.ALL);
        schedules.pause(MAIN, HOURLY);
        clock.advance(Duration.ofHours(2).plusMinutes(15));
        put(CatchUp.ALL, new Trigger.Cron("30 * * * *", ZoneId.of("UTC"), null, null));
        clock.advance(Duration.ofMinutes(30));
        schedules.resume(MAIN, HOURLY, true);
        runDue();

        assertThat(started()).containsExactly("14:30 CATCH_UP");
        assertThat(history().getLast()).isInstanceOfSatisfying(LeftOut.class, left -> assertThat(left.times())
                .isEqualTo(2));
    }

    @Test
    void what_was_due_before_a_pause_starts() {
        make(CatchUp.ONE);
        clock.advance(Duration.ofMinutes(60));
        schedules.pause(MAIN, HOURLY);

        runDue();

        assertThat(started()).containsExactly("13:00 DUE");
    }

    @Test
    void what_was_due_before_a_change_was_so_by_the_old_trigger() {
        make(CatchUp.ALL);
        clock.advance(Duration.ofMinutes(70));
        put(CatchUp.ALL, new Trigger.Cron("30 * * * *", ZoneId.of("UTC"), null, null));
        clock.advance(Duration.ofMinutes(20));

        runDue();

        assertThat(started()).containsExactly("13:00 CATCH_UP", "13:30 DUE");
    }

    @Test
    void a_refused_job_says_why_and_is_not_tried_again() {
        make(CatchUp.ONE);
        trouble = new Refused(new Problem.NotFound("compute", "gpu"));
        clock.advance(Duration.ofMinutes(60));

        runDue();
        trouble = null;
        clock.advance(Duration.ofMinutes(30));
        runDue();

        assertThat(history()).singleElement().isInstanceOfSatisfying(Firing.class, firing -> assertThat(
                        firing.outcome())
                .isEqualTo(new Firing.Refusal("No compute 'gpu'")));
    }

    @Test
    void what_fails_for_a_reason_that_passes_is_tried_again_until_it_starts() {
        make(CatchUp.SKIP);
        trouble = new IllegalStateException("the database is away");
        clock.advance(Duration.ofMinutes(60));
        runDue();
        trouble = new Refused(new Problem.Unavailable("the vault", "no answer"));
        clock.advance(Duration.ofSeconds(1));
        runDue();

        assertThat(((Firing) history().getFirst()).outcome())
                .isEqualTo(new Firing.Waiting(
                        2, clock.instant().plusSeconds(2), "The vault is not available now: no answer"));
        trouble = null;
        runDue();
        assertThat(submitted).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        runDue();

        assertThat(started()).containsExactly("13:00 DUE");
        assertThat(((Firing) history().getFirst()).lateness()).contains(Duration.ofSeconds(3));
    }

    @Test
    void a_clock_that_jumps_forward_and_is_set_back_loses_nothing_and_doubles_nothing() {
        make(CatchUp.ONE);
        clock.advance(Duration.ofHours(5).plusMinutes(30));
        runDue();
        assertThat(started()).containsExactly("17:00 CATCH_UP");

        clock.advance(Duration.ofHours(-5)); // 12:30 again
        for (var hour = 0; hour < 6; hour++) {
            runDue();
            clock.advance(Duration.ofHours(1));
            clock.advance(Duration.ofMinutes(hour == 0 ? -30 : 0)); // 13:00, 14:00 and so on
        }

        assertThat(started()).containsExactly("17:00 CATCH_UP", "13:00 DUE", "14:00 DUE", "15:00 DUE", "16:00 DUE");
        assertThat(history()).noneMatch(LeftOut.class::isInstance);
    }

    @Test
    void one_more_starts_by_hand_also_when_it_is_paused() {
        make(CatchUp.ONE);
        schedules.pause(MAIN, HOURLY);

        var firing = firings.fireNow(MAIN, HOURLY);
        runDue();

        assertThat(firing.outcome()).isInstanceOf(Firing.Waiting.class);
        assertThat(started()).containsExactly("12:00 BY_HAND");
    }

    @Test
    void a_back_fill_says_what_it_would_do_and_starts_each_time_once_ever() {
        make(CatchUp.ONE);
        var from = Instant.parse("2026-11-23T08:00:00Z");
        var to = Instant.parse("2026-11-23T10:59:00Z");

        assertThat(firings.backfill(MAIN, HOURLY, from, to, 5, true))
                .extracting(Firings.Backfilled::kind)
                .containsOnly(Firings.Backfilled.Kind.STARTS)
                .hasSize(3);
        runDue();
        assertThat(submitted).isEmpty();

        firings.backfill(MAIN, HOURLY, from, to, 5, false);
        runDue();
        assertThat(firings.backfill(MAIN, HOURLY, from, NOON, 5, false))
                .extracting(Firings.Backfilled::kind)
                .containsExactly(
                        Firings.Backfilled.Kind.THERE,
                        Firings.Backfilled.Kind.THERE,
                        Firings.Backfilled.Kind.THERE,
                        Firings.Backfilled.Kind.STARTS,
                        Firings.Backfilled.Kind.STARTS);
        runDue();

        assertThat(started())
                .containsExactly(
                        "08:00 BACKFILL", "09:00 BACKFILL", "10:00 BACKFILL", "11:00 BACKFILL", "12:00 BACKFILL");
    }

    @Test
    void a_back_fill_is_throttled_and_goes_on_when_its_runs_end() {
        make(CatchUp.ONE);
        firings.backfill(MAIN, HOURLY, NOON.minus(Duration.ofHours(3)), NOON, 1, false);

        runDue();
        runDue();
        assertThat(started()).containsExactly("09:00 BACKFILL");
        kept.end(new RunId("run-1"));
        runDue();

        assertThat(started()).containsExactly("09:00 BACKFILL", "10:00 BACKFILL");
        assertThat(firings.stopBackfill(MAIN, HOURLY)).isEqualTo(2);
        kept.end(new RunId("run-2"));
        runDue();
        assertThat(submitted).hasSize(2);
    }

    @Test
    void a_back_fill_tries_what_was_refused_again() {
        make(CatchUp.ONE);
        trouble = new Refused(new Problem.NotFound("compute", "gpu"));
        firings.backfill(MAIN, HOURLY, NOON, NOON, 1, false);
        runDue();
        trouble = null;

        assertThat(firings.backfill(MAIN, HOURLY, NOON, NOON, 1, false))
                .extracting(Firings.Backfilled::kind)
                .containsExactly(Firings.Backfilled.Kind.STARTS_AGAIN);
        runDue();

        assertThat(started()).containsExactly("12:00 BACKFILL");
    }

    @Test
    void a_range_that_is_too_large_or_to_come_is_refused_and_starts_nothing() {
        make(CatchUp.ONE);
        assertThatThrownBy(() -> firings.backfill(MAIN, HOURLY, NOON, NOON.plusSeconds(1), 1, false))
                .hasMessageContaining("future");
        assertThatThrownBy(() -> firings.backfill(MAIN, HOURLY, NOON, NOON.minusSeconds(1), 1, false))
                .hasMessageContaining("not before 'from'");
        assertThatThrownBy(() -> firings.backfill(MAIN, HOURLY, NOON.minus(Duration.ofDays(60)), NOON, 1, false))
                .hasMessageContaining("more than 1000");
        assertThatThrownBy(() -> firings.backfill(MAIN, HOURLY, NOON, NOON, 0, false))
                .hasMessageContaining("at_once");
        assertThat(kept.firings()).isEmpty();
    }

    @Test
    void whatever_happens_each_due_time_is_accounted_for_once() {
        for (var seed = 0; seed < 200; seed++) {
            new Chaos(seed).play();
        }
    }

    /** Servers that look at random moments, a clock that is set, submits that fail. */
    private static final class Chaos {
        private final Random random;
        private final SettableClock clock = new SettableClock();
        private final InMemorySchedules kept = new InMemorySchedules(clock);
        private final Schedules schedules = new Schedules(kept, clock);
        private final HashMap<String, Integer> runs = new HashMap<>();
        private final Firings firings = new Firings(kept, this::submit);
        private final CatchUp catchUp;
        private Instant latest = NOON;

        Chaos(long seed) {
            random = new Random(seed);
            catchUp = CatchUp.values()[random.nextInt(3)];
        }

        void play() {
            schedules.put(MAIN, HOURLY, ADA, wanted(catchUp, EVERY_HOUR));
            for (var step = 0; step < 60; step++) {
                move(Duration.ofSeconds(random.nextInt(7200)));
                if (random.nextInt(8) == 0) {
                    move(Duration.ofSeconds(random.nextInt(40_000)).negated());
                }
                if (random.nextInt(3) > 0) {
                    start(this::trySubmitted);
                }
            }
            // In the end the clock goes on, and everything works.
            clock.advance(Duration.between(clock.instant(), latest));
            for (var settle = 0; settle < 12; settle++) {
                start(key -> firings.start(key));
                clock.advance(Duration.ofSeconds(300));
            }
            var end = kept.lockProgress(KEY).orElseThrow().accountedUntil();
            var covered = new HashSet<Instant>();
            for (var past :
                    firings.history(MAIN, HOURLY, PageRequest.first(1000)).items()) {
                switch (past) {
                    case Firing firing -> {
                        assertThat(firing.run()).as("%s", firing).isPresent();
                        assertThat(covered.add(firing.dueAt())).isTrue();
                    }
                    case LeftOut left -> {
                        assertThat(catchUp).isNotEqualTo(CatchUp.ALL);
                        var times = 0;
                        for (var each :
                                DueTimes.of(EVERY_HOUR).after(left.since().minusNanos(1), 1000)) {
                            if (!each.isAfter(left.dueAt())
                                    && kept.firing(new Firing.Key(MAIN, HOURLY, each))
                                            .isEmpty()) {
                                times++;
                                assertThat(covered.add(each))
                                        .as("%s twice", each)
                                        .isTrue();
                            }
                        }
                        assertThat(left.times()).isGreaterThanOrEqualTo(times);
                    }
                }
            }
            for (var each : DueTimes.of(EVERY_HOUR).after(NOON, 2000)) {
                if (!each.isAfter(end)) {
                    assertThat(covered).as("due %s until %s", each, end).contains(each);
                }
            }
            assertThat(runs.values()).allMatch(count -> count == 1);
        }

        private void move(Duration by) {
            clock.advance(by);
            latest = clock.instant().isAfter(latest) ? clock.instant() : latest;
        }

        private void start(Consumer<Firing.Key> starting) {
            firings.unaccounted(10).forEach(firings::account);
            firings.ready(1000).forEach(starting);
        }

        private void trySubmitted(Firing.Key key) {
            if (random.nextInt(4) == 0) {
                firings.failed(key, "no answer");
            } else if (random.nextInt(4) > 0) {
                firings.start(key);
                firings.start(key);
            }
        }

        private RunId submit(JobSubmitter.Submission submission) {
            runs.merge(submission.tags().get("millwright.schedule.dueAt"), 1, Integer::sum);
            return new RunId("run-" + runs.size());
        }
    }

    private void runDue() {
        firings.unaccounted(10).forEach(firings::account);
        for (var key : firings.ready(1000)) {
            try {
                firings.start(key);
            } catch (Refused refused) {
                firings.refused(key, refused.problem());
            } catch (RuntimeException outage) {
                firings.failed(key, "no answer");
            }
        }
    }

    private List<String> started() {
        var started = new ArrayList<String>();
        for (var submission : submitted) {
            var due = Instant.parse(submission.tags().get("millwright.schedule.dueAt"));
            var firing = kept.firing(new Firing.Key(MAIN, HOURLY, due)).orElseThrow();
            started.add(due.toString().substring(11, 16) + " " + firing.cause());
        }
        return started;
    }

    private List<PastDue> history() {
        return firings.history(MAIN, HOURLY, PageRequest.first(1000)).items();
    }

    private void make(CatchUp catchUp) {
        put(catchUp, EVERY_HOUR);
    }

    private void put(CatchUp catchUp, Trigger trigger) {
        schedules.put(MAIN, HOURLY, ADA, wanted(catchUp, trigger));
    }

    private static Schedules.Wanted wanted(CatchUp catchUp, Trigger trigger) {
        return new Schedules.Wanted(Schedule.Label.of("Hourly"), trigger, catchUp, "training", Jobs.saying("true"));
    }

    private RunId submit(JobSubmitter.Submission submission) {
        if (trouble != null) {
            throw trouble;
        }
        submitted.add(submission);
        return new RunId("run-" + submitted.size());
    }
}
