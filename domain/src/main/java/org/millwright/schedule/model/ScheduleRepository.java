package org.millwright.schedule.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.schedule.ScheduleName;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** Keeps schedules and their firings. */
public interface ScheduleRepository {
    Optional<Schedule> find(WorkspaceName workspace, ScheduleName name);

    /** By name. */
    List<Schedule> of(WorkspaceName workspace);

    List<Schedule> all();

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the name is taken */
    void save(Change<Schedule> change);

    void delete(Change<Schedule> change);

    /** Claims a due time for good. @return false when it was claimed before */
    boolean claimFiring(WorkspaceName workspace, ScheduleName schedule, Instant dueAt, Instant now);

    /** Writes down what became of a claimed firing. */
    void recordFiring(Firing firing);

    /** The latest firings, the newest first. */
    List<Firing> firings(WorkspaceName workspace, ScheduleName schedule, int most);
}
