package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.Progress;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Change;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.schedule.model.ScheduleRepository} does. */
public abstract class ScheduleContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ScheduleName NIGHTLY = new ScheduleName("nightly");
    private static final ScheduleKey KEY = new ScheduleKey(MAIN, NIGHTLY);
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @Test
    void both_kinds_of_trigger_are_found_as_they_were_saved() {
        var cron = schedule(new Trigger.Cron("0 2 * * *", BERLIN, NOON, null));
        save(Change.of(cron));
        assertThat(find()).usingRecursiveComparison().ignoringFields("revision").isEqualTo(cron);
        var weekly = new Trigger.Recurrence(
                Trigger.Frequency.WEEK,
                2,
                List.of(6),
                List.of(0, 30),
                List.of(DayOfWeek.MONDAY),
                List.of(1, 31),
                BERLIN,
                null,
                NOON);
        save(Change.of(find().revise(
                        new PrincipalId("eve"),
                        new Schedule.Label("weekly", "each week", Map.of("team", "a")),
                        weekly,
                        CatchUp.ALL,
                        "Default",
                        Jobs.saying("true"))));
        assertThat(find().label()).isEqualTo(new Schedule.Label("weekly", "each week", Map.of("team", "a")));
        assertThat(find().catchUp()).isEqualTo(CatchUp.ALL);
        assertThat(find().owner()).isEqualTo(new PrincipalId("eve"));
        assertThat(find().trigger()).isEqualTo(weekly);
        assertThat(find().job()).isEqualTo(Jobs.saying("true"));
    }

    @Test
    void a_name_that_is_taken_and_an_old_revision_are_refused() {
        save(Change.of(daily()));
        assertRefused(Problem.AlreadyExists.class, () -> save(Change.of(daily())));
        var seen = find();
        save(seen.enable(false, NOON));
        assertRefused(Problem.Stale.class, () -> save(seen.enable(false, NOON)));
    }

    @Test
    void a_due_time_has_one_firing_however_often_it_is_written_down() {
        save(Change.of(daily()));
        assertThat(world.inTransaction(() -> world.schedules().addFiring(waiting(NOON))))
                .isTrue();
        assertThat(world.inTransaction(() -> world.schedules().addFiring(waiting(NOON))))
                .isFalse();
        assertThat(world.inTransaction(() -> world.schedules().known(KEY, List.of(NOON, NOON.plusSeconds(1)))))
                .containsExactly(NOON);
        assertThat(world.inTransaction(() -> world.schedules().countFirings(KEY, NOON, NOON)))
                .isEqualTo(1);
    }

    @Test
    void a_firing_waits_until_its_next_try_and_is_claimed_until_it_is_settled() {
        begun(daily());
        world.run(() -> world.schedules().addFiring(waiting(NOON)));
        var key = waiting(NOON).key();

        assertThat(ready(NOON.minusSeconds(1)))
                .as("the clock was set back since")
                .containsExactly(key);
        assertThat(ready(NOON)).containsExactly(key);
        world.run(() -> {
            var claimed = world.schedules().claim(key).orElseThrow();
            world.schedules()
                    .recordFiring(claimed.become(
                            new Firing.Waiting(3, NOON.plusSeconds(60), "no answer"), claimed.firedAt()));
        });
        assertThat(ready(NOON.plusSeconds(59))).isEmpty();
        assertThat(ready(NOON.plusSeconds(60))).containsExactly(key);
        assertThat(world.inTransaction(() -> world.schedules().firing(key)))
                .hasValueSatisfying(firing -> assertThat(firing.outcome())
                        .isEqualTo(new Firing.Waiting(3, NOON.plusSeconds(60), "no answer")));
        world.run(() -> world.schedules()
                .recordFiring(waiting(NOON).become(new Firing.Started(new RunId("r1")), NOON.plusSeconds(61))));
        assertThat(ready(NOON.plusSeconds(100))).isEmpty();
        assertThat(world.inTransaction(() -> world.schedules().claim(key))).isEmpty();
    }

    @Test
    void a_back_fill_gives_as_many_as_its_throttle_allows_the_oldest_first() {
        begun(daily());
        world.run(() -> {
            world.schedules().throttle(KEY, 2);
            for (var hour = 3; hour > 0; hour--) {
                world.schedules().addFiring(of(NOON.minusSeconds(3600 * hour), Firing.Cause.BACKFILL));
            }
        });

        assertThat(ready(NOON))
                .extracting(Firing.Key::dueAt)
                .containsExactly(NOON.minusSeconds(3 * 3600), NOON.minusSeconds(2 * 3600));
        assertThat(world.inTransaction(() -> world.schedules().mayBackfill(KEY)))
                .isTrue();
        assertThat(world.inTransaction(() -> world.schedules().dropBackfill(KEY)))
                .isEqualTo(3);
        assertThat(ready(NOON)).isEmpty();
    }

    @Test
    void a_schedule_is_unaccounted_when_it_is_due_and_when_the_clock_was_set_back() {
        begun(daily());
        world.run(() -> world.schedules().saveProgress(KEY, new Progress(NOON, NOON.plusSeconds(60))));

        assertThat(unaccounted(NOON)).isEmpty();
        assertThat(unaccounted(NOON.plusSeconds(60))).containsExactly(KEY);
        assertThat(unaccounted(NOON.minusSeconds(1))).containsExactly(KEY);
        assertThat(world.inTransaction(() -> world.schedules().nextDue(KEY))).contains(NOON.plusSeconds(60));
        world.run(() -> world.schedules().saveProgress(KEY, new Progress(NOON, null)));
        assertThat(unaccounted(NOON.plusSeconds(60))).isEmpty();
        assertThat(world.inTransaction(() -> world.schedules().nextDue(KEY))).isEmpty();
    }

    @Test
    void the_history_is_paged_the_newest_first_with_what_was_left_out() {
        begun(daily());
        var later = NOON.plusSeconds(60);
        var left = new LeftOut(NOON.minusSeconds(600), NOON.minusSeconds(60), 10, LeftOut.Reason.MISSED, NOON);
        var started = new Firing(key(NOON), Firing.Cause.DUE, NOON, new Firing.Started(new RunId("r1")));
        var refused = new Firing(key(later), Firing.Cause.DUE, later, new Firing.Refusal("No compute 'gpu'"));
        world.run(() -> {
            world.schedules().addFiring(waiting(NOON));
            world.schedules().addFiring(waiting(later));
            world.schedules().recordFiring(started);
            world.schedules().recordFiring(refused);
            world.schedules().addLeftOut(KEY, left);
        });

        var first = world.inTransaction(() -> world.schedules().history(KEY, PageRequest.first(2)));
        assertThat(first.items()).containsExactly(refused, started);
        var second = world.inTransaction(() -> world.schedules().history(KEY, new PageRequest(first.nextToken(), 2)));
        assertThat(second.items()).containsExactly(left);
        assertThat(second.nextToken()).isNull();
    }

    @Test
    void what_was_left_out_after_a_moment_is_taken_back() {
        begun(daily());
        var before = new LeftOut(NOON.minusSeconds(600), NOON.minusSeconds(60), 10, LeftOut.Reason.MISSED, NOON);
        var across = new LeftOut(NOON.minusSeconds(30), NOON.plusSeconds(60), 3, LeftOut.Reason.MISSED, NOON);
        var after = new LeftOut(NOON.plusSeconds(600), NOON.plusSeconds(700), 2, LeftOut.Reason.PAUSED, NOON);
        world.run(() ->
                List.of(before, across, after).forEach(left -> world.schedules().addLeftOut(KEY, left)));

        assertThat(world.inTransaction(() -> world.schedules().forgetLeftOut(KEY, NOON)))
                .containsExactly(across);
        assertThat(world.inTransaction(() -> world.schedules().history(KEY, PageRequest.first(9)))
                        .items())
                .containsExactly(before);
    }

    @Test
    void a_deleted_schedule_is_gone() {
        save(Change.of(daily()));
        world.run(() -> world.schedules().delete(find().delete(NOON)));
        assertThat(world.inTransaction(() -> world.schedules().all())).isEmpty();
        assertThat(world.inTransaction(() -> world.schedules().of(MAIN))).isEmpty();
    }

    /** Saved, with its account opened. */
    private void begun(Schedule schedule) {
        save(Change.of(schedule));
        world.run(() -> world.schedules().saveProgress(KEY, new Progress(NOON, null)));
    }

    private List<Firing.Key> ready(Instant now) {
        return world.inTransaction(() -> world.schedules().ready(now, 10));
    }

    private List<ScheduleKey> unaccounted(Instant now) {
        return world.inTransaction(() -> world.schedules().unaccounted(now, 10));
    }

    private static Firing waiting(Instant due) {
        return of(due, Firing.Cause.DUE);
    }

    private static Firing of(Instant due, Firing.Cause cause) {
        return new Firing(key(due), cause, due, new Firing.Waiting(0, due, null));
    }

    private static Firing.Key key(Instant due) {
        return new Firing.Key(MAIN, NIGHTLY, due);
    }

    private static Schedule daily() {
        return schedule(new Trigger.Cron("0 2 * * *", BERLIN, null, null));
    }

    private static Schedule schedule(Trigger trigger) {
        return new Schedule(
                MAIN,
                NIGHTLY,
                Schedule.Label.of("Nightly"),
                Runs.OWNER,
                trigger,
                CatchUp.ONE,
                "Default",
                Jobs.training(),
                true,
                NOON,
                Revision.UNSAVED);
    }

    private Schedule find() {
        return world.inTransaction(() -> world.schedules().find(MAIN, NIGHTLY)).orElseThrow();
    }

    private void save(Change<Schedule> change) {
        world.run(() -> world.schedules().save(change));
    }
}
