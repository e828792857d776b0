package org.millwright.portal.schedule;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The schedules: when next, and what came of the last times. */
@Named
@RequestScoped
@Requires(Permission.SCHEDULE_READ)
public class SchedulesPage {
    private static final int NEXT = 5;
    private static final int LAST = 5;

    private final Address address;
    private final CurrentCaller caller;
    private final Schedules schedules;
    private final Notices notices;
    private @Nullable List<Row> rows;

    @Inject
    public SchedulesPage(Address address, CurrentCaller caller, Schedules schedules, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.schedules = schedules;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected SchedulesPage() {
        this(null, null, null, null);
    }

    /** One schedule. @param next the next times; empty when it is paused or over */
    public record Row(
            String name,
            String displayName,
            boolean enabled,
            String trigger,
            String experiment,
            String experimentLink,
            String owner,
            String command,
            List<Instant> next,
            List<Past> history) {}

    /** One time that it was due. @param run empty when the job was refused; then there is a refusal */
    public record Past(Instant dueAt, String run, String link, String refusal) {
        static Past of(Firing firing) {
            var run = firing.run();
            var refusal = firing.refusal();
            return new Past(
                    firing.dueAt(),
                    run == null ? "" : run.value(),
                    run == null ? "" : Links.run(run),
                    refusal == null ? "" : refusal);
        }
    }

    public List<Row> getRows() {
        if (rows == null) {
            rows = schedules.list(caller.workspace()).stream().map(this::row).toList();
        }
        return rows;
    }

    private Row row(Schedule schedule) {
        return new Row(
                schedule.name().value(),
                schedule.displayName(),
                schedule.enabled(),
                TriggerWords.of(schedule.trigger()),
                schedule.experiment(),
                Links.experiment(schedule.experiment()),
                schedule.owner().value(),
                schedule.job().command(),
                schedules.next(caller.workspace(), schedule.name(), NEXT),
                schedules.firings(caller.workspace(), schedule.name(), LAST).stream()
                        .map(Past::of)
                        .toList());
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.SCHEDULE_WRITE, caller.workspace());
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void pause() {
        enable(false, "Paused; times that pass meanwhile are not made up for");
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void resume() {
        enable(true, "Resumed");
    }

    private void enable(boolean whether, String done) {
        notices.attempt(
                () -> schedules.enable(caller.workspace(), new ScheduleName(address.field("target")), whether), done);
        rows = null;
    }
}
