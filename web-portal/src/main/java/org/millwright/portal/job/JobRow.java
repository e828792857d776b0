package org.millwright.portal.job;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.experiment.model.RunState;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;

/**
 * One run in a list.
 *
 * @param note why it waits or why it failed; empty otherwise
 * @param metrics the last values of a few metrics, enough to tell runs apart
 */
public record JobRow(
        String id,
        String name,
        String link,
        StateChip state,
        boolean open,
        String note,
        String experiment,
        String experimentLink,
        String user,
        String compute,
        Instant createdAt,
        String duration,
        List<MetricValue> metrics) {
    private static final int MOST_METRICS = 2;
    private static final int LONGEST_NOTE = 140;

    /** A metric's last value. */
    public record MetricValue(String key, String value) {}

    static JobRow of(Run run, String experiment, String waiting, RunData data, Instant now) {
        return new JobRow(
                run.id().value(),
                run.name().isEmpty() ? run.id().value() : run.name(),
                Links.run(run.id()),
                StateChip.of(run.state()),
                !run.state().isEnded(),
                Wording.shortened(note(run.state(), waiting), LONGEST_NOTE),
                experiment,
                Links.experiment(experiment),
                run.user(),
                run.job() == null ? "tracked" : run.job().compute().value(),
                run.createdAt(),
                RunDuration.of(run, now),
                metrics(data));
    }

    private static String note(RunState state, String waiting) {
        return switch (state) {
            case RunState.Queued _ -> waiting;
            case RunState.Failed failed -> failed.reason();
            default -> "";
        };
    }

    private static List<MetricValue> metrics(RunData data) {
        return data.latest().stream()
                .filter(metric -> metric.modelId() == null || metric.datasetName() == null)
                .sorted(Comparator.comparing(Metric::key))
                .map(metric -> new MetricValue(metric.key(), Wording.number(metric.value())))
                .distinct()
                .limit(MOST_METRICS)
                .toList();
    }
}
