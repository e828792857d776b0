package org.millwright.db.retention;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.Json;
import org.millwright.db.SnapshotLock;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.model.Purge;
import org.millwright.retention.model.PurgeRepository;
import org.millwright.workspace.WorkspaceName;

/** Takes out the rows of what is purged. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcPurgeRepository implements PurgeRepository {
    /** What was logged in numbers; the tables have no foreign key, or cascade over more rows than one transaction should. */
    private static final List<String> POINTS = List.of("experiment.metric_point", "experiment.model_metric");

    private static final Comparator<ContentDigest> BY_VALUE = Comparator.comparing(ContentDigest::value);

    private final Database database;

    @Inject
    public JdbcPurgeRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcPurgeRepository() {
        this(null);
    }

    @Override
    public List<Purge> ordered(int most) {
        return database.query(
                "SELECT kind, id, workspace, files FROM retention.purge ORDER BY sequence LIMIT ?",
                row -> {
                    var files = row.getString("files");
                    return new Purge(
                            new WorkspaceName(row.getString("workspace")),
                            DeletedKind.valueOf(row.getString("kind")),
                            row.getString("id"),
                            files == null ? null : new ArtifactPath(files));
                },
                (long) most);
    }

    @Override
    public List<DoomedRun> runs(Purge purge, int most) {
        var which =
                switch (purge.kind()) {
                    case RUN -> "r.id = ?";
                    case EXPERIMENT -> "r.experiment = CAST(? AS bigint)";
                    case LOGGED_MODEL, MODEL, MODEL_VERSION -> "";
                };
        if (which.isEmpty()) {
            return List.of();
        }
        var snapshots = new LinkedHashMap<String, Set<ContentDigest>>();
        var keys = new HashMap<String, Long>();
        database.query(
                """
                SELECT r.id, r.key, s.digest FROM (
                    SELECT r.id, r.key, r.job FROM experiment.run r WHERE %s ORDER BY r.id LIMIT ?
                ) AS r LEFT JOIN LATERAL (
                    SELECT r.job ->> 'code' AS digest
                    UNION ALL
                    SELECT i ->> 'snapshot' FROM jsonb_array_elements(r.job -> 'inputs') AS i
                ) AS s ON s.digest IS NOT NULL
                ORDER BY r.id
                """.formatted(which),
                row -> {
                    keys.put(row.getString("id"), row.getLong("key"));
                    var ofRun = snapshots.computeIfAbsent(row.getString("id"), _ -> new TreeSet<>(BY_VALUE));
                    var digest = row.getString("digest");
                    return digest == null || ofRun.add(new ContentDigest(digest));
                },
                purge.id(),
                (long) most);
        var attempts = new HashMap<String, List<AttemptId>>();
        database.query(
                "SELECT run, number FROM experiment.run_attempt WHERE run = ANY (?) ORDER BY run, number",
                row -> attempts.computeIfAbsent(row.getString("run"), _ -> new ArrayList<>())
                        .add(new AttemptId(row.getString("run"), row.getInt("number"))),
                new Values("text", snapshots.keySet().toArray()));
        return snapshots.entrySet().stream()
                .map(run -> new DoomedRun(
                        keys.getOrDefault(run.getKey(), 0L),
                        attempts.getOrDefault(run.getKey(), List.of()),
                        run.getValue()))
                .toList();
    }

    @Override
    public int erasePoints(List<DoomedRun> runs, int most) {
        var keys = keys(runs);
        for (var table : POINTS) {
            var erased = database.update("""
                    DELETE FROM %1$s WHERE run = ANY (?)
                        AND ctid = ANY (ARRAY(SELECT p.ctid FROM %1$s p WHERE p.run = ANY (?) LIMIT ?))
                    """.formatted(table), keys, keys, (long) most);
            if (erased > 0) {
                return erased;
            }
        }
        return 0;
    }

    @Override
    public void eraseRuns(List<DoomedRun> runs) {
        var keys = keys(runs);
        // Whoever is writing to one of them at this moment is waited for, so that none of its points is left behind.
        database.query(
                "SELECT key FROM experiment.run WHERE key = ANY (?) ORDER BY key FOR UPDATE",
                row -> row.getLong("key"),
                keys);
        for (var table : POINTS) {
            database.update("DELETE FROM %s WHERE run = ANY (?)".formatted(table), keys);
        }
        database.withItsExperiment(!database.query("""
                        SELECT 1 FROM retention.purge WHERE kind = 'EXPERIMENT'
                            AND id IN (SELECT CAST(experiment AS text) FROM experiment.run WHERE key = ANY (?))
                        """, _ -> true, keys).isEmpty());
        database.update("DELETE FROM experiment.run WHERE key = ANY (?)", keys);
        database.withItsExperiment(false);
    }

    @Override
    public boolean isUnused(ContentDigest snapshot, List<DoomedRun> besides) {
        SnapshotLock.exclusive(database, snapshot);
        var inputs = Json.write(List.of(Map.of("snapshot", snapshot.value()))).value();
        return database.query(
                        """
                        SELECT 1 FROM experiment.run
                        WHERE job IS NOT NULL AND job ->> 'code' = ? AND key <> ALL (?)
                        UNION ALL
                        SELECT 1 FROM experiment.run
                        WHERE job IS NOT NULL AND job -> 'inputs' @> CAST(? AS jsonb) AND key <> ALL (?)
                        UNION ALL
                        SELECT 1 FROM schedule.schedule WHERE job ->> 'code' = ? OR job -> 'inputs' @> CAST(? AS jsonb)
                        LIMIT 1
                        """,
                        row -> true,
                        snapshot.value(),
                        keys(besides),
                        inputs,
                        keys(besides),
                        snapshot.value(),
                        inputs)
                .isEmpty();
    }

    @Override
    public void finish(Purge purge) {
        var id = purge.id();
        switch (purge.kind()) {
            case RUN -> {
                // Its rows are gone.
            }
            case EXPERIMENT -> {
                database.update("""
                        DELETE FROM experiment.model_metric
                        WHERE model IN (SELECT id FROM registry.logged_model WHERE experiment = CAST(? AS bigint))
                        """, id);
                database.withItsExperiment(true);
                database.update("DELETE FROM registry.logged_model WHERE experiment = CAST(? AS bigint)", id);
                database.withItsExperiment(false);
                database.update("DELETE FROM experiment.experiment WHERE id = CAST(? AS bigint)", id);
            }
            case LOGGED_MODEL -> {
                database.update("DELETE FROM experiment.model_metric WHERE model = ?", id);
                database.update("DELETE FROM registry.logged_model WHERE id = ?", id);
            }
            case MODEL, MODEL_VERSION ->
                database.update("DELETE FROM registry.deletion WHERE id = CAST(? AS bigint)", id);
        }
        database.update("DELETE FROM retention.purge WHERE kind = ? AND id = ?", purge.kind(), id);
    }

    private static Values keys(List<DoomedRun> runs) {
        return Values.of("int8", runs, DoomedRun::key);
    }
}
