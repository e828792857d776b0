package org.millwright.db.experiment;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.millwright.db.experiment.Points.Point;
import org.millwright.experiment.model.MetricSummary;

/**
 * What the database says of all points of a metric of a run, without reading them.
 *
 * @param points how many there are
 * @param last by step, then timestamp, then value
 * @param least of those that are numbers; null when there is none
 * @param numbers how many are no NaN, and their sum
 * @param newest the greatest timestamp
 * @param byStep whether each point came after all that precede it by step; then their positions are in that order
 * @param byTime the same for the order of the history: by timestamp, then step, then value
 */
record Kept(
        long points,
        Point last,
        @Nullable Double least,
        @Nullable Double greatest,
        long numbers,
        double total,
        long newest,
        boolean byStep,
        boolean byTime) {
    static final String COLUMNS = """
            s.points, s.last_step, s.last_timestamp, s.last_value, s.last_nan, s.least, s.greatest,
            s.numbers, s.total, s.newest, s.by_step, s.by_time
            """;

    static Kept read(ResultSet row) throws SQLException {
        return new Kept(
                row.getLong("points"),
                new Point(
                        row.getLong("last_step"),
                        row.getLong("last_timestamp"),
                        row.getBoolean("last_nan") ? Double.NaN : row.getDouble("last_value")),
                number(row, "least"),
                number(row, "greatest"),
                row.getLong("numbers"),
                row.getDouble("total"),
                row.getLong("newest"),
                row.getBoolean("by_step"),
                row.getBoolean("by_time"));
    }

    /** After the points were added to what there was. @param before null when there was nothing */
    static Kept with(@Nullable Kept before, Points added) {
        var least = before == null ? null : before.least;
        var greatest = before == null ? null : before.greatest;
        var numbers = before == null ? 0 : before.numbers;
        var total = before == null ? 0 : before.total;
        for (var point : added.list()) {
            if (point.isNumber()) {
                var value = point.value();
                least = least == null ? value : Math.min(least, value);
                greatest = greatest == null ? value : Math.max(greatest, value);
                numbers++;
                total += value;
            }
        }
        if (before == null) {
            return new Kept(
                    added.size(),
                    added.last(),
                    least,
                    greatest,
                    numbers,
                    total,
                    added.newest(),
                    true,
                    added.isByTime());
        }
        var behind = added.first().isBehind(before.last);
        var start = added.first().timestamp();
        // With the timestamp of the newest point it is only certain when that is the last one by step, too.
        var later = start > before.newest || (start == before.newest && before.byStep && behind);
        return new Kept(
                before.points + added.size(),
                added.last().isBehind(before.last) ? added.last() : before.last,
                least,
                greatest,
                numbers,
                total,
                Math.max(before.newest, added.newest()),
                before.byStep && behind,
                before.byTime && later && added.isByTime());
    }

    /** Whether none of the points can be there already. */
    boolean lacks(Points given) {
        return given.first().isBehind(last) || given.oldest() > newest;
    }

    MetricSummary summary(String key) {
        var mean = numbers == 0 ? Double.NaN : total / numbers;
        return new MetricSummary(last.of(key), least, greatest, Double.isFinite(mean) ? mean : null, points);
    }

    private static @Nullable Double number(ResultSet row, String column) throws SQLException {
        var value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }
}
