package org.millwright.db.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.db.Database;
import org.millwright.db.Json;
import org.millwright.db.experiment.Points.Point;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.MetricSummary;
import org.millwright.experiment.model.Sampling;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/**
 * The points of metrics in PostgreSQL. A row holds the points of one metric that came in one batch, so a batch costs a row
 * for each metric and not for each point.
 *
 * <p>Whoever writes holds the run. So the writer knows from the summary what is there, decides in memory what a batch adds,
 * and asks the database about points only when some of them may be there already.
 *
 * <p>Points mostly come in order, and then a position is a place in that order: a page or a sample is read directly. A
 * metric whose points came out of order is sorted by the database each time.
 */
final class MetricPoints {
    private static final int MOST_IN_A_ROW = 1000;

    /** No sum of two that are smaller overflows: the database refuses that, where Java has infinity. */
    private static final double LARGE = 1e300;

    /** A point in the two orders, for metrics that are not kept in them. */
    private static final String NUMBER = "CASE WHEN u.value = 'NaN' THEN 0 ELSE u.value END";

    private static final String ALL = """
            FROM experiment.metric_point p, unnest(p.steps, p.timestamps, p.values) AS u (step, timestamp, value)
            WHERE p.run = ? AND p.key = ?
            """;

    private final Database database;
    private final MetricKeys keys;

    MetricPoints(Database database, MetricKeys keys) {
        this.database = database;
        this.keys = keys;
    }

    /** A metric of a run, as the tables know it. */
    private record Series(long run, int key, Kept kept) {}

    /** What a batch brings of one metric. */
    private record Addition(int key, @Nullable Kept before, Points points) {
        Kept after() {
            return Kept.with(before, points);
        }
    }

    void add(HeldRun run, List<Metric> metrics) {
        if (metrics.size() == 1 && append(run, metrics.getFirst())) {
            return;
        }
        var given = new LinkedHashMap<String, List<Point>>();
        for (var metric : metrics) {
            given.computeIfAbsent(metric.key(), _ -> new ArrayList<>()).add(Point.of(metric));
        }
        var numbers = keys.of(given.keySet());
        var kept = kept(run, numbers);
        var additions = new ArrayList<Addition>();
        var doubtful = new ArrayList<Addition>();
        given.forEach((name, points) -> {
            var key = Objects.requireNonNull(numbers.get(name));
            var before = kept.get(key);
            var addition = new Addition(key, before, Points.of(points));
            (before == null || before.lacks(addition.points()) ? additions : doubtful).add(addition);
        });
        if (!doubtful.isEmpty()) {
            var there = alreadyThere(run, doubtful);
            for (var one : doubtful) {
                var missing = one.points().without(there.getOrDefault(one.key(), Set.of()));
                if (!missing.isEmpty()) {
                    additions.add(new Addition(one.key(), one.before(), missing));
                }
            }
        }
        if (!additions.isEmpty()) {
            write(run, additions);
        }
    }

    /**
     * Adds one point that lies behind all others by its step, as most clients log. It is so certainly new that the database
     * can tell what becomes of the summary, as {@link Kept#with} does, and nothing need be read before.
     *
     * @return false, and nothing is done, when it is none of these
     */
    private boolean append(HeldRun run, Metric metric) {
        var point = Point.of(metric);
        var value = point.value();
        if (!(Math.abs(value) < LARGE)) {
            return false;
        }
        var key = Objects.requireNonNull(keys.of(List.of(metric.key())).get(metric.key()));
        return database.update(
                        """
                        WITH summary AS (
                            UPDATE experiment.metric_summary SET
                                points = points + 1,
                                last_step = ?, last_timestamp = ?, last_value = ?, last_nan = false,
                                least = least(least, ?), greatest = greatest(greatest, ?),
                                numbers = numbers + 1, total = total + ?, newest = greatest(newest, ?),
                                by_time = by_time AND (newest < ? OR newest = ? AND by_step)
                            WHERE run = ? AND key = ? AND last_step < ? AND abs(total) < ?
                            RETURNING run, key, points - 1 AS position, last_step AS step, last_timestamp, last_value
                        )
                        INSERT INTO experiment.metric_point
                            (run, key, position, first_step, last_step, steps, timestamps, values)
                        SELECT run, key, position, step, step, ARRAY[step], ARRAY[last_timestamp], ARRAY[last_value]
                        FROM summary
                        """,
                        point.step(),
                        point.timestamp(),
                        value,
                        value,
                        value,
                        value,
                        point.timestamp(),
                        point.timestamp(),
                        point.timestamp(),
                        run.key(),
                        key,
                        point.step(),
                        LARGE)
                == 1;
    }

