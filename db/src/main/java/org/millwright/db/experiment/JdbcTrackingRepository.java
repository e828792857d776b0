package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.Json;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.MetricSummary;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.Sampling;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * What runs log, in PostgreSQL. This is the hottest path of all, so it is SQL on narrow tables: a batch is one statement,
 * however many points it has.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcTrackingRepository implements TrackingRepository {
    private final Database database;
    private final MetricKeys keys;
    private final MetricPoints points;

    @Inject
    public JdbcTrackingRepository(Database database) {
        this.database = database;
        this.keys = new MetricKeys(database);
        this.points = new MetricPoints(database, keys);
    }

    @SuppressWarnings("NullAway")
    protected JdbcTrackingRepository() {
        this(null);
    }

    @Override
    public void log(RunId run, TrackingBatch batch) {
        log(HeldRuns.find(database, run).orElseThrow(() -> Refused.notFound("run", run)), batch);
    }

    @Override
    public void log(HeldRun run, TrackingBatch batch) {
        if (!batch.parameters().isEmpty()) {
            addParameters(run.id(), run.key(), batch.parameters());
        }
        if (!batch.tags().isEmpty()) {
            setTags(run.key(), batch.tags());
        }
        if (!batch.metrics().isEmpty()) {
            points.add(run, batch.metrics());
            addModelPoints(run.key(), batch.metrics());
        }
    }

    @Override
    public void addTags(RunId run, Map<String, String> tags) {
        var sorted = new TreeMap<>(tags);
        database.update(
                """
                INSERT INTO experiment.run_tag (run, name, value)
                SELECT r.key, given.name, given.value
                FROM experiment.run r, unnest(?, ?) AS given (name, value)
                WHERE r.id = ?
                """,
                new Values("text", sorted.keySet().toArray()),
                new Values("text", sorted.values().toArray()),
                run.value());
    }

    @Override
    public void deleteTag(RunId run, String key) {
        if (database.update("DELETE FROM experiment.run_tag WHERE run = ? AND name = ?", key(run), key) == 0) {
            throw Refused.notFound("tag", key);
        }
    }

    @Override
    public void addDatasets(RunId run, List<DatasetInput> datasets) {
        var key = key(run);
        for (var dataset : datasets) {
            database.update(
                    """
                    INSERT INTO experiment.run_dataset (run, name, digest, source_type, source, schema, profile, tags)
                    VALUES (?, ?, ?, ?, ?, ?, ?, CAST(? AS jsonb))
                    ON CONFLICT (run, name, digest) DO UPDATE SET tags = run_dataset.tags || excluded.tags
                    """,
                    key,
                    dataset.name(),
                    dataset.digest(),
                    dataset.sourceType(),
                    dataset.source(),
                    dataset.schema(),
                    dataset.profile(),
                    Json.write(dataset.tags()).value());
        }
    }

    @Override
    public void addModels(RunId run, List<ModelLink> models) {
        var key = key(run);
        for (var model : models) {
            database.update("""
                    INSERT INTO experiment.run_model (run, model, step, direction) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """, key, model.modelId(), model.step(), model.direction());
        }
    }

    @Override
    public Map<RunId, RunData> read(Collection<RunId> runs) {
        if (runs.isEmpty()) {
            return Map.of();
        }
        var ids = new HashMap<Long, RunId>();
        database.query(
                "SELECT key, id, workspace, experiment FROM experiment.run WHERE id = ANY (?)",
                row -> isIncluded(row) && ids.put(row.getLong("key"), new RunId(row.getString("id"))) == null,
                Values.of("text", List.copyOf(runs), RunId::value));
        // In the order of the primary keys, which the database has without sorting.
        var keys = new Values("int8", ids.keySet().toArray());
        var latest = new Grouped<Long, Metric>();
        database.query(
                """
                SELECT s.run, k.name, s.last_value, s.last_nan, s.last_timestamp, s.last_step
                FROM experiment.metric_summary s JOIN experiment.metric_key k ON k.id = s.key
                WHERE s.run = ANY (?)
                ORDER BY k.name
                """,
                row -> latest.add(
                        row.getLong(1),
                        new Metric(
                                row.getString(2),
                                row.getBoolean(4) ? Double.NaN : row.getDouble(3),
                                row.getLong(5),
                                row.getLong(6))),
                keys);
        var parameters = texts("experiment.run_parameter", keys);
        var tags = texts("experiment.run_tag", keys);
        var datasets = new Grouped<Long, DatasetInput>();
        database.query(
                "SELECT d.* FROM experiment.run_dataset d WHERE d.run = ANY (?) ORDER BY d.sequence",
                row -> datasets.add(
                        row.getLong("run"),
                        new DatasetInput(
                                row.getString("name"),
                                row.getString("digest"),
                                row.getString("source_type"),
                                row.getString("source"),
                                row.getString("schema"),
                                row.getString("profile"),
                                Json.texts(row.getString("tags")))),
                keys);
        var models = new Grouped<Long, ModelLink>();
        database.query(
                "SELECT m.* FROM experiment.run_model m WHERE m.run = ANY (?) ORDER BY m.sequence",
                row -> models.add(
                        row.getLong("run"),
                        new ModelLink(
                                row.getString("model"),
                                row.getLong("step"),
                                ModelLink.Direction.valueOf(row.getString("direction")))),
                keys);
        var data = new HashMap<RunId, RunData>();
        ids.forEach((key, run) -> data.put(
                run,
                new RunData(
                        latest.of(key),
                        parameters.getOrDefault(key, Map.of()),
                        tags.getOrDefault(key, Map.of()),
                        datasets.of(key),
                        models.of(key))));
        for (var run : runs) {
            data.putIfAbsent(run, RunData.EMPTY);
        }
        return data;
    }

    @Override
    public Optional<String> tag(RunId run, String key) {
        return database.query("""
                        SELECT t.value FROM experiment.run r JOIN experiment.run_tag t ON t.run = r.key
                        WHERE r.id = ? AND t.name = ?
                        """, row -> row.getString("value"), run.value(), key).stream()
                .findFirst();
    }

    @Override
    public Page<Metric> history(RunId run, String key, PageRequest page) {
        return points.history(run, key, page);
    }

    @Override
    public List<Metric> sample(RunId run, String key, Sampling sampling) {
        return points.sample(run, key, sampling);
    }

    @Override
    public Map<String, MetricSummary> summaries(RunId run) {
        return points.summaries(run);
    }

    @Override
    public Map<String, List<ModelPoint>> ofModels(Collection<String> modelIds) {
        var measured = new Grouped<String, ModelPoint>();
        database.query(
                """
                SELECT m.model, r.id, r.workspace, r.experiment, k.name, m.timestamp, m.step, m.value, m.nan, m.dataset_name, m.dataset_digest
                FROM experiment.model_metric m
                JOIN experiment.metric_key k ON k.id = m.key
                JOIN experiment.run r ON r.key = m.run
                WHERE m.model = ANY (?)
                ORDER BY m.model, m.timestamp, m.step, k.name, m.value
                """,
                row -> isIncluded(row)
                        && measured.add(
                                row.getString("model"),
                                new ModelPoint(
                                        new RunId(row.getString("id")),
                                        new Metric(
                                                row.getString("name"),
                                                row.getBoolean("nan") ? Double.NaN : row.getDouble("value"),
                                                row.getLong("timestamp"),
                                                row.getLong("step"),
                                                row.getString("model"),
                                                row.getString("dataset_name"),
                                                row.getString("dataset_digest")))),
                new Values("text", modelIds.toArray()));
        return measured.groups;
    }

    @Override
    public void logOnModels(RunId run, List<Metric> points) {
        var key = key(run);
        addModelPoints(key, points);
    }

    private long key(RunId run) {
        return database
                .query(
                        "SELECT key, workspace, experiment FROM experiment.run WHERE id = ?",
                        row -> Map.entry(experiment(row), row.getLong("key")),
                        run.value())
                .stream()
                .filter(found -> Authority.current().sees(found.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> Refused.notFound("run", run));
    }

    /** Of many runs, those are left out whose experiment whoever asks does not reach. */
    private static boolean isIncluded(ResultSet run) throws SQLException {
        return Authority.current().includes(experiment(run));
    }

    private static Resource experiment(ResultSet run) throws SQLException {
        return Resource.of(
                ResourceKind.EXPERIMENT,
                new WorkspaceName(run.getString("workspace")),
                new ExperimentId(run.getLong("experiment")));
    }

    private void addParameters(RunId run, long key, Map<String, String> parameters) {
        var sorted = new TreeMap<>(parameters);
        var names = new Values("text", sorted.keySet().toArray());
        var values = new Values("text", sorted.values().toArray());
        database.update("""
                INSERT INTO experiment.run_parameter (run, name, value)
                SELECT ?, name, value FROM unnest(?, ?) AS given (name, value)
                ON CONFLICT (run, name) DO NOTHING
                """, key, names, values);
        var changed = database.query(
                """
                SELECT p.name, p.value, given.value AS new_value
                FROM unnest(?, ?) AS given (name, value)
                JOIN experiment.run_parameter p ON p.run = ? AND p.name = given.name
                WHERE p.value <> given.value
                ORDER BY p.name LIMIT 1
                """,
                row -> Refused.invalid(
                        "params." + row.getString("name"),
                        "Changing param values is not allowed: run '%s' already has '%s', not '%s'"
                                .formatted(run, row.getString("value"), row.getString("new_value"))),
                names,
                values,
                key);
        if (!changed.isEmpty()) {
            throw changed.getFirst();
        }
    }

    private void setTags(long key, Map<String, String> tags) {
        var sorted = new TreeMap<>(tags);
        database.update(
                """
                INSERT INTO experiment.run_tag (run, name, value)
                SELECT ?, name, value FROM unnest(?, ?) AS given (name, value)
                ON CONFLICT (run, name) DO UPDATE SET value = excluded.value
                """,
                key,
                new Values("text", sorted.keySet().toArray()),
                new Values("text", sorted.values().toArray()));
    }

    private void addModelPoints(long run, List<Metric> metrics) {
        var ofModels =
                metrics.stream().filter(metric -> metric.modelId() != null).toList();
        if (ofModels.isEmpty()) {
            return;
        }
        var numbers = keys.of(ofModels.stream().map(Metric::key).distinct().toList());
        database.update(
                """
                INSERT INTO experiment.model_metric
                    (model, run, key, timestamp, step, value, nan, dataset_name, dataset_digest)
                SELECT given.model, ?, given.key, given.timestamp, given.step, given.value, given.nan,
                    given.dataset_name, given.dataset_digest
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
                    AS given (model, key, timestamp, step, value, nan, dataset_name, dataset_digest)
                ON CONFLICT DO NOTHING
                """,
                run,
                Values.of("text", ofModels, Metric::modelId),
                Values.of("int4", ofModels, metric -> numbers.get(metric.key())),
                Values.of("int8", ofModels, Metric::timestamp),
                Values.of("int8", ofModels, Metric::step),
                Values.of("float8", ofModels, metric -> stored(metric.value())),
                Values.of("bool", ofModels, metric -> Double.isNaN(metric.value())),
                Values.of("text", ofModels, Metric::datasetName),
                Values.of("text", ofModels, Metric::datasetDigest));
    }

    /** A NaN is a 0 with a flag. A negative zero is a zero: it equals it and would not be a point of its own. */
    private static double stored(double value) {
        return Double.isNaN(value) || value == 0 ? 0 : value;
    }

    private Map<Long, Map<String, String>> texts(String table, Values runs) {
        var texts = new HashMap<Long, Map<String, String>>();
        database.query(
                "SELECT run, name, value FROM %s WHERE run = ANY (?) ORDER BY run, name".formatted(table),
                row -> texts.computeIfAbsent(row.getLong(1), _ -> new LinkedHashMap<>())
                                .put(row.getString(2), row.getString(3))
                        == null,
                runs);
        return texts;
    }

    /** Lists by run or model. */
    private static final class Grouped<K, T> {
        private final Map<K, List<T>> groups = new HashMap<>();

        boolean add(K group, T item) {
            return groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(item);
        }

        List<T> of(K group) {
            return List.copyOf(groups.getOrDefault(group, List.of()));
        }
    }
}
