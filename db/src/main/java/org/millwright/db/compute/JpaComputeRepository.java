package org.millwright.db.compute;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.millwright.access.ResourceKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.NodeState;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.compute.model.Quota;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Within;
import org.millwright.shared.Notifications;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Compute targets in PostgreSQL, with a row for each node. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaComputeRepository implements ComputeRepository {
    private final Database database;

    @Inject
    public JpaComputeRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JpaComputeRepository() {
        this(null);
    }

    @Override
    public Optional<ComputeTarget> find(WorkspaceName workspace, ComputeName name) {
        return database.find(TargetRow.class, new NamedKey(workspace, name)).map(TargetRow::toTarget);
    }

    @Override
    public List<ComputeTarget> of(WorkspaceName workspace) {
        var within = Within.reach(ResourceKind.COMPUTE, workspace);
        return database
                .rows(
                        TargetRow.class,
                        "SELECT c.* FROM compute.target c WHERE c.workspace = ?%s ORDER BY c.name"
                                .formatted(within.and("c.name")),
                        within.behind(workspace.value()))
                .stream()
                .map(TargetRow::toTarget)
                .toList();
    }

    @Override
    public List<Node> nodes(WorkspaceName workspace, ComputeName name) {
        return database.query(
                """
                SELECT n.node, n.run, c.started_at IS NOT NULL AS started, c.making_room_at IS NOT NULL AS making_room,
                    n.drained OR row_number() OVER (ORDER BY n.node) > t.max_nodes AS draining
                FROM compute.node n
                JOIN compute.target t ON t.workspace = n.workspace AND t.name = n.compute
                LEFT JOIN compute.claim c ON c.run = n.run
                WHERE n.workspace = ? AND n.compute = ?
                ORDER BY n.node
                """,
                row -> {
                    var run = row.getString("run");
                    return new Node(
                            row.getInt("node"),
                            NodeState.of(
                                    run != null,
                                    row.getBoolean("started"),
                                    row.getBoolean("making_room"),
                                    row.getBoolean("draining")),
                            run);
                },
                workspace.value(),
                name.value());
    }

    @Override
    public int queueLength(WorkspaceName workspace, ComputeName name) {
        return database.query(
                        "SELECT count(*) FROM compute.run_queue WHERE workspace = ? AND compute = ?",
                        row -> row.getInt(1),
                        workspace.value(),
                        name.value())
                .getFirst();
    }

    @Override
    public List<Waiter> queue(WorkspaceName workspace, ComputeName name, int most) {
        return database.query(
                """
                SELECT run, team, username, priority, nodes, enqueued_at FROM compute.run_queue
                WHERE workspace = ? AND compute = ?
                ORDER BY -priority, enqueued_at, sequence LIMIT ?
                """,
                row -> new Waiter(
                        row.getString("run"),
                        row.getString("team"),
                        row.getString("username"),
                        row.getInt("priority"),
                        row.getInt("nodes"),
                        Database.requiredInstant(row, "enqueued_at")),
                workspace.value(),
                name.value(),
                most);
    }

    @Override
    public List<Scaling> scalings(WorkspaceName workspace, ComputeName name, int most) {
        return database.query(
                """
                SELECT at, before, after, why FROM compute.scaling
                WHERE workspace = ? AND compute = ? ORDER BY id DESC LIMIT ?
                """,
                row -> new Scaling(
                        Database.requiredInstant(row, "at"),
                        row.getInt("before"),
                        row.getInt("after"),
                        row.getString("why")),
                workspace.value(),
                name.value(),
                most);
    }

    @Override
    public void save(ComputeTarget target) {
        var workspace = target.workspace().value();
        var name = target.name().value();
        if (target.revision().isUnsaved()) {
            database.add(new TargetRow(target), "compute", name);
        } else {
            database.current(TargetRow.class, new NamedKey(workspace, name), target.revision(), "compute", name)
                    .write(target);
            database.flush("compute", name);
        }
        // As many as it has at least, in the gaps first; and no more than it may have, the idle ones with the highest
        // numbers
        // first.
        database.update(
                """
                INSERT INTO compute.node (workspace, compute, node, idle_since)
                SELECT CAST(? AS text), CAST(? AS text), number, clock_timestamp()
                FROM generate_series(1, ?) AS number
                WHERE NOT EXISTS (
                    SELECT 1 FROM compute.node n WHERE n.workspace = ? AND n.compute = ? AND n.node = number)
                ORDER BY number
                LIMIT greatest(0, ? - (SELECT count(*) FROM compute.node n WHERE n.workspace = ? AND n.compute = ?))
                ON CONFLICT DO NOTHING
                """,
                workspace,
                name,
                2 * target.kind().maxNodes(),
                workspace,
                name,
                target.kind().minNodes(),
                workspace,
                name);
        database.update(LET_GO, workspace, name, workspace, name, workspace, name);
        database.wake(Notifications.RUN_QUEUE);
    }

    /** Idle nodes beyond the most that the target may have. */
    static final String LET_GO = """
            DELETE FROM compute.node d WHERE d.workspace = ? AND d.compute = ? AND d.run IS NULL AND d.node IN (
                SELECT n.node FROM compute.node n
                WHERE n.workspace = ? AND n.compute = ? AND n.run IS NULL
                ORDER BY n.node DESC
                LIMIT (SELECT greatest(0, count(*) - max(t.max_nodes))
                       FROM compute.node a JOIN compute.target t ON t.workspace = a.workspace AND t.name = a.compute
                       WHERE a.workspace = ? AND a.compute = ?))
            """;

    @Override
    public void delete(ComputeTarget target) {
        var workspace = target.workspace().value();
        var name = target.name().value();
        var row = database.current(TargetRow.class, new NamedKey(workspace, name), target.revision(), "compute", name);
        // Nobody puts a run in its queue from now on, so what is counted stays.
        database.query(
                "SELECT 1 FROM compute.target WHERE workspace = ? AND name = ? FOR UPDATE", _ -> true, workspace, name);
        var used = count("claim", workspace, name);
        var waiting = count("run_queue", workspace, name);
        if (used + waiting > 0) {
            throw new Refused(new Problem.WrongState(
                    "compute", name, "in use: %d runs on it, %d waiting for it".formatted(used, waiting), "delete"));
        }
        database.entities().remove(row);
        database.flush("compute", name);
    }

    private int count(String table, String workspace, String name) {
        return database.query(
                        "SELECT count(*) FROM compute.%s WHERE workspace = ? AND compute = ?".formatted(table),
                        row -> row.getInt(1),
                        workspace,
                        name)
                .getFirst();
    }

    @Override
    public boolean drain(WorkspaceName workspace, ComputeName name, int node, boolean drained) {
        var found = database.update(
                "UPDATE compute.node SET drained = ? WHERE workspace = ? AND compute = ? AND node = ?",
                drained,
                workspace.value(),
                name.value(),
                node);
        database.wake(Notifications.RUN_QUEUE);
        return found == 1;
    }

    @Override
    public List<Quota> quotas(WorkspaceName workspace, ComputeName name) {
        return Quotas.of(database, workspace.value(), name.value());
    }

    @Override
    public void setQuota(WorkspaceName workspace, ComputeName name, Quota quota) {
        database.update(
                """
                INSERT INTO compute.quota (workspace, compute, holder, subject, nominal, borrow) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (workspace, compute, holder, subject)
                DO UPDATE SET nominal = excluded.nominal, borrow = excluded.borrow
                """, workspace.value(), name.value(), quota.holder(), quota.subject(), quota.nominal(), quota.borrow());
        database.wake(Notifications.RUN_QUEUE);
    }

    @Override
    public boolean removeQuota(WorkspaceName workspace, ComputeName name, Quota.Holder holder, String subject) {
        var removed = database.update(
                "DELETE FROM compute.quota WHERE workspace = ? AND compute = ? AND holder = ? AND subject = ?",
                workspace.value(),
                name.value(),
                holder,
                subject);
        database.wake(Notifications.RUN_QUEUE);
        return removed == 1;
    }
}
