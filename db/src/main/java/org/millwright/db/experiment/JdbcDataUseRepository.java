package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Map;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Json;
import org.millwright.db.Within;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DataUseRepository;
import org.millwright.workspace.WorkspaceName;

/** The readers of data in PostgreSQL. Each way there has an index of its own. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcDataUseRepository implements DataUseRepository {
    private final Database database;

    @Inject
    public JdbcDataUseRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcDataUseRepository() {
        this(null);
    }

    @Override
    public List<RunId> readersOf(WorkspaceName workspace, String digest, int most) {
        var within = Within.reach(ResourceKind.EXPERIMENT, workspace);
        return database.query(
                """
                SELECT r.id FROM (
                    SELECT run AS key FROM experiment.run_dataset WHERE digest = ?
                    UNION
                    SELECT key FROM experiment.run
                    WHERE job IS NOT NULL AND job -> 'inputs' @> CAST(? AS jsonb)
                ) reader JOIN experiment.run r ON r.key = reader.key
                WHERE r.workspace = ? AND r.deleted_at IS NULL%s
                ORDER BY r.start_time DESC, r.id LIMIT %d
                """.formatted(within.and("r.experiment"), most),
                row -> new RunId(row.getString(1)),
                within.behind(
                        digest, Json.write(List.of(Map.of("snapshot", digest))).value(), workspace.value()));
    }

    @Override
    public List<RunId> readersOfModel(WorkspaceName workspace, String loggedModel, int most) {
        var within = Within.reach(ResourceKind.EXPERIMENT, workspace);
        return database.query(
                """
                SELECT r.id FROM (
                    SELECT DISTINCT run FROM experiment.run_model WHERE model = ? AND direction = 'INPUT'
                ) reader JOIN experiment.run r ON r.key = reader.run
                WHERE r.workspace = ? AND r.deleted_at IS NULL%s
                ORDER BY r.start_time DESC, r.id LIMIT %d
                """.formatted(within.and("r.experiment"), most),
                row -> new RunId(row.getString(1)),
                within.behind(loggedModel, workspace.value()));
    }
}
