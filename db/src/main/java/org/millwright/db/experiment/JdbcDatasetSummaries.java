package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.Within;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.DatasetSummaries;
import org.millwright.experiment.model.DatasetSummary;
import org.millwright.workspace.WorkspaceName;

/** What runs read, over whole experiments, in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcDatasetSummaries implements DatasetSummaries {
    private final Database database;

    @Inject
    public JdbcDatasetSummaries(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcDatasetSummaries() {
        this(null);
    }

    @Override
    public List<DatasetSummary> of(WorkspaceName workspace, List<ExperimentId> experiments, int most) {
        var within = Within.reach(ResourceKind.EXPERIMENT, workspace);
        return database.query(
                """
                SELECT DISTINCT r.experiment, d.name, d.digest, d.tags ->> 'mlflow.data.context' AS context
                FROM experiment.run r JOIN experiment.run_dataset d ON d.run = r.key
                WHERE r.workspace = ? AND r.experiment = ANY (?) AND r.deleted_at IS NULL
                ORDER BY r.experiment, d.name, d.digest, context LIMIT ?
                """,
                row -> new DatasetSummary(
                        new ExperimentId(row.getLong("experiment")),
                        row.getString("name"),
                        row.getString("digest"),
                        row.getString("context")),
                workspace.value(),
                Values.of(
                        "bigint", experiments.stream().filter(within::includes).toList(), ExperimentId::value),
                most);
    }
}
