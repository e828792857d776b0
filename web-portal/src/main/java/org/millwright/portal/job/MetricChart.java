package org.millwright.portal.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import org.millwright.experiment.model.Metric;

/**
 * The chart of one metric over a run, as an option of ECharts. Colours are the page's affair: they follow its theme.
 *
 * @param byTime whether the points lie at their times, otherwise at their steps
 * @param logarithmic whether the values lie on a logarithmic axis, which leaves out those that are not positive
 */
public record MetricChart(String key, List<Metric> points, boolean byTime, boolean logarithmic, Smoothing smoothing) {
    /** Above so many points their symbols would cover the line. */
    private static final int MOST_SYMBOLS = 60;

    public MetricChart {
        Comparator<Metric> order =
                byTime ? Comparator.comparingLong(Metric::timestamp) : Comparator.comparingLong(Metric::step);
        points = points.stream().sorted(order).toList();
    }

    public String option() {
        var json = JsonNodeFactory.instance;
        var option = json.objectNode();
        option.put("animation", false);
        option.putObject("grid")
                .put("left", 8)
                .put("right", 32) // half of the last label, which may be a million
                .put("top", 16)
                .put("bottom", 8)
                .put("containLabel", true);
        option.putObject("tooltip").put("trigger", "axis").put("confine", true);
        option.putObject("aria")
                .put("enabled", true)
                .putObject("label")
                .put("description", "Line chart of %s over %s".formatted(key, byTime ? "time" : "steps"));
        var x = option.putObject("xAxis");
        x.put("type", byTime ? "time" : "value").put("scale", true);
        if (!byTime) {
            x.put("minInterval", 1);
        }
        option.putObject("yAxis").put("type", logarithmic ? "log" : "value").put("scale", true);
        var zoom = option.putArray("dataZoom").addObject();
        zoom.put("type", "inside").put("filterMode", "none").put("zoomOnMouseWheel", "ctrl");
        var series = option.putArray("series");
        var values = points.stream().mapToDouble(Metric::value).toArray();
        if (smoothing.weight() > 0) {
            line(series, "logged", values)
                    .put("silent", true)
                    .putObject("lineStyle")
                    .put("opacity", 0.25);
            line(series, "smoothed", smoothing.apply(values));
        } else {
            line(series, key, values);
        }
        // The option stands in an attribute of the page, and may be put into a script by others.
        return option.toString().replace("<", "\\u003c");
    }

    private ObjectNode line(ArrayNode series, String name, double[] values) {
        var line = series.addObject();
        line.put("type", "line").put("name", name).put("sampling", "lttb");
        line.put("showSymbol", values.length <= MOST_SYMBOLS).put("symbolSize", 5);
        var data = line.putArray("data");
        for (var index = 0; index < values.length; index++) {
            var point = points.get(index);
            var pair = data.addArray().add(byTime ? point.timestamp() : point.step());
            if (isDrawn(values[index])) {
                pair.add(values[index]);
            } else {
                pair.addNull();
            }
        }
        return line;
    }

    private boolean isDrawn(double value) {
        return Double.isFinite(value) && Math.abs(value) < Double.MAX_VALUE && (!logarithmic || value > 0);
    }
}
