package org.millwright.schedule.fake;

import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Schedules and their firings in memory. */
public final class InMemorySchedules implements ScheduleRepository {
    private final Shelf<Schedule> shelf = new Shelf<>(
            "schedule",
            schedule -> key(schedule.workspace(), schedule.name()),
            Schedule::revision,
            (schedule, revision) -> new Schedule(
                    schedule.workspace(),
                    schedule.name(),
                    schedule.displayName(),
                    schedule.owner(),
                    schedule.trigger(),
                    schedule.experiment(),
                    schedule.job(),
                    schedule.enabled(),
                    schedule.createdAt(),
                    revision));
    private final Map<String, Firing> firings = new LinkedHashMap<>();

    @Override
    public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
        return shelf.find(key(workspace, name));
    }

    @Override
    public List<Schedule> of(WorkspaceName workspace) {
        return shelf.all().stream()
                .filter(schedule -> schedule.workspace().equals(workspace))
                .toList();
    }

    @Override
    public List<Schedule> all() {
        return shelf.all();
    }

    @Override
    public void save(Change<Schedule> change) {
        shelf.save(change);
    }

    @Override
    public void delete(Change<Schedule> change) {
        var gone = change.next();
        if (find(gone.workspace(), gone.name())
                .filter(kept -> kept.revision().equals(gone.revision()))
                .isEmpty()) {
            throw Refused.stale("schedule", gone.name());
        }
        shelf.remove(key(gone.workspace(), gone.name()));
        firings.values()
                .removeIf(firing -> firing.workspace().equals(gone.workspace())
                        && firing.schedule().equals(gone.name()));
    }

    @Override
    public boolean claimFiring(WorkspaceName workspace, ScheduleName schedule, Instant dueAt, Instant now) {
        return firings.putIfAbsent(
                        key(workspace, schedule) + "@" + dueAt, new Firing(workspace, schedule, dueAt, now, null, null))
                == null;
    }

    @Override
    public void recordFiring(Firing firing) {
        firings.replace(key(firing.workspace(), firing.schedule()) + "@" + firing.dueAt(), firing);
    }

    @Override
    public List<Firing> firings(WorkspaceName workspace, ScheduleName schedule, int most) {
        return firings.values().stream()
                .filter(firing -> firing.workspace().equals(workspace)
                        && firing.schedule().equals(schedule))
                .sorted(Comparator.comparing(Firing::dueAt).reversed())
                .limit(most)
                .toList();
    }

    private static String key(WorkspaceName workspace, ScheduleName name) {
        return workspace + "/" + name;
    }
}
