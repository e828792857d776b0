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
import org.millwright.schedule.app.Firings;
import org.millwright.schedule.app.Schedules;
import org.millwright.schedule.model.Schedule;
import org.millwright.shared.PageRequest;
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
    private final Firings firings;
    private final Notices notices;
    private @Nullable List<Row> rows;

    @Inject
    public SchedulesPage(Address address, CurrentCaller caller, Schedules schedules, Firings firings, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.schedules = schedules;
        this.firings = firings;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected SchedulesPage() {
        this(null, null, null, null, null);
    }

    /** One schedule. @param next the next times; empty when it is paused or over */
    public record Row(
            String name,
            String displayName,
            String link,
            boolean enabled,
            String trigger,
            String experiment,
            String experimentLink,
            String owner,
            String command,
            List<Instant> next,
            List<HistoryEntry> history) {}

    public List<Row> getRows() {
        if (rows == null) {
            rows = schedules.list(caller.workspace()).stream().map(this::row).toList();
        }
        return rows;
    }

    private Row row(Schedule schedule) {
        return new Row(
                schedule.name().value(),
                schedule.label().displayName(),
                Links.schedule(schedule.name()),
                schedule.enabled(),
                TriggerWords.of(schedule.trigger()),
                schedule.experiment(),
                Links.experiment(schedule.experiment()),
                schedule.owner().value(),
                schedule.job().command(),
                schedules.next(schedule, NEXT),
                firings.history(caller.workspace(), schedule.name(), PageRequest.first(LAST)).items().stream()
                        .map(HistoryEntry::of)
                        .toList());
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.SCHEDULE_WRITE, caller.workspace());
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void pause() {
        notices.attempt(
                () -> schedules.pause(caller.workspace(), target()),
                "Paused; times that pass meanwhile are not made up for");
        rows = null;
    }

    @Requires(Permission.SCHEDULE_WRITE)
    public void resume() {
        notices.attempt(() -> schedules.resume(caller.workspace(), target(), false), "Resumed");
        rows = null;
    }

    private ScheduleName target() {
        return new ScheduleName(address.field("target"));
    }
}
