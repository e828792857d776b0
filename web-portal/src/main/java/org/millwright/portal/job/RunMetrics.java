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
import org.millwright.experiment.model.MetricSummary;
import org.millwright.experiment.model.Sampling;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Wording;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The metrics of a run: a chart for each that was logged over time, a card for each that was logged once. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunMetrics {
    /** More than a chart has pixels for. */
    private static final int MOST_POINTS = 1_000;

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
     * @param count how many points there are
     * @param drawn how many of them are in the chart
     * @param rows the latest of these for those who read a table rather than a chart
     */
    public record Panel(
            String id,
            String key,
            String option,
            String last,
            String least,
            String most,
            String mean,
            long count,
            int drawn,
            List<Row> rows) {}

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
        var id = run.current().id();
        var summaries = tracking.summaries(caller.workspace(), id);
        var cards = new ArrayList<Card>();
        var panels = new ArrayList<Panel>();
        summaries.entrySet().stream().limit(MOST_METRICS).forEach(metric -> {
            var key = metric.getKey();
            var summary = metric.getValue();
            if (summary.points() == 1) {
                cards.add(new Card(key, Wording.number(summary.last().value())));
            } else {
                var points = tracking.sample(caller.workspace(), id, key, new Sampling(MOST_POINTS, null));
                panels.add(panel("chart" + panels.size(), key, summary, points));
            }
        });
        return new Metrics(cards, panels, Math.max(0, summaries.size() - MOST_METRICS));
    }

    private Panel panel(String id, String key, MetricSummary summary, List<Metric> points) {
        var chart = new MetricChart(key, points, isByTime(), isLogarithmic(), smoothing());
        return new Panel(
                id,
                key,
                chart.option(),
                Wording.number(summary.last().value()),
                number(summary.least()),
                number(summary.greatest()),
                number(summary.mean()),
                summary.points(),
                points.size(),
                chart.points().reversed().stream()
                        .limit(MOST_TABLE_ROWS)
                        .map(point -> new Row(
                                point.step(), Wording.number(point.value()), Instant.ofEpochMilli(point.timestamp())))
                        .toList());
    }

    private static String number(@Nullable Double value) {
        return value == null ? "–" : Wording.number(value);
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
