package org.millwright.experiment.fake;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
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
import org.millwright.shared.fake.InMemorySearch;

/** What runs log, in memory. */
public final class InMemoryTracking implements TrackingRepository {
    private static final Comparator<Metric> HISTORY = Comparator.comparingLong(Metric::timestamp)
            .thenComparingLong(Metric::step)
            .thenComparingDouble(InMemoryTracking::stored)
            .thenComparing(point -> Double.isNaN(point.value()));
    private static final Comparator<Metric> LATEST = Comparator.comparingLong(Metric::step)
            .thenComparingLong(Metric::timestamp)
            .thenComparingDouble(InMemoryTracking::stored)
            .thenComparing(point -> Double.isNaN(point.value()));

    private final Map<RunId, Log> logs = new HashMap<>();
    private final InMemorySearch<Metric> pages = new InMemorySearch<>((_, _, _) -> InMemorySearch.UNKNOWN, HISTORY);

    private Function<RunId, Optional<Resource>> experiments = _ -> Optional.empty();

    /** Says which experiment a run is of; what is of none is everybody's. */
    public void belongingTo(Function<RunId, Optional<Resource>> experimentOf) {
        experiments = experimentOf;
    }

    private static final class Log {
        private final Set<Metric> points = new LinkedHashSet<>();
        private final Set<Metric> modelPoints = new LinkedHashSet<>();
        private final Map<String, String> parameters = new TreeMap<>();
        private final Map<String, String> tags = new TreeMap<>();
        private final Map<String, DatasetInput> datasets = new TreeMap<>();
        private final Set<ModelLink> models = new LinkedHashSet<>();
    }

    @Override
    public void log(HeldRun run, TrackingBatch batch) {
        log(run.id(), batch);
    }

    @Override
    public void addTags(RunId run, Map<String, String> tags) {
        log(run).tags.putAll(tags);
    }

    @Override
    public void log(RunId run, TrackingBatch batch) {
        var log = log(run);
        batch.parameters().forEach((name, value) -> {
            var known = log.parameters.get(name);
            if (known != null && !known.equals(value)) {
                throw Refused.invalid("params." + name, "run '%s' already has the value '%s'".formatted(run, known));
            }
        });
        log.parameters.putAll(batch.parameters());
        log.tags.putAll(batch.tags());
        for (var point : batch.metrics()) {
            // A negative zero is no point of its own.
            var value = point.value() == 0 ? 0 : point.value();
            log.points.add(new Metric(point.key(), value, point.timestamp(), point.step()));
            if (point.modelId() != null) {
                log.modelPoints.add(point);
            }
        }
    }

    @Override
    public void deleteTag(RunId run, String key) {
        if (log(run).tags.remove(key) == null) {
            throw Refused.notFound("tag", key);
        }
    }

    @Override
    public void addDatasets(RunId run, List<DatasetInput> datasets) {
        datasets.forEach(dataset -> log(run).datasets.put(dataset.name() + "@" + dataset.digest(), dataset));
    }

    @Override
    public void addModels(RunId run, List<ModelLink> models) {
        log(run).models.addAll(models);
    }

    @Override
    public Map<RunId, RunData> read(Collection<RunId> runs) {
        var data = new HashMap<RunId, RunData>();
        for (var run : runs) {
            var log = isIncluded(run) ? log(run) : new Log();
            var latest = new TreeMap<String, Metric>();
            for (var point : log.points) {
                latest.merge(point.key(), point, (a, b) -> LATEST.compare(a, b) >= 0 ? a : b);
            }
            data.put(
                    run,
                    new RunData(
                            List.copyOf(latest.values()),
                            Map.copyOf(log.parameters),
                            Map.copyOf(log.tags),
                            List.copyOf(log.datasets.values()),
                            List.copyOf(log.models)));
        }
        return data;
    }

    @Override
    public Page<Metric> history(RunId run, String key, PageRequest page) {
        var points = log(run).points.stream()
                .filter(point -> point.key().equals(key))
                .toList();
        return pages.page(points, List.of(), List.of(), page);
    }

    @Override
    public Optional<String> tag(RunId run, String key) {
        return Optional.ofNullable(log(run).tags.get(key));
    }

    @Override
    public List<Metric> sample(RunId run, String key, Sampling sampling) {
        var steps = sampling.steps();
        var points = log(run).points.stream()
                .filter(point -> point.key().equals(key))
                .filter(point -> steps == null || (point.step() >= steps.first() && point.step() <= steps.last()))
                .sorted(LATEST)
                .toList();
        return Arrays.stream(sampling.places(points.size()))
                .mapToObj(place -> points.get((int) place))
                .toList();
    }

    @Override
    public Map<String, MetricSummary> summaries(RunId run) {
        var summaries = new TreeMap<String, MetricSummary>();
        log(run).points.stream().collect(Collectors.groupingBy(Metric::key)).forEach((key, points) -> {
            var numbers = points.stream()
                    .mapToDouble(Metric::value)
                    .filter(value -> !Double.isNaN(value))
                    .summaryStatistics();
            var some = numbers.getCount() > 0;
            summaries.put(
                    key,
                    new MetricSummary(
                            points.stream().max(LATEST).orElseThrow(),
                            some ? numbers.getMin() : null,
                            some ? numbers.getMax() : null,
                            some && Double.isFinite(numbers.getAverage()) ? numbers.getAverage() : null,
                            points.size()));
        });
        return summaries;
    }

    @Override
    public Map<String, List<ModelPoint>> ofModels(Collection<String> modelIds) {
        var found = new HashMap<String, List<ModelPoint>>();
        logs.forEach((run, log) -> log.modelPoints.stream()
                .filter(point -> modelIds.contains(point.modelId()) && isIncluded(run))
                .forEach(point -> found.computeIfAbsent(point.modelId(), _ -> new ArrayList<>())
                        .add(new ModelPoint(run, point))));
        found.values().forEach(points -> points.sort(Comparator.comparing(ModelPoint::point, HISTORY)));
        return found;
    }

    @Override
    public void logOnModels(RunId run, List<Metric> points) {
        log(run).modelPoints.addAll(points);
    }

    /** Takes out some points of the runs. @return how many */
    public int erasePoints(Collection<RunId> runs, int most) {
        var left = most;
        for (var run : runs) {
            for (var points : List.of(log(run).points, log(run).modelPoints)) {
                for (var each = points.iterator(); left > 0 && each.hasNext(); left--) {
                    each.next();
                    each.remove();
                }
            }
        }
        return most - left;
    }

    /** Takes out all that a run logged. */
    public void erase(RunId run) {
        logs.remove(run);
    }

    private boolean isIncluded(RunId run) {
        return experiments
                .apply(run)
                .filter(owner -> !Authority.current().includes(owner))
                .isEmpty();
    }

    private Log log(RunId run) {
        return logs.computeIfAbsent(run, _ -> new Log());
    }

    private static double stored(Metric point) {
        return Double.isNaN(point.value()) ? 0 : point.value();
    }
}
