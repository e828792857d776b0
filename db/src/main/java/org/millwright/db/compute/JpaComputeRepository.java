package org.millwright.db.compute;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.millwright.access.ResourceKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Within;
import org.millwright.shared.Notifications;
import org.millwright.workspace.WorkspaceName;

/** Compute targets in PostgreSQL, with a row for each slot. */
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
    public List<SlotUse> slots(WorkspaceName workspace, ComputeName name) {
        return database.query(
                """
                SELECT s.slot, s.run
                FROM compute.slot s JOIN compute.target c ON c.workspace = s.workspace AND c.name = s.compute
                WHERE s.workspace = ? AND s.compute = ? AND (s.slot <= c.max_nodes OR s.run IS NOT NULL)
                ORDER BY s.slot
                """, row -> new SlotUse(row.getInt("slot"), row.getString("run")), workspace.value(), name.value());
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
        database.update("""
                INSERT INTO compute.slot (workspace, compute, slot)
                SELECT CAST(? AS text), CAST(? AS text), number FROM generate_series(1, ?) AS number
                ON CONFLICT DO NOTHING
                """, workspace, name, target.kind().maxNodes());
        database.update(
                "DELETE FROM compute.slot WHERE workspace = ? AND compute = ? AND slot > ? AND run IS NULL",
                workspace,
                name,
                target.kind().maxNodes());
        database.wake(Notifications.RUN_QUEUE);
    }
}
