package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.millwright.experiment.RunId;
import org.millwright.experiment.RunRecords;
import org.millwright.experiment.RunRecords.Logged;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.BetterMetric;
import org.millwright.registry.model.ModelVersion;
import org.millwright.workspace.WorkspaceName;

/** Sets the versions of a model beside each other, each with what was measured on it. */
@ApplicationScoped
@Transactional
public class VersionTable {
    private static final int MOST_VERSIONS = 100;

    private final ModelRegistry models;
    private final RunRecords runs;

    @Inject
    public VersionTable(ModelRegistry models, RunRecords runs) {
        this.models = models;
        this.runs = runs;
    }

    @SuppressWarnings("NullAway")
    protected VersionTable() {
        this(null, null);
    }

    /**
     * A version with what was measured.
     *
     * @param metrics of its run; where the same was measured on its logged model, that value
     */
    public record Row(ModelVersion version, Map<String, Double> metrics, Map<String, String> parameters) {
        public Row {
            metrics = Map.copyOf(metrics);
            parameters = Map.copyOf(parameters);
        }
    }

    /** @param best the versions that are best by each metric; @param metrics that some version has, by name */
    public record Table(List<Row> rows, List<String> metrics, Map<String, ModelRef> best) {}

    /** One thing in which two versions differ. @param before and @param after null where a version has none of it */
    public record Difference(
            String kind,
            String name,
            @Nullable String before,
            @Nullable String after) {}

    /** The newest versions, the newest first. */
    public Table of(WorkspaceName workspace, ModelName name) {
        var rows = rows(
                models.versions(workspace, name).stream().limit(MOST_VERSIONS).toList());
        var metrics = new TreeSet<String>();
        rows.forEach(row -> metrics.addAll(row.metrics().keySet()));
        var best = new HashMap<String, ModelRef>();
        for (var metric : metrics) {
            rows.stream()
                    .filter(row -> isNumber(row.metrics().get(metric)))
                    .max(Comparator.comparing(
                            (Row row) -> Objects.requireNonNull(row.metrics().get(metric)), BetterMetric.order(metric)))
                    .ifPresent(row -> best.put(metric, row.version().id()));
        }
        return new Table(rows, List.copyOf(metrics), best);
    }

    public Row row(WorkspaceName workspace, ModelRef id) {
        return rows(List.of(models.getVersion(workspace, id))).getFirst();
    }

    private List<Row> rows(List<ModelVersion> versions) {
        var logged = runs.logged(versions.stream()
                .map(ModelVersion::run)
                .filter(Objects::nonNull)
                .distinct()
                .toList());
        return versions.stream().map(version -> row(version, logged)).toList();
    }

    private Row row(ModelVersion version, Map<RunId, Logged> logged) {
        var run = version.run() == null ? Logged.NOTHING : logged.getOrDefault(version.run(), Logged.NOTHING);
        var metrics = new HashMap<>(run.metrics());
        if (version.loggedModel() != null) {
            metrics.putAll(runs.measuredOn(version.loggedModel().value()));
        }
        return new Row(version, metrics, run.parameters());
    }

    /** In what two versions differ: metrics, parameters, tags and where they come from; files are {@link ModelFiles}' matter. */
    public List<Difference> differences(Row before, Row after) {
        var differences = new ArrayList<Difference>();
        compare("metric", texts(before.metrics()), texts(after.metrics()), differences);
        compare("parameter", before.parameters(), after.parameters(), differences);
        compare("tag", before.version().tags(), after.version().tags(), differences);
        compare("origin", origin(before.version()), origin(after.version()), differences);
        return differences;
    }

    /** Adds what the maps do not agree on, by name. */
    public static void compare(
            String kind, Map<String, String> before, Map<String, String> after, List<Difference> differences) {
        var names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (var name : names) {
            if (!Objects.equals(before.get(name), after.get(name))) {
                differences.add(new Difference(kind, name, before.get(name), after.get(name)));
            }
        }
    }

    private static Map<String, String> texts(Map<String, Double> numbers) {
        var texts = new TreeMap<String, String>();
        numbers.forEach((name, number) -> texts.put(name, number.toString()));
        return texts;
    }

    private static Map<String, String> origin(ModelVersion version) {
        var origin = new TreeMap<String, String>();
        origin.put("user", version.user());
        if (version.run() != null) {
            origin.put("run", version.run().value());
        }
        return origin;
    }

    private static boolean isNumber(@Nullable Double value) {
        return value != null && !value.isNaN();
    }
}
