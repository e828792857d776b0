package org.millwright.schedule.model;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Keeps schedules, how far they are accounted for, and their firings. */
public interface ScheduleRepository {
    Optional<Schedule> find(WorkspaceName workspace, ScheduleName name);

    /** By name. */
    List<Schedule> of(WorkspaceName workspace);

    List<Schedule> all();

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the name is taken */
    void save(Change<Schedule> change);

    void delete(Change<Schedule> change);

    /** Tells what the change tells, of a schedule that stays as it is. */
    void tell(Change<Schedule> change);

    /** What time it is for every server: the clock where all this is kept. */
    Instant now();

    /** Lets nobody else account for the schedule, or change it, until the transaction ends. Empty before {@link #saveProgress}, and once it is gone. */
    Optional<Progress> lockProgress(ScheduleKey schedule);

    void saveProgress(ScheduleKey schedule, Progress progress);

    /** When the schedule is due next. Empty when it is paused or over. */
    Optional<Instant> nextDue(ScheduleKey schedule);

    /** Schedules with due times to account for, and those that are accounted for beyond the present, as after a step of the clock. */
    List<ScheduleKey> unaccounted(Instant now, int most);

    /** Writes a firing down that has yet to start. @return false when that due time has one already */
    boolean addFiring(Firing waiting);

    Optional<Firing> firing(Firing.Key key);

    /** Which of the due times have a firing already. */
    Set<Instant> known(ScheduleKey schedule, Collection<Instant> dueTimes);

    /** How many due times have a firing, the first and the last included. */
    long countFirings(ScheduleKey schedule, Instant since, Instant until);

    /**
     * Firings that may start now, the oldest first: also those that were written down later than now, before the clock was set
     * back. Of a back-fill only as many as its throttle lets run at once.
     */
    List<Firing.Key> ready(Instant now, int most);

    /** Takes a waiting firing for this transaction. Empty when it no longer waits, or another server has it. */
    Optional<Firing> claim(Firing.Key key);

    /** Writes down what became of a firing. */
    void recordFiring(Firing firing);

    /** Lets so many runs of its back-fills go on at once. */
    void throttle(ScheduleKey schedule, int atOnce);

    /** Whether another run of its back-fills may start now. */
    boolean mayBackfill(ScheduleKey schedule);

    /** Takes back what waits of back-fills. @return how many */
    int dropBackfill(ScheduleKey schedule);

    void addLeftOut(ScheduleKey schedule, LeftOut leftOut);

    /** Takes back all that was left out and ends after an instant. @return what of it began before */
    List<LeftOut> forgetLeftOut(ScheduleKey schedule, Instant after);

    /** What came of the due times, the latest first. */
    Page<PastDue> history(ScheduleKey schedule, PageRequest page);
}
