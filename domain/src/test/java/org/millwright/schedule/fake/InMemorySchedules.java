package org.millwright.schedule.fake;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleKey;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.LeftOut;
import org.millwright.schedule.model.PastDue;
import org.millwright.schedule.model.Progress;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.SettableClock;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Schedules and their firings in memory. Used by one thread at a time. */
public final class InMemorySchedules implements ScheduleRepository {
    private final Shelf<Schedule> shelf = new Shelf<>(
            "schedule",
            schedule -> key(schedule).toString(),
            Schedule::revision,
            (schedule, revision) -> new Schedule(
                    schedule.workspace(),
                    schedule.name(),
                    schedule.label(),
                    schedule.owner(),
                    schedule.trigger(),
                    schedule.catchUp(),
                    schedule.experiment(),
                    schedule.job(),
                    schedule.enabled(),
                    schedule.createdAt(),
                    revision));
    private final Map<ScheduleKey, Progress> progress = new LinkedHashMap<>();
    private final Map<ScheduleKey, Integer> throttles = new LinkedHashMap<>();
    private final Map<Firing.Key, Firing> firings = new LinkedHashMap<>();
    private final Map<ScheduleKey, List<LeftOut>> leftOut = new LinkedHashMap<>();
    private final Set<RunId> ended = new HashSet<>();
    private final Clock clock;

    public InMemorySchedules() {
        this(new SettableClock());
    }

    public InMemorySchedules(Clock clock) {
        this.clock = clock;
    }

    /** Whatever counts the runs that go on no longer counts this one. */
    public void end(RunId run) {
        ended.add(run);
    }

    /** All firings, in the order in which they were written down. */
    public List<Firing> firings() {
        return List.copyOf(firings.values());
    }

    @Override
    public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
        return shelf.find(new ScheduleKey(workspace, name).toString());
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
        var key = key(gone);
        shelf.remove(key.toString());
        progress.remove(key);
        throttles.remove(key);
        leftOut.remove(key);
        firings.keySet().removeIf(firing -> of(firing).equals(key));
    }

    @Override
    public void tell(Change<Schedule> change) {
        shelf.tell(change.events());
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public Optional<Progress> lockProgress(ScheduleKey schedule) {
        return Optional.ofNullable(progress.get(schedule));
    }

    @Override
    public void saveProgress(ScheduleKey schedule, Progress reached) {
        progress.put(schedule, reached);
    }

    @Override
    public Optional<Instant> nextDue(ScheduleKey schedule) {
        return lockProgress(schedule).map(Progress::nextDue);
    }

    @Override
    public List<ScheduleKey> unaccounted(Instant now, int most) {
        return progress.entrySet().stream()
                .filter(each -> {
                    var next = each.getValue().nextDue();
                    return next != null
                            && (!next.isAfter(now)
                                    || each.getValue().accountedUntil().isAfter(now));
                })
                .map(Map.Entry::getKey)
                .limit(most)
                .toList();
    }

    @Override
    public boolean addFiring(Firing waiting) {
        return firings.putIfAbsent(waiting.key(), waiting) == null;
    }

    @Override
    public Optional<Firing> firing(Firing.Key key) {
        return Optional.ofNullable(firings.get(key));
    }

    @Override
    public Set<Instant> known(ScheduleKey schedule, Collection<Instant> dueTimes) {
        var known = new HashSet<Instant>();
        dueTimes.stream()
                .filter(due -> firings.containsKey(new Firing.Key(schedule.workspace(), schedule.name(), due)))
                .forEach(known::add);
        return known;
    }

    @Override
    public long countFirings(ScheduleKey schedule, Instant since, Instant until) {
        return firings.values().stream()
                .filter(firing -> of(firing.key()).equals(schedule)
                        && firing.cause() != Firing.Cause.BY_HAND
                        && !firing.dueAt().isBefore(since)
                        && !firing.dueAt().isAfter(until))
                .count();
    }

    @Override
    public List<Firing.Key> ready(Instant now, int most) {
        var places = new LinkedHashMap<ScheduleKey, Long>();
        return firings.values().stream()
                .filter(firing -> firing.outcome() instanceof Firing.Waiting(var _, var nextTry, var _)
                        && (!nextTry.isAfter(now) || firing.firedAt().isAfter(now)))
                .sorted(Comparator.comparing(Firing::dueAt))
                .filter(firing -> firing.cause() != Firing.Cause.BACKFILL
                        || places.merge(of(firing.key()), 1L, Long::sum) <= free(of(firing.key())))
                .map(Firing::key)
                .limit(most)
                .toList();
    }

    @Override
    public Optional<Firing> claim(Firing.Key key) {
        return firing(key).filter(firing -> firing.outcome() instanceof Firing.Waiting);
    }

    @Override
    public void recordFiring(Firing firing) {
        firings.replace(firing.key(), firing);
    }

    @Override
    public void throttle(ScheduleKey schedule, int atOnce) {
        throttles.put(schedule, atOnce);
    }

    @Override
    public boolean mayBackfill(ScheduleKey schedule) {
        return free(schedule) > 0;
    }

    @Override
    public int dropBackfill(ScheduleKey schedule) {
        var waiting = firings.values().stream()
                .filter(firing -> of(firing.key()).equals(schedule)
                        && firing.cause() == Firing.Cause.BACKFILL
                        && firing.outcome() instanceof Firing.Waiting)
                .map(Firing::key)
                .toList();
        waiting.forEach(firings::remove);
        return waiting.size();
    }

    @Override
    public void addLeftOut(ScheduleKey schedule, LeftOut left) {
        leftOut.computeIfAbsent(schedule, _ -> new ArrayList<>()).add(left);
    }

    @Override
    public List<LeftOut> forgetLeftOut(ScheduleKey schedule, Instant after) {
        var kept = leftOut.getOrDefault(schedule, new ArrayList<>());
        var forgotten =
                kept.stream().filter(left -> left.dueAt().isAfter(after)).toList();
        kept.removeAll(forgotten);
        return forgotten.stream().filter(left -> !left.since().isAfter(after)).toList();
    }

    @Override
    public Page<PastDue> history(ScheduleKey schedule, PageRequest page) {
        var all = Stream.<PastDue>concat(
                        firings.values().stream()
                                .filter(firing -> of(firing.key()).equals(schedule)),
                        leftOut.getOrDefault(schedule, List.of()).stream())
                .sorted(Comparator.comparing(PastDue::dueAt).reversed().thenComparing(past -> past instanceof LeftOut))
                .toList();
        var from = page.token() == null ? 0 : Integer.parseInt(page.token());
        var until = Math.min(all.size(), from + page.size());
        return new Page<>(all.subList(from, until), until < all.size() ? Integer.toString(until) : null);
    }

    private long free(ScheduleKey schedule) {
        return throttles.getOrDefault(schedule, 1)
                - firings.values().stream()
                        .filter(firing -> of(firing.key()).equals(schedule)
                                && firing.cause() == Firing.Cause.BACKFILL
                                && firing.run()
                                        .filter(run -> !ended.contains(run))
                                        .isPresent())
                        .count();
    }

    private static ScheduleKey of(Firing.Key firing) {
        return new ScheduleKey(firing.workspace(), firing.schedule());
    }

    private static ScheduleKey key(Schedule schedule) {
        return new ScheduleKey(schedule.workspace(), schedule.name());
    }
}
