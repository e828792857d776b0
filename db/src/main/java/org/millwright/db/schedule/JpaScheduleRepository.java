package org.millwright.db.schedule;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Outbox;
import org.millwright.experiment.RunId;
import org.millwright.schedule.ScheduleName;
import org.millwright.schedule.model.Firing;
import org.millwright.schedule.model.Schedule;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.shared.Change;
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
    public boolean claimFiring(WorkspaceName workspace, ScheduleName schedule, Instant dueAt, Instant now) {
        return database.update("""
                        INSERT INTO schedule.firing (workspace, schedule, due_at, fired_at) VALUES (?, ?, ?, ?)
                        ON CONFLICT DO NOTHING
                        """, workspace.value(), schedule.value(), dueAt, now) == 1;
    }

    @Override
    public void recordFiring(Firing firing) {
        database.update(
                """
                UPDATE schedule.firing SET fired_at = ?, run = ?, refusal = ?
                WHERE workspace = ? AND schedule = ? AND due_at = ?
                """,
                firing.firedAt(),
                firing.run() == null ? null : firing.run().value(),
                firing.refusal(),
                firing.workspace().value(),
                firing.schedule().value(),
                firing.dueAt());
    }

    @Override
    public List<Firing> firings(WorkspaceName workspace, ScheduleName schedule, int most) {
        return database.query(
                """
                SELECT due_at, fired_at, run, refusal FROM schedule.firing
                WHERE workspace = ? AND schedule = ? ORDER BY due_at DESC LIMIT ?
                """,
                row -> {
                    var run = row.getString("run");
                    return new Firing(
                            workspace,
                            schedule,
                            Database.requiredInstant(row, "due_at"),
                            Database.requiredInstant(row, "fired_at"),
                            run == null ? null : new RunId(run),
                            row.getString("refusal"));
                },
                workspace.value(),
                schedule.value(),
                most);
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
