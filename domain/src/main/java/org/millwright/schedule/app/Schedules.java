package org.millwright.schedule.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.experiment.JobSpec;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.CatchUp;
import org.millwright.schedule.model.DueTimes;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.schedule.model.Trigger;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/** Makes, changes, pauses and deletes schedules, and says when they are due. */
@ApplicationScoped
@Transactional
public class Schedules {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_DESCRIPTION = 5000;
    private static final int MOST_TAGS = 50;

    private final ScheduleRepository schedules;
    private final DueAccount account;
    private final Clock clock;

    @Inject
    public Schedules(ScheduleRepository schedules, Clock clock) {
        this.schedules = schedules;
        this.account = new DueAccount(schedules);
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Schedules() {
        this(null, null);
    }

    /** A schedule as somebody wants it. */
    public record Wanted(Schedule.Label label, Trigger trigger, CatchUp catchUp, String experiment, JobSpec job) {}

    /** What somebody wants otherwise: each part that is not null. */
    public record Edit(
            @Nullable String displayName,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable Trigger trigger,
            @Nullable CatchUp catchUp,
            @Nullable String experiment,
            @Nullable JobSpec job) {

        /** Whether its jobs become others or start at other times. */
        public boolean changesWork() {
            return trigger != null || job != null || experiment != null;
        }
    }

    /** Makes the schedule, or changes the one of that name. @param owner who does so; its jobs run for them from now on */
    public Schedule put(WorkspaceName workspace, ScheduleName name, PrincipalId owner, Wanted wanted) {
        requireSound(wanted.label(), wanted.trigger());
        return account.current(new ScheduleKey(workspace, name))
                .map(existing -> revise(existing, owner, wanted))
                .orElseGet(() -> make(workspace, name, owner, wanted));
    }

    /**
     * Changes what is given, and leaves the rest.
     *
     * @param editor for whom its jobs run from now on, if the edit changes what they are or when they start
     * @param read the revision that the editor saw; null for whichever there is
     * @throws Refused with Stale when it was changed since
     */
    public Schedule edit(
            WorkspaceName workspace, ScheduleName name, PrincipalId editor, @Nullable Revision read, Edit edit) {
        var existing = current(workspace, name);
        if (read != null && !read.equals(existing.revision())) {
            throw Refused.stale("schedule", name);
        }
        var label = new Schedule.Label(
                or(edit.displayName(), existing.label().displayName()),
                or(edit.description(), existing.label().description()),
                or(edit.tags(), existing.label().tags()));
        var wanted = new Wanted(
                label,
                or(edit.trigger(), existing.trigger()),
                or(edit.catchUp(), existing.catchUp()),
                or(edit.experiment(), existing.experiment()),
                or(edit.job(), existing.job()));
        requireSound(wanted.label(), wanted.trigger());
        return revise(existing, edit.changesWork() ? editor : existing.owner(), wanted);
    }

    public Schedule get(WorkspaceName workspace, ScheduleName name) {
        return schedules.find(workspace, name).orElseThrow(() -> Refused.notFound("schedule", name));
    }

    public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
        return schedules.find(workspace, name);
    }

    public List<Schedule> list(WorkspaceName workspace) {
        return schedules.of(workspace);
    }

    public List<Schedule> all() {
        return schedules.all();
    }

    /** When it is due next; empty when it is paused or over. */
    public List<Instant> next(Schedule schedule, int most) {
        return schedule.enabled() ? preview(schedule.trigger(), most) : List.of();
    }

    /**
     * When a trigger would be due next.
     *
     * @throws Refused with Invalid when it cannot be read, or is never due
     */
    public List<Instant> preview(Trigger trigger, int most) {
        var due = DueTimes.of(trigger);
        due.requireAny();
        return due.after(schedules.now(), most);
    }

    /** Has it start nothing until it is resumed. What was due before still starts. */
    public Schedule pause(WorkspaceName workspace, ScheduleName name) {
        var schedule = current(workspace, name);
        account.settle(schedule);
        var change = schedule.enable(false, clock.instant());
        schedules.save(change);
        account.pause(change.next());
        return get(workspace, name);
    }

    /** @param makeUp whether what was due meanwhile is made up for, as the schedule's catch-up says for what is missed */
    public Schedule resume(WorkspaceName workspace, ScheduleName name, boolean makeUp) {
        var schedule = current(workspace, name);
        if (schedule.enabled()) {
            return schedule;
        }
        var change = schedule.enable(true, clock.instant());
        schedules.save(change);
        account.resume(change.next(), makeUp);
        return get(workspace, name);
    }

    public void delete(WorkspaceName workspace, ScheduleName name) {
        schedules.delete(get(workspace, name).delete(clock.instant()));
    }

    /** When somebody has to look at the schedule again. Empty when it is gone, paused or over. */
    public Optional<Instant> nextDue(ScheduleKey schedule) {
        return schedules.nextDue(schedule);
    }

    private Schedule current(WorkspaceName workspace, ScheduleName name) {
        return account.current(new ScheduleKey(workspace, name)).orElseThrow(() -> Refused.notFound("schedule", name));
    }

    private Schedule make(WorkspaceName workspace, ScheduleName name, PrincipalId owner, Wanted wanted) {
        var schedule = new Schedule(
                workspace,
                name,
                wanted.label(),
                owner,
                wanted.trigger(),
                wanted.catchUp(),
                wanted.experiment(),
                wanted.job(),
                true,
                clock.instant(),
                Revision.UNSAVED);
        schedules.save(schedule.announced(clock.instant()));
        account.open(schedule, schedules.now());
        return get(workspace, name);
    }

    /** What was due until now was so by the old trigger. */
    private Schedule revise(Schedule existing, PrincipalId owner, Wanted wanted) {
        account.settle(existing);
        var revised = existing.revise(
                owner, wanted.label(), wanted.trigger(), wanted.catchUp(), wanted.experiment(), wanted.job());
        schedules.save(revised.announced(clock.instant()));
        if (!revised.trigger().equals(existing.trigger())) {
            account.close(existing);
            account.open(revised, schedules.now());
        }
        return get(existing.workspace(), existing.name());
    }

    private static void requireSound(Schedule.Label label, Trigger trigger) {
        requireLength("display_name", label.displayName(), LONGEST_NAME);
        requireLength("description", label.description(), LONGEST_DESCRIPTION);
        if (label.tags().size() > MOST_TAGS) {
            throw Refused.invalid("tags", "at most %d".formatted(MOST_TAGS));
        }
        label.tags().forEach((key, value) -> {
            if (key.isBlank()) {
                throw Refused.invalid("tags", "each has a name");
            }
            requireLength("tags", key, LONGEST_NAME);
            requireLength("tags." + key, value, LONGEST_DESCRIPTION);
        });
        DueTimes.of(trigger).requireAny();
    }

    private static void requireLength(String field, String text, int most) {
        if (text.length() > most) {
            throw Refused.invalid(field, "at most %d characters".formatted(most));
        }
    }

    private static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
