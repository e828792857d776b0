package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Metric;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Wording;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The metrics of a run: a chart for each that was logged over time, a card for each that was logged once. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunMetrics {
    private static final int POINTS_A_PAGE = 5_000;
    private static final int MOST_POINTS = 20_000;
    private static final int MOST_METRICS = 60;
    private static final int MOST_TABLE_ROWS = 100;
    private static final List<Choice> WEIGHTS = List.of(
            new Choice("", "None"),
            new Choice("0.6", "Light"),
            new Choice("0.9", "Strong"),
            new Choice("0.97", "Very strong"));

    private final Address address;
    private final CurrentCaller caller;
    private final RunPage run;
    private final Tracking tracking;
    private @Nullable Metrics metrics;

    @Inject
    public RunMetrics(Address address, CurrentCaller caller, RunPage run, Tracking tracking) {
        this.address = address;
        this.caller = caller;
        this.run = run;
        this.tracking = tracking;
    }

    @SuppressWarnings("NullAway")
    protected RunMetrics() {
        this(null, null, null, null);
    }

    /** What was logged once. */
    public record Card(String key, String value) {}

    /**
     * What was logged several times.
     *
     * @param rows the latest points for those who read a table rather than a chart
     */
    public record Panel(
            String id, String key, String option, String last, String least, String most, int count, List<Row> rows) {}

    /** One point, for the table. */
    public record Row(long step, String value, Instant at) {}

    private record Metrics(List<Card> cards, List<Panel> panels, int leftOut) {}

    private Metrics metrics() {
        if (metrics == null) {
            metrics = read();
        }
        return metrics;
    }

    private Metrics read() {
        var keys = run.currentData().latest().stream()
                .map(Metric::key)
                .distinct()
                .sorted()
                .toList();
        var cards = new ArrayList<Card>();
        var panels = new ArrayList<Panel>();
        for (var key : keys.stream().limit(MOST_METRICS).toList()) {
            var points = points(key);
            if (points.size() == 1) {
                cards.add(new Card(key, Wording.number(points.getFirst().value())));
            } else if (!points.isEmpty()) {
                panels.add(panel("chart" + panels.size(), key, points));
            }
        }
        return new Metrics(cards, panels, Math.max(0, keys.size() - MOST_METRICS));
    }

    private List<Metric> points(String key) {
        var points = new ArrayList<Metric>();
        String token = null;
        do {
            var page = tracking.history(
                    caller.workspace(), run.current().id(), key, new PageRequest(token, POINTS_A_PAGE));
            points.addAll(page.items());
            token = page.nextToken();
        } while (token != null && points.size() < MOST_POINTS);
        return points;
    }

    private Panel panel(String id, String key, List<Metric> points) {
        var chart = new MetricChart(key, points, isByTime(), isLogarithmic(), smoothing());
        var sorted = chart.points();
        var finite = sorted.stream()
                .mapToDouble(Metric::value)
                .filter(value -> !Double.isNaN(value))
                .summaryStatistics();
        return new Panel(
                id,
                key,
                chart.option(),
                Wording.number(sorted.getLast().value()),
                finite.getCount() == 0 ? "–" : Wording.number(finite.getMin()),
                finite.getCount() == 0 ? "–" : Wording.number(finite.getMax()),
                sorted.size(),
                sorted.reversed().stream()
                        .limit(MOST_TABLE_ROWS)
                        .map(point -> new Row(
                                point.step(), Wording.number(point.value()), Instant.ofEpochMilli(point.timestamp())))
                        .toList());
    }

    private Smoothing smoothing() {
        var weight = getSmooth();
        return new Smoothing(weight.isEmpty() ? 0 : Double.parseDouble(weight));
    }

    public List<Card> getCards() {
        return metrics().cards();
    }

    public List<Panel> getPanels() {
        return metrics().panels();
    }

    /** How many metrics are more than one page can bear. */
    public int getLeftOut() {
        return metrics().leftOut();
    }

    public boolean isNothing() {
        return getCards().isEmpty() && getPanels().isEmpty();
    }

    public boolean isByTime() {
        return address.text("x").equals("time");
    }

    public boolean isLogarithmic() {
        return address.text("y").equals("log");
    }

    /** The smoothing as the address says it; empty for none. */
    public String getSmooth() {
        var wanted = address.text("smooth");
        return WEIGHTS.stream()
                .map(Choice::key)
                .filter(wanted::equals)
                .findFirst()
                .orElse("");
    }

    public List<Choice> getWeights() {
        return WEIGHTS;
    }
}