    private Map<Integer, Kept> kept(HeldRun run, Map<String, Integer> numbers) {
        var kept = new HashMap<Integer, Kept>();
        // The keys stand in a query of their own, where PostgreSQL cannot count them when it plans. Otherwise it
        // plans anew for each batch, which takes it four times as long as the answer.
        database.query(
                "SELECT s.key, " + Kept.COLUMNS + """
                        FROM experiment.metric_summary s
                        WHERE s.run = ? AND s.key = ANY (CAST((SELECT CAST(? AS integer[])) AS integer[]))
                        """,
                row -> kept.put(row.getInt("key"), Kept.read(row)) == null,
                run.key(),
                numbers.values().stream().mapToInt(Integer::intValue).toArray());
        return kept;
    }

    /** Those points in the span of the additions that the run has. */
    private Map<Integer, Set<Point>> alreadyThere(HeldRun run, List<Addition> additions) {
        var there = new HashMap<Integer, Set<Point>>();
        database.query(
                """
                SELECT p.key, u.step, u.timestamp, u.value
                FROM unnest(?, ?, ?, ?, ?) AS given (key, first_step, last_step, oldest, newest)
                JOIN experiment.metric_point p ON p.run = ? AND p.key = given.key
                    AND p.last_step >= given.first_step AND p.first_step <= given.last_step,
                unnest(p.steps, p.timestamps, p.values) AS u (step, timestamp, value)
                WHERE u.step BETWEEN given.first_step AND given.last_step
                    AND u.timestamp BETWEEN given.oldest AND given.newest
                """,
                row -> there.computeIfAbsent(row.getInt("key"), _ -> new HashSet<>())
                        .add(point(row)),
                additions.stream().mapToInt(Addition::key).toArray(),
                additions.stream().mapToLong(one -> one.points().first().step()).toArray(),
                additions.stream().mapToLong(one -> one.points().last().step()).toArray(),
                additions.stream().mapToLong(one -> one.points().oldest()).toArray(),
                additions.stream().mapToLong(one -> one.points().newest()).toArray(),
                run.key());
        return there;
    }

    /** Rows that will be: where each begins and ends among the points, counted from 1 as PostgreSQL does. */
    private static final class Rows {
        private final List<Integer> keys = new ArrayList<>();
        private final List<Long> positions = new ArrayList<>();
        private final List<Integer> from = new ArrayList<>();
        private final List<Integer> to = new ArrayList<>();
        private final List<Point> points = new ArrayList<>();

        void add(Addition addition) {
            var position = addition.before() == null ? 0 : addition.before().points();
            var size = addition.points().size();
            for (var done = 0; done < size; done += MOST_IN_A_ROW) {
                keys.add(addition.key());
                positions.add(position + done);
                from.add(points.size() + done + 1);
                to.add(points.size() + Math.min(size, done + MOST_IN_A_ROW));
            }
            points.addAll(addition.points().list());
        }
    }

    private void write(HeldRun run, List<Addition> additions) {
        var rows = new Rows();
        additions.forEach(rows::add);
        var kept = additions.stream().map(Addition::after).toList();
        database.update(
                """
                WITH added AS (
                    INSERT INTO experiment.metric_point
                        (run, key, position, first_step, last_step, steps, timestamps, values)
                    SELECT ?, p.key, p.position, g.steps[p.first], g.steps[p.last],
                        g.steps[p.first:p.last], g.timestamps[p.first:p.last], g.values[p.first:p.last]
                    FROM unnest(?, ?, ?, ?) AS p (key, position, first, last),
                        (SELECT CAST(? AS bigint[]), CAST(? AS bigint[]), CAST(? AS float8[])) AS g (steps, timestamps, values)
                )
                INSERT INTO experiment.metric_summary
                    (run, experiment, key, points, last_step, last_timestamp, last_value, last_nan, least, greatest,
                        numbers, total, newest, by_step, by_time)
                SELECT ?, ?, s.* FROM unnest(?, ?, ?, ?, ?, ?, CAST(? AS float8[]), CAST(? AS float8[]), ?, ?, ?, ?, ?) AS s
                ON CONFLICT (run, key) DO UPDATE SET
                    points = excluded.points,
                    last_step = excluded.last_step, last_timestamp = excluded.last_timestamp,
                    last_value = excluded.last_value, last_nan = excluded.last_nan,
                    least = excluded.least, greatest = excluded.greatest,
                    numbers = excluded.numbers, total = excluded.total, newest = excluded.newest,
                    by_step = excluded.by_step, by_time = excluded.by_time
                """,
                run.key(),
                rows.keys.stream().mapToInt(Integer::intValue).toArray(),
                rows.positions.stream().mapToLong(Long::longValue).toArray(),
                rows.from.stream().mapToInt(Integer::intValue).toArray(),
                rows.to.stream().mapToInt(Integer::intValue).toArray(),
                rows.points.stream().mapToLong(Point::step).toArray(),
                rows.points.stream().mapToLong(Point::timestamp).toArray(),
                rows.points.stream().mapToDouble(Point::value).toArray(),
                run.key(),
                run.experiment().value(),
                additions.stream().mapToInt(Addition::key).toArray(),
                kept.stream().mapToLong(Kept::points).toArray(),
                kept.stream().mapToLong(one -> one.last().step()).toArray(),
                kept.stream().mapToLong(one -> one.last().timestamp()).toArray(),
                kept.stream().mapToDouble(one -> one.last().number()).toArray(),
                flags(kept.stream().map(one -> !one.last().isNumber()).toList()),
                new Database.Values("float8", kept.stream().map(Kept::least).toArray()),
                new Database.Values("float8", kept.stream().map(Kept::greatest).toArray()),
                kept.stream().mapToLong(Kept::numbers).toArray(),
                kept.stream().mapToDouble(Kept::total).toArray(),
                kept.stream().mapToLong(Kept::newest).toArray(),
                flags(kept.stream().map(Kept::byStep).toList()),
                flags(kept.stream().map(Kept::byTime).toList()));
    }

