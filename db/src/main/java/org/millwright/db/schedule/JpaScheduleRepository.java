package org.millwright.db.schedule;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Outbox;
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
import org.millwright.workspace.WorkspaceName;

/** Schedules and their firings in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaScheduleRepository implements ScheduleRepository {
    private static final String KIND = "schedule";

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaScheduleRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaScheduleRepository() {
        this(null, null);
    }

    @Override
    public Optional<Schedule> find(WorkspaceName workspace, ScheduleName name) {
        return database.find(ScheduleRow.class, new NamedKey(workspace, name)).map(ScheduleRow::toSchedule);
    }

    @Override
    public List<Schedule> of(WorkspaceName workspace) {
        return database.entities()
                .createQuery(
                        "SELECT s FROM ScheduleRow s WHERE s.workspace = :workspace ORDER BY s.name", ScheduleRow.class)
                .setParameter("workspace", workspace.value())
                .getResultStream()
                .map(ScheduleRow::toSchedule)
                .toList();
    }

    @Override
    public List<Schedule> all() {
        return database.entities()
                .createQuery("SELECT s FROM ScheduleRow s ORDER BY s.workspace, s.name", ScheduleRow.class)
                .getResultStream()
                .map(ScheduleRow::toSchedule)
                .toList();
    }

    @Override
    public void save(Change<Schedule> change) {
        var schedule = change.next();
        if (schedule.revision().isUnsaved()) {
            database.add(new ScheduleRow(schedule), KIND, schedule.name());
        } else {
            current(schedule).write(schedule);
            database.flush(KIND, schedule.name());
        }
        outbox.append(change.events());
    }

    @Override
    public void delete(Change<Schedule> change) {
        var schedule = change.next();
        database.entities().remove(current(schedule));
        database.flush(KIND, schedule.name());
        outbox.append(change.events());
    }

    @Override
    public void tell(Change<Schedule> change) {
        outbox.append(change.events());
    }

    @Override
    public Instant now() {
        return database.query("SELECT clock_timestamp() AS now", row -> Database.requiredInstant(row, "now"))
                .getFirst();
    }

    @Override
    public Optional<Progress> lockProgress(ScheduleKey schedule) {
        return database
                .query(
                        """
                        SELECT accounted_until, next_due FROM schedule.progress
                        WHERE workspace = ? AND schedule = ? FOR UPDATE
                        """,
                        row -> new Progress(
                                Database.requiredInstant(row, "accounted_until"), Database.instant(row, "next_due")),
                        schedule.workspace().value(),
                        schedule.name().value())
                .stream()
                .findFirst();
    }

    @Override
    public void saveProgress(ScheduleKey schedule, Progress progress) {
        database.update(
                """
                INSERT INTO schedule.progress (workspace, schedule, accounted_until, next_due) VALUES (?, ?, ?, ?)
                ON CONFLICT (workspace, schedule) DO UPDATE
                SET accounted_until = excluded.accounted_until, next_due = excluded.next_due
                """,
                schedule.workspace().value(),
                schedule.name().value(),
                progress.accountedUntil(),
                progress.nextDue());
    }

    @Override
    public Optional<Instant> nextDue(ScheduleKey schedule) {
        return database
                .query(
                        """
                        SELECT next_due FROM schedule.progress
                        WHERE workspace = ? AND schedule = ? AND next_due IS NOT NULL
                        """,
                        row -> Database.requiredInstant(row, "next_due"),
                        schedule.workspace().value(),
                        schedule.name().value())
                .stream()
                .findFirst();
    }

    @Override
    public List<ScheduleKey> unaccounted(Instant now, int most) {
        return database.query("""
                SELECT workspace, schedule FROM schedule.progress
                WHERE next_due IS NOT NULL AND (next_due <= ? OR accounted_until > ?) ORDER BY next_due LIMIT ?
                """, JpaScheduleRepository::scheduleKey, now, now, most);
    }

    @Override
    public boolean addFiring(Firing waiting) {
        return database.update(
                        """
                        INSERT INTO schedule.firing (workspace, schedule, due_at, fired_at, cause, next_try)
                        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                        """,
                        waiting.key().workspace().value(),
                        waiting.key().schedule().value(),
                        waiting.dueAt(),
                        waiting.firedAt(),
                        waiting.cause(),
                        waiting.outcome() instanceof Firing.Waiting(var _, var nextTry, var _) ? nextTry : null)
                == 1;
    }

    @Override
    public Optional<Firing> firing(Firing.Key key) {
        return firing(key, "SELECT * FROM schedule.firing WHERE workspace = ? AND schedule = ? AND due_at = ?");
    }

    @Override
    public Optional<Firing> claim(Firing.Key key) {
        return firing(key, """
                SELECT * FROM schedule.firing
                WHERE workspace = ? AND schedule = ? AND due_at = ? AND next_try IS NOT NULL FOR UPDATE SKIP LOCKED
                """);
    }

    private Optional<Firing> firing(Firing.Key key, String sql) {
        return database
                .query(
                        sql,
                        row -> firing(key, row),
                        key.workspace().value(),
                        key.schedule().value(),
                        key.dueAt())
                .stream()
                .findFirst();
    }

    @Override
    public Set<Instant> known(ScheduleKey schedule, Collection<Instant> dueTimes) {
        return Set.copyOf(database.query(
                """
                SELECT due_at FROM schedule.firing
                WHERE workspace = ? AND schedule = ? AND due_at = ANY (CAST(? AS timestamptz[]))
                """,
                row -> Database.requiredInstant(row, "due_at"),
                schedule.workspace().value(),
                schedule.name().value(),
                Database.Values.of("text", List.copyOf(dueTimes), Instant::toString)));
    }

    @Override
    public long countFirings(ScheduleKey schedule, Instant since, Instant until) {
        return database.query(
                        """
                        SELECT count(*) AS firings FROM schedule.firing
                        WHERE workspace = ? AND schedule = ? AND due_at BETWEEN ? AND ? AND cause <> 'BY_HAND'
                        """,
                        row -> row.getLong("firings"),
                        schedule.workspace().value(),
                        schedule.name().value(),
                        since,
                        until)
                .getFirst();
    }

    @Override
    public List<Firing.Key> ready(Instant now, int most) {
        return database.query(
                """
                SELECT workspace, schedule, due_at FROM (
                    SELECT f.workspace, f.schedule, f.due_at, f.cause, p.backfill_limit,
                        row_number() OVER (PARTITION BY f.workspace, f.schedule, f.cause ORDER BY f.due_at) AS place
                    FROM schedule.firing f JOIN schedule.progress p USING (workspace, schedule)
                    WHERE f.next_try IS NOT NULL AND (f.next_try <= ? OR f.fired_at > ?)
                ) waiting
                WHERE cause <> 'BACKFILL' OR place <= backfill_limit - (
                    SELECT count(*) FROM schedule.firing b JOIN experiment.run r ON r.id = b.run
                    WHERE b.workspace = waiting.workspace AND b.schedule = waiting.schedule AND b.cause = 'BACKFILL'
                        AND r.ended_at IS NULL AND r.deleted_at IS NULL)
                ORDER BY due_at, workspace, schedule LIMIT ?
                """,
                row -> new Firing.Key(
                        new WorkspaceName(row.getString("workspace")),
                        new ScheduleName(row.getString("schedule")),
                        Database.requiredInstant(row, "due_at")),
                now,
                now,
                most);
    }

    @Override
    public void recordFiring(Firing firing) {
        var waiting = firing.outcome() instanceof Firing.Waiting w ? w : null;
        database.update(
                """
                UPDATE schedule.firing
                SET fired_at = ?, cause = ?, run = ?, refusal = ?, tries = coalesce(?, tries), next_try = ?, trouble = ?
                WHERE workspace = ? AND schedule = ? AND due_at = ?
                """,
                firing.firedAt(),
                firing.cause(),
                firing.outcome() instanceof Firing.Started(var run) ? run.value() : null,
                firing.outcome() instanceof Firing.Refusal(var why) ? why : null,
                waiting == null ? null : waiting.tries(),
                waiting == null ? null : waiting.nextTry(),
                waiting == null ? null : waiting.trouble(),
                firing.key().workspace().value(),
                firing.key().schedule().value(),
                firing.dueAt());
    }

    @Override
    public void throttle(ScheduleKey schedule, int atOnce) {
        database.update(
                "UPDATE schedule.progress SET backfill_limit = ? WHERE workspace = ? AND schedule = ?",
                atOnce,
                schedule.workspace().value(),
                schedule.name().value());
    }

    @Override
    public boolean mayBackfill(ScheduleKey schedule) {
        lockProgress(schedule); // so that two servers do not both find the last place
        return !database.query(
                        """
                        SELECT 1 FROM schedule.progress p
                        WHERE p.workspace = ? AND p.schedule = ? AND p.backfill_limit > (
                            SELECT count(*) FROM schedule.firing f JOIN experiment.run r ON r.id = f.run
                            WHERE f.workspace = p.workspace AND f.schedule = p.schedule AND f.cause = 'BACKFILL'
                                AND r.ended_at IS NULL AND r.deleted_at IS NULL)
                        """,
                        _ -> true,
                        schedule.workspace().value(),
                        schedule.name().value())
                .isEmpty();
    }

    @Override
    public int dropBackfill(ScheduleKey schedule) {
        return database.update(
                """
                DELETE FROM schedule.firing
                WHERE workspace = ? AND schedule = ? AND cause = 'BACKFILL' AND next_try IS NOT NULL
                """, schedule.workspace().value(), schedule.name().value());
    }

    @Override
    public void addLeftOut(ScheduleKey schedule, LeftOut leftOut) {
        database.update(
                """
                INSERT INTO schedule.left_out (workspace, schedule, since, due_at, times, reason, noted_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                schedule.workspace().value(),
                schedule.name().value(),
                leftOut.since(),
                leftOut.dueAt(),
                leftOut.times(),
                leftOut.reason(),
                leftOut.notedAt());
    }

    @Override
    public List<LeftOut> forgetLeftOut(ScheduleKey schedule, Instant after) {
        return database
                .query(
                        """
                        DELETE FROM schedule.left_out WHERE workspace = ? AND schedule = ? AND due_at > ?
                        RETURNING since, due_at, times, reason, noted_at
                        """,
                        JpaScheduleRepository::leftOut,
                        schedule.workspace().value(),
                        schedule.name().value(),
                        after)
                .stream()
                .filter(left -> !left.since().isAfter(after))
                .toList();
    }

    @Override
    public Page<PastDue> history(ScheduleKey schedule, PageRequest page) {
        var before = Place.read(page.token());
        List<PastDue> rows = database.query(
                """
                SELECT * FROM (
                    SELECT due_at, 1 AS kind, fired_at, cause, run, refusal, tries, next_try, trouble,
                        CAST(NULL AS timestamptz) AS since, CAST(NULL AS bigint) AS times, CAST(NULL AS text) AS reason,
                        CAST(NULL AS timestamptz) AS noted_at
                    FROM schedule.firing WHERE workspace = ? AND schedule = ? AND due_at <= ?
                    UNION ALL
                    SELECT due_at, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, since, times, reason, noted_at
                    FROM schedule.left_out WHERE workspace = ? AND schedule = ? AND due_at <= ?
                ) past
                WHERE (due_at, kind) < (?, ?) ORDER BY due_at DESC, kind DESC LIMIT ?
                """,
                row -> row.getInt("kind") == 0
                        ? leftOut(row)
                        : firing(
                                new Firing.Key(
                                        schedule.workspace(), schedule.name(), Database.requiredInstant(row, "due_at")),
                                row),
                schedule.workspace().value(),
                schedule.name().value(),
                before.dueAt(),
                schedule.workspace().value(),
                schedule.name().value(),
                before.dueAt(),
                before.dueAt(),
                before.kind(),
                page.size() + 1);
        if (rows.size() <= page.size()) {
            return Page.last(rows);
        }
        var shown = rows.subList(0, page.size());
        return new Page<>(shown, Place.of(shown.getLast()).toToken());
    }

    /** Where in the history a page ends. */
    private record Place(Instant dueAt, int kind) {
        /** Later than any time that is kept. */
        private static final Place END = new Place(Instant.parse("9999-01-01T00:00:00Z"), 0);

        static Place of(PastDue last) {
            return new Place(last.dueAt(), last instanceof Firing ? 1 : 0);
        }

        String toToken() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, dueAt) + "." + kind;
        }

        static Place read(@Nullable String token) {
            if (token == null) {
                return END;
            }
            if (!token.matches("\\d{1,17}\\.[01]")) {
                throw Refused.invalid("page", "not a token that this server gave");
            }
            var dot = token.indexOf('.');
            return new Place(
                    Instant.EPOCH.plus(Long.parseLong(token.substring(0, dot)), ChronoUnit.MICROS),
                    token.charAt(dot + 1) - '0');
        }
    }

    private static ScheduleKey scheduleKey(ResultSet row) throws SQLException {
        return new ScheduleKey(
                new WorkspaceName(row.getString("workspace")), new ScheduleName(row.getString("schedule")));
    }

    private static LeftOut leftOut(ResultSet row) throws SQLException {
        return new LeftOut(
                Database.requiredInstant(row, "since"),
                Database.requiredInstant(row, "due_at"),
                row.getLong("times"),
                LeftOut.Reason.valueOf(row.getString("reason")),
                Database.requiredInstant(row, "noted_at"));
    }

    private static Firing firing(Firing.Key key, ResultSet row) throws SQLException {
        return new Firing(
                key,
                Firing.Cause.valueOf(row.getString("cause")),
                Database.requiredInstant(row, "fired_at"),
                outcome(row));
    }

    private static Firing.Outcome outcome(ResultSet row) throws SQLException {
        var run = row.getString("run");
        if (run != null) {
            return new Firing.Started(new RunId(run));
        }
        var refusal = row.getString("refusal");
        return refusal != null
                ? new Firing.Refusal(refusal)
                : new Firing.Waiting(
                        row.getInt("tries"), Database.requiredInstant(row, "next_try"), row.getString("trouble"));
    }

    private ScheduleRow current(Schedule schedule) {
        return database.current(
                ScheduleRow.class,
                new NamedKey(schedule.workspace(), schedule.name()),
                schedule.revision(),
                KIND,
                schedule.name());
    }
}
