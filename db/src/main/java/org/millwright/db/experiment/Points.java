package org.millwright.db.experiment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.millwright.experiment.model.Metric;

/**
 * Points of one metric, each once, in the order of charts: by step, then timestamp, then value. A NaN has the place of a 0,
 * behind it.
 */
final class Points {
    private static final Comparator<Point> BY_STEP = Points::compare;

    private final List<Point> points;

    /** @param points in order */
    private Points(List<Point> points) {
        this.points = points;
    }

    /** @param value NaN or a number; never a negative zero, which equals zero and would not be a point of its own */
    record Point(long step, long timestamp, double value) {
        static Point of(Metric metric) {
            var value = metric.value();
            return new Point(metric.step(), metric.timestamp(), value == 0 ? 0 : value);
        }

        Metric of(String key) {
            return new Metric(key, value, timestamp, step);
        }

        boolean isNumber() {
            return !Double.isNaN(value);
        }

        boolean isBehind(Point other) {
            return compare(this, other) > 0;
        }

        /** What it is sorted by. */
        double number() {
            return isNumber() ? value : 0;
        }
    }

    /** @param given in any order, perhaps with repetitions */
    static Points of(List<Point> given) {
        if (isInOrder(given)) {
            return new Points(given);
        }
        var sorted = new ArrayList<Point>(given.size());
        for (var point : given.stream().sorted(BY_STEP).toList()) {
            if (sorted.isEmpty() || point.isBehind(sorted.getLast())) {
                sorted.add(point);
            }
        }
        return new Points(sorted);
    }

    Points without(Set<Point> others) {
        return new Points(
                points.stream().filter(point -> !others.contains(point)).toList());
    }

    List<Point> list() {
        return points;
    }

    boolean isEmpty() {
        return points.isEmpty();
    }

    int size() {
        return points.size();
    }

    Point first() {
        return points.getFirst();
    }

    Point last() {
        return points.getLast();
    }

    /** Whether timestamps never go back along the steps; then the order of the history is this one. */
    boolean isByTime() {
        for (var index = 1; index < points.size(); index++) {
            if (points.get(index).timestamp() < points.get(index - 1).timestamp()) {
                return false;
            }
        }
        return true;
    }

    long oldest() {
        return points.stream().mapToLong(Point::timestamp).min().orElseThrow();
    }

    long newest() {
        return points.stream().mapToLong(Point::timestamp).max().orElseThrow();
    }

    private static boolean isInOrder(List<Point> points) {
        for (var index = 1; index < points.size(); index++) {
            if (!points.get(index).isBehind(points.get(index - 1))) {
                return false;
            }
        }
        return true;
    }

    private static int compare(Point one, Point other) {
        var order = Long.compare(one.step, other.step);
        if (order == 0) {
            order = Long.compare(one.timestamp, other.timestamp);
        }
        if (order == 0) {
            order = Double.compare(one.number(), other.number());
        }
        return order == 0 ? Boolean.compare(!one.isNumber(), !other.isNumber()) : order;
    }
}