    Map<String, MetricSummary> summaries(RunId run) {
        var summaries = new TreeMap<String, MetricSummary>();
        database.query(
                "SELECT k.name, " + Kept.COLUMNS + """
                        FROM experiment.run r
                        JOIN experiment.metric_summary s ON s.run = r.key
                        JOIN experiment.metric_key k ON k.id = s.key
                        WHERE r.id = ?
                        """,
                row -> {
                    var name = row.getString("name");
                    return summaries.put(name, Kept.read(row).summary(name));
                },
                run.value());
        return summaries;
    }

    Page<Metric> history(RunId run, String key, PageRequest page) {
        var behind = page.token() == null ? null : Place.parse(page.token());
        var series = series(run, key).orElse(null);
        if (series == null) {
            return Page.last(List.of());
        }
        var start = behind == null ? 0 : behind.position();
        var points =
                series.kept().byTime() ? from(series, start, page.size() + 1) : sorted(series, behind, page.size() + 1);
        var shown =
                points.stream().limit(page.size()).map(point -> point.of(key)).toList();
        return points.size() <= page.size()
                ? Page.last(shown)
                : new Page<>(shown, new Place(start + shown.size(), points.get(page.size() - 1)).token());
    }

    /** Points as they are kept, from a position on. */
    private List<Point> from(Series series, long start, int most) {
        var points = new ArrayList<Point>();
        database.query(
                """
                SELECT position, steps, timestamps, values FROM experiment.metric_point
                WHERE run = ? AND key = ? AND position < ? AND position >= (
                    SELECT coalesce(max(position), 0) FROM experiment.metric_point
                    WHERE run = ? AND key = ? AND position <= ?)
                ORDER BY position
                """,
                row -> {
                    var steps = (Long[]) row.getArray("steps").getArray();
                    var timestamps = (Long[]) row.getArray("timestamps").getArray();
                    var values = (Double[]) row.getArray("values").getArray();
                    var position = row.getLong("position");
                    for (var index = (int) Math.max(0, start - position);
                            index < steps.length && points.size() < most;
                            index++) {
                        points.add(new Point(steps[index], timestamps[index], values[index]));
                    }
                    return points;
                },
                series.run(),
                series.key(),
                start + most,
                series.run(),
                series.key(),
                start);
        return points;
    }

    /** Points in the order of the history, when that is not the one in which they came. */
    private List<Point> sorted(Series series, @Nullable Place behind, int most) {
        var order = "u.timestamp, u.step, %s, u.value = 'NaN'".formatted(NUMBER);
        var sql = "SELECT u.step, u.timestamp, u.value " + ALL;
        if (behind == null) {
            return database.query(
                    sql + " ORDER BY " + order + " LIMIT ?", MetricPoints::point, series.run(), series.key(), most);
        }
        var last = behind.point();
        return database.query(
                sql + " AND (%1$s) > (?, ?, ?, ?) ORDER BY %1$s LIMIT ?".formatted(order),
                MetricPoints::point,
                series.run(),
                series.key(),
                last.timestamp(),
                last.step(),
                last.number(),
                !last.isNumber(),
                most);
    }

    List<Metric> sample(RunId run, String key, Sampling sampling) {
        var series = series(run, key).orElse(null);
        if (series == null) {
            return List.of();
        }
        var steps = sampling.steps();
        var points = series.kept().byStep()
                ? sampledDirectly(series, sampling, steps)
                : sampledSorted(series, sampling, steps);
        return points.stream().map(point -> point.of(key)).toList();
    }

