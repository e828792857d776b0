package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.DayOfWeek;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.schedule.model.ScheduleRepository} does. */
public abstract class ScheduleContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ScheduleName NIGHTLY = new ScheduleName("nightly");
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
                Trigger.Frequency.WEEK, 2, List.of(6), List.of(0, 30), List.of(DayOfWeek.MONDAY), BERLIN, null, NOON);
        save(Change.of(find().revise(new PrincipalId("eve"), "weekly", weekly, "Default", Jobs.saying("true"))));
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
    void a_due_time_is_claimed_once() {
        save(Change.of(daily()));
        assertThat(world.inTransaction(() -> world.schedules().claimFiring(MAIN, NIGHTLY, NOON, NOON)))
                .isTrue();
        assertThat(world.inTransaction(() -> world.schedules().claimFiring(MAIN, NIGHTLY, NOON, NOON)))
                .isFalse();
    }

    @Test
    void the_firings_are_listed_the_newest_first() {
        save(Change.of(daily()));
        var later = NOON.plusSeconds(60);
        world.run(() -> {
            world.schedules().claimFiring(MAIN, NIGHTLY, NOON, NOON);
            world.schedules().claimFiring(MAIN, NIGHTLY, later, later);
            world.schedules().recordFiring(new Firing(MAIN, NIGHTLY, NOON, NOON, new RunId("r1"), null));
            world.schedules().recordFiring(new Firing(MAIN, NIGHTLY, later, later, null, "No compute 'gpu'"));
        });
        assertThat(world.inTransaction(() -> world.schedules().firings(MAIN, NIGHTLY, 5)))
                .containsExactly(
                        new Firing(MAIN, NIGHTLY, later, later, null, "No compute 'gpu'"),
                        new Firing(MAIN, NIGHTLY, NOON, NOON, new RunId("r1"), null));
        assertThat(world.inTransaction(() -> world.schedules().firings(MAIN, NIGHTLY, 1)))
                .hasSize(1);
    }

    @Test
    void a_deleted_schedule_is_gone() {
        save(Change.of(daily()));
        world.run(() -> world.schedules().delete(find().delete(NOON)));
        assertThat(world.inTransaction(() -> world.schedules().all())).isEmpty();
        assertThat(world.inTransaction(() -> world.schedules().of(MAIN))).isEmpty();
    }

    private static Schedule daily() {
        return schedule(new Trigger.Cron("0 2 * * *", BERLIN, null, null));
    }

    private static Schedule schedule(Trigger trigger) {
        return new Schedule(
                MAIN,
                NIGHTLY,
                "Nightly",
                Runs.OWNER,
                trigger,
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
