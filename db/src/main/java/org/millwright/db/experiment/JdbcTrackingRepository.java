package org.millwright.db.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millwright.db.Database;
import org.millwright.db.Database.Values;
import org.millwright.db.Json;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/**
 * What runs log, in PostgreSQL. This is the hottest path of all, so it is SQL on narrow tables: a batch is one statement,
 * however many points it has.
 */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcTrackingRepository implements TrackingRepository {
    private final Database database;

    @Inject
    public JdbcTrackingRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcTrackingRepository() {
        this(null);
    }

    @Override
    public void log(RunId run, TrackingBatch batch) {
        var key = key(run);
        if (!batch.parameters().isEmpty()) {
            addParameters(run, key, batch.parameters());
        }
        if (!batch.tags().isEmpty()) {
            setTags(key, batch.tags());
        }
        if (!batch.metrics().isEmpty()) {
            intern(batch.metrics());
            addPoints(key, batch.metrics());
            addModelPoints(key, batch.metrics());
        }
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
        var ids = Values.of("text", List.copyOf(runs), RunId::value);
        var latest = new Grouped<Metric>();
        database.query(
                """
                SELECT r.id, k.name, s.last_value, s.last_nan, s.last_timestamp, s.last_step
                FROM experiment.run r
                JOIN experiment.metric_summary s ON s.run = r.key
                JOIN experiment.metric_key k ON k.id = s.key
                WHERE r.id = ANY (?)
                ORDER BY k.name
                """,
                row -> latest.add(
                        row.getString("id"),
                        new Metric(
                                row.getString("name"),
                                row.getBoolean("last_nan") ? Double.NaN : row.getDouble("last_value"),
                                row.getLong("last_timestamp"),
                                row.getLong("last_step"))),
                ids);
        var parameters = texts("experiment.run_parameter", ids);
        var tags = texts("experiment.run_tag", ids);
        var datasets = new Grouped<DatasetInput>();
        database.query(
                """
                SELECT r.id, d.* FROM experiment.run r JOIN experiment.run_dataset d ON d.run = r.key
                WHERE r.id = ANY (?) ORDER BY d.sequence
                """,
                row -> datasets.add(
                        row.getString("id"),
                        new DatasetInput(
                                row.getString("name"),
                                row.getString("digest"),
                                row.getString("source_type"),
                                row.getString("source"),
                                row.getString("schema"),
                                row.getString("profile"),
                                Json.texts(row.getString("tags")))),
                ids);
        var models = new Grouped<ModelLink>();
        database.query(
                """
                SELECT r.id, m.* FROM experiment.run r JOIN experiment.run_model m ON m.run = r.key
                WHERE r.id = ANY (?) ORDER BY m.sequence
                """,
                row -> models.add(
                        row.getString("id"),
                        new ModelLink(
                                row.getString("model"),
                                row.getLong("step"),
                                ModelLink.Direction.valueOf(row.getString("direction")))),
                ids);
        var data = new HashMap<RunId, RunData>();
        for (var run : runs) {
            var id = run.value();
            data.put(
                    run,
                    new RunData(
                            latest.of(id),
                            parameters.getOrDefault(id, Map.of()),
                            tags.getOrDefault(id, Map.of()),
                            datasets.of(id),
                            models.of(id)));
        }
        return data;
    }

    @Override
    public Page<Metric> history(RunId run, String key, PageRequest page) {
        var behind = page.token() == null ? Place.FIRST : Place.parse(page.token());
        var points = database.query(
                """
                SELECT p.timestamp, p.step, p.value, p.nan
                FROM experiment.metric_point p
                WHERE p.run = (SELECT key FROM experiment.run WHERE id = ?)
                  AND p.key = (SELECT id FROM experiment.metric_key WHERE name = ?)
                  AND (p.timestamp, p.step, p.value, p.nan) > (?, ?, ?, ?)
                ORDER BY p.timestamp, p.step, p.value, p.nan
                LIMIT ?
                """,
                row -> point(key, row),
                run.value(),
                key,
                behind.timestamp(),
                behind.step(),
                behind.value(),
                behind.notANumber(),
                page.size() + 1L);
        if (points.size() <= page.size()) {
            return Page.last(points);
        }
        var shown = points.subList(0, page.size());
        return new Page<>(shown, Place.of(shown.getLast()).token());
    }

    @Override
    public List<Metric> ofModel(String modelId) {
        return database.query(
                """
                SELECT k.name, m.timestamp, m.step, m.value, m.nan, m.dataset_name, m.dataset_digest
                FROM experiment.model_metric m JOIN experiment.metric_key k ON k.id = m.key
                WHERE m.model = ?
                ORDER BY m.timestamp, m.step, k.name, m.value
                """,
                row -> new Metric(
                        row.getString("name"),
                        row.getBoolean("nan") ? Double.NaN : row.getDouble("value"),
                        row.getLong("timestamp"),
                        row.getLong("step"),
                        modelId,
                        row.getString("dataset_name"),
                        row.getString("dataset_digest")),
                modelId);
    }

    @Override
    public List<ModelPoint> measuredOn(String modelId) {
        return database.query(
                """
                SELECT r.id, k.name, m.timestamp, m.step, m.value, m.nan, m.dataset_name, m.dataset_digest
                FROM experiment.model_metric m
                JOIN experiment.metric_key k ON k.id = m.key
                JOIN experiment.run r ON r.key = m.run
                WHERE m.model = ?
                ORDER BY k.name, r.id, m.timestamp, m.step, m.value, m.nan
                """,
                row -> new ModelPoint(
                        new RunId(row.getString("id")),
                        new Metric(
                                row.getString("name"),
                                row.getBoolean("nan") ? Double.NaN : row.getDouble("value"),
                                row.getLong("timestamp"),
                                row.getLong("step"),
                                modelId,
                                row.getString("dataset_name"),
                                row.getString("dataset_digest"))),
                modelId);
    }

    private long key(RunId run) {
        var keys =
                database.query("SELECT key FROM experiment.run WHERE id = ?", row -> row.getLong("key"), run.value());
        if (keys.isEmpty()) {
            throw Refused.notFound("run", run);
        }
        return keys.getFirst();
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

    /** Gives each name a number, in order, so that two batches that bring the same names do not wait for each other in a ring. */
    private void intern(List<Metric> metrics) {
        database.update(
                """
                INSERT INTO experiment.metric_key (name)
                SELECT given.name FROM unnest(?) AS given (name)
                WHERE NOT EXISTS (SELECT 1 FROM experiment.metric_key k WHERE k.name = given.name)
                ORDER BY given.name
                ON CONFLICT (name) DO NOTHING
                """,
                new Values(
                        "text",
                        metrics.stream().map(Metric::key).distinct().sorted().toArray()));
    }

    private void addPoints(long run, List<Metric> metrics) {
        database.update(
                """
                WITH added AS (
                    INSERT INTO experiment.metric_point (run, key, timestamp, step, value, nan)
                    SELECT ?, k.id, given.timestamp, given.step, given.value, given.nan
                    FROM unnest(?, ?, ?, ?, ?) AS given (name, timestamp, step, value, nan)
                    JOIN experiment.metric_key k ON k.name = given.name
                    ORDER BY k.id, given.timestamp, given.step, given.value, given.nan
                    ON CONFLICT DO NOTHING
                    RETURNING run, key, timestamp, step, value, nan
                ), summed AS (
                    SELECT run, key, count(*) AS points,
                        min(value) FILTER (WHERE NOT nan) AS least, max(value) FILTER (WHERE NOT nan) AS greatest
                    FROM added GROUP BY run, key
                ), latest AS (
                    SELECT DISTINCT ON (key) key, step, timestamp, value, nan
                    FROM added ORDER BY key, step DESC, timestamp DESC, value DESC, nan DESC
                )
                INSERT INTO experiment.metric_summary AS kept
                    (run, experiment, key, last_step, last_timestamp, last_value, last_nan, least, greatest, points)
                SELECT s.run, (SELECT experiment FROM experiment.run WHERE key = ?), s.key, l.step, l.timestamp, l.value, l.nan, s.least, s.greatest, s.points
                FROM summed s JOIN latest l ON l.key = s.key
                ORDER BY s.key
                ON CONFLICT (run, key) DO UPDATE SET
                    (last_step, last_timestamp, last_value, last_nan) = (
                        SELECT step, timestamp, value, nan
                        FROM (VALUES
                            (kept.last_step, kept.last_timestamp, kept.last_value, kept.last_nan),
                            (excluded.last_step, excluded.last_timestamp, excluded.last_value, excluded.last_nan))
                            AS both_of (step, timestamp, value, nan)
                        ORDER BY step DESC, timestamp DESC, value DESC, nan DESC LIMIT 1),
                    least = least(kept.least, excluded.least),
                    greatest = greatest(kept.greatest, excluded.greatest),
                    points = kept.points + excluded.points
                """,
                run,
                Values.of("text", metrics, Metric::key),
                Values.of("int8", metrics, Metric::timestamp),
                Values.of("int8", metrics, Metric::step),
                Values.of("float8", metrics, metric -> stored(metric.value())),
                Values.of("bool", metrics, metric -> Double.isNaN(metric.value())),
                run);
    }

    private void addModelPoints(long run, List<Metric> metrics) {
        var ofModels =
                metrics.stream().filter(metric -> metric.modelId() != null).toList();
        if (ofModels.isEmpty()) {
            return;
        }
        database.update(
                """
                INSERT INTO experiment.model_metric
                    (model, run, key, timestamp, step, value, nan, dataset_name, dataset_digest)
                SELECT given.model, ?, k.id, given.timestamp, given.step, given.value, given.nan,
                    given.dataset_name, given.dataset_digest
                FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)
                    AS given (model, name, timestamp, step, value, nan, dataset_name, dataset_digest)
                JOIN experiment.metric_key k ON k.name = given.name
                ON CONFLICT DO NOTHING
                """,
                run,
                Values.of("text", ofModels, Metric::modelId),
                Values.of("text", ofModels, Metric::key),
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

    private Map<String, Map<String, String>> texts(String table, Values ids) {
        var texts = new HashMap<String, Map<String, String>>();
        database.query(
                "SELECT r.id, t.name, t.value FROM experiment.run r JOIN %s t ON t.run = r.key WHERE r.id = ANY (?) ORDER BY t.name"
                        .formatted(table),
                row -> texts.computeIfAbsent(row.getString("id"), _ -> new LinkedHashMap<>())
                                .put(row.getString("name"), row.getString("value"))
                        == null,
                ids);
        return texts;
    }

    private static Metric point(String key, ResultSet row) throws SQLException {
        return new Metric(
                key,
                row.getBoolean("nan") ? Double.NaN : row.getDouble("value"),
                row.getLong("timestamp"),
                row.getLong("step"));
    }

    /** Lists by run. */
    private static final class Grouped<T> {
        private final Map<String, List<T>> groups = new HashMap<>();

        boolean add(String run, T item) {
            return groups.computeIfAbsent(run, _ -> new ArrayList<>()).add(item);
        }

        List<T> of(String run) {
            return List.copyOf(groups.getOrDefault(run, List.of()));
        }
    }

    /** A point's place in the history. */
    private record Place(long timestamp, long step, double value, boolean notANumber) {
        static final Place FIRST = new Place(Long.MIN_VALUE, Long.MIN_VALUE, Double.NEGATIVE_INFINITY, false);

        static Place of(Metric point) {
            return new Place(point.timestamp(), point.step(), stored(point.value()), Double.isNaN(point.value()));
        }

        static Place parse(String token) {
            try {
                var place = Json.parse(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
                if (place.isArray()
                        && place.size() == 4
                        && place.get(0).canConvertToLong()
                        && place.get(1).canConvertToLong()
                        && place.get(2).isNumber()
                        && place.get(3).isBoolean()) {
                    return new Place(
                            place.get(0).longValue(),
                            place.get(1).longValue(),
                            place.get(2).doubleValue(),
                            place.get(3).booleanValue());
                }
            } catch (IllegalArgumentException | JsonProcessingException forged) {
                // The answer below is the same for all that is no token of ours.
            }
            throw Refused.invalid("page_token", "not one that this server gave for this history");
        }

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.write(List.of(timestamp, step, value, notANumber))
                            .value()
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