    private List<Point> sampledDirectly(Series series, Sampling sampling, Sampling.@Nullable Steps steps) {
        var first = steps == null ? 0 : countBefore(series, steps.first());
        var behind = steps == null || steps.last() == Long.MAX_VALUE
                ? series.kept().points()
                : countBefore(series, steps.last() + 1);
        var places = sampling.places(behind - first);
        for (var index = 0; index < places.length; index++) {
            places[index] += first;
        }
        return at(series, places);
    }

    /** How many points have a lesser step: the first place that has not, found by halving. */
    private long countBefore(Series series, long step) {
        var least = 0L;
        var most = series.kept().points();
        while (least < most) {
            var middle = (least + most) >>> 1;
            if (at(series, new long[] {middle}).getFirst().step() < step) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        return least;
    }

    private List<Point> at(Series series, long[] places) {
        return database.query("""
                SELECT p.steps[place - p.position + 1] AS step, p.timestamps[place - p.position + 1] AS timestamp,
                    p.values[place - p.position + 1] AS value
                FROM unnest(?) AS place, LATERAL (
                    SELECT * FROM experiment.metric_point
                    WHERE run = ? AND key = ? AND position <= place ORDER BY position DESC LIMIT 1) AS p
                ORDER BY place
                """, MetricPoints::point, places, series.run(), series.key());
    }

    private List<Point> sampledSorted(Series series, Sampling sampling, Sampling.@Nullable Steps steps) {
        var first = steps == null ? Long.MIN_VALUE : steps.first();
        var last = steps == null ? Long.MAX_VALUE : steps.last();
        var among = ALL + " AND u.step BETWEEN ? AND ?";
        var count = database.query(
                        "SELECT count(*) " + among, row -> row.getLong(1), series.run(), series.key(), first, last)
                .getFirst();
        return database.query(
                """
                SELECT step, timestamp, value FROM (
                    SELECT u.*, row_number() OVER (ORDER BY u.step, u.timestamp, %s, u.value = 'NaN') - 1 AS place %s
                ) AS placed WHERE place = ANY (?) ORDER BY place
                """.formatted(NUMBER, among),
                MetricPoints::point,
                series.run(),
                series.key(),
                first,
                last,
                sampling.places(count));
    }

    private Optional<Series> series(RunId run, String key) {
        return database
                .query(
                        "SELECT s.run, s.key, " + Kept.COLUMNS + """
                                FROM experiment.run r
                                JOIN experiment.metric_key k ON k.name = ?
                                JOIN experiment.metric_summary s ON s.run = r.key AND s.key = k.id
                                WHERE r.id = ?
                                """,
                        row -> new Series(row.getLong("run"), row.getInt("key"), Kept.read(row)),
                        key,
                        run.value())
                .stream()
                .findFirst();
    }

    private static Point point(ResultSet row) throws SQLException {
        return new Point(row.getLong("step"), row.getLong("timestamp"), row.getDouble("value"));
    }

    private static boolean[] flags(List<Boolean> flags) {
        var array = new boolean[flags.size()];
        for (var index = 0; index < array.length; index++) {
            array[index] = flags.get(index);
        }
        return array;
    }

    /**
     * Where a page of a history ended.
     *
     * @param position how many points precede what comes next, while the points come in order
     * @param point the last one that was shown, which is the place when they do not
     */
    private record Place(long position, Point point) {

        static Place parse(String token) {
            try {
                var place = Json.parse(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
                if (place.isArray()
                        && place.size() == 5
                        && place.get(0).canConvertToLong()
                        && place.get(0).longValue() >= 0
                        && place.get(0).longValue() <= Long.MAX_VALUE >> 1
                        && place.get(1).canConvertToLong()
                        && place.get(2).canConvertToLong()
                        && place.get(3).isNumber()
                        && place.get(4).isBoolean()) {
                    var value = place.get(4).booleanValue()
                            ? Double.NaN
                            : place.get(3).doubleValue();
                    return new Place(
                            place.get(0).longValue(),
                            new Point(place.get(2).longValue(), place.get(1).longValue(), value));
                }
            } catch (IllegalArgumentException | JsonProcessingException forged) {
                // The answer below is the same for all that is no token of ours.
            }
            throw Refused.invalid("page_token", "not one that this server gave for this history");
        }

        String token() {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(Json.write(List.of(
                                    position, point.timestamp(), point.step(), point.number(), !point.isNumber()))
                            .value()
                            .getBytes(StandardCharsets.UTF_8));
        }
    }
}
