package org.millwright.db.experiment;

import java.util.Optional;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.HeldRun;
import org.millwright.workspace.WorkspaceName;

/** Reads the few columns of a run that each call which logs needs, and locks its row. */
final class HeldRuns {
    private HeldRuns() {}

    static Optional<HeldRun> find(Database database, RunId run) {
        // The lock lets rows refer to the run, but holds off its purge and whoever else logs to it.
        return database
                .query(
                        """
                        SELECT key, workspace, experiment, deleted_at IS NOT NULL AS deleted,
                            CASE WHEN (SELECT CAST(w.settings ->> 'freezeRegisteredRuns' AS boolean)
                                       FROM workspace.workspace w WHERE w.name = r.workspace)
                                THEN (SELECT v.model || ':' || v.version FROM registry.model_version v
                                      WHERE v.run = r.id LIMIT 1)
                            END AS frozen_by
                        FROM experiment.run r WHERE id = ? FOR NO KEY UPDATE OF r
                        """,
                        row -> new HeldRun(
                                run,
                                row.getLong("key"),
                                new WorkspaceName(row.getString("workspace")),
                                new ExperimentId(row.getLong("experiment")),
                                row.getBoolean("deleted"),
                                row.getString("frozen_by")),
                        run.value())
                .stream()
                .filter(held -> Authority.current()
                        .sees(Resource.of(ResourceKind.EXPERIMENT, held.workspace(), held.experiment())))
                .findFirst();
    }
}
