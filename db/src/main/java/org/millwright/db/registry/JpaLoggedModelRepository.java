package org.millwright.db.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Search;
import org.millwright.db.Term;
import org.millwright.db.Within;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.LoggedModelQuery.MeasuredOn;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Logged models in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaLoggedModelRepository implements LoggedModelRepository {
    private static final String KIND = "logged model";
    private static final Term ID = Term.text("l.id");
    private static final Term CREATED = Term.time("l.created_at");

    private final Database database;

    @Inject
    public JpaLoggedModelRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JpaLoggedModelRepository() {
        this(null);
    }

    @Override
    public Optional<LoggedModel> find(LoggedModelId id) {
        return database.find(LoggedModelRow.class, id.value()).map(LoggedModelRow::toModel);
    }

    @Override
    public boolean hold(LoggedModelId id) {
        database.query("""
                SELECT l.id FROM registry.logged_model l JOIN experiment.experiment e ON e.id = l.experiment
                WHERE l.id = ? FOR KEY SHARE OF l, e
                """, row -> id, id.value());
        // Asked after the rows are held, because who had to wait for them has not seen the order that was given
        // meanwhile.
        return !database.query("""
                        SELECT 1 FROM registry.logged_model l
                        WHERE l.id = ? AND NOT EXISTS (
                            SELECT 1 FROM retention.purge p
                            WHERE p.kind = 'LOGGED_MODEL' AND p.id = l.id
                               OR p.kind = 'EXPERIMENT' AND p.id = CAST(l.experiment AS text))
                        """, row -> id, id.value()).isEmpty();
    }

    @Override
    public boolean isBeingPurged(LoggedModelId id) {
        return !database.query(
                        "SELECT 1 FROM retention.purge WHERE kind = 'LOGGED_MODEL' AND id = ?", row -> id, id.value())
                .isEmpty();
    }

    @Override
    public List<LoggedModel> of(RunId run) {
        return database.entities()
                .createQuery(
                        "SELECT l FROM LoggedModelRow l WHERE l.run = :run ORDER BY l.createdAt, l.id",
                        LoggedModelRow.class)
                .setParameter("run", run.value())
                .getResultStream()
                .filter(LoggedModelRow::isIncluded)
                .map(LoggedModelRow::toModel)
                .toList();
    }

    @Override
    public void save(LoggedModel model) {
        if (model.revision().isUnsaved()) {
            database.add(new LoggedModelRow(model), KIND, model.id());
        } else {
            database.current(LoggedModelRow.class, model.id().value(), model.revision(), KIND, model.id())
                    .write(model);
            database.flush(KIND, model.id());
        }
    }

    @Override
    public Page<LoggedModel> search(WorkspaceName workspace, LoggedModelQuery query, PageRequest page) {
        var within = Within.reach(ResourceKind.EXPERIMENT, workspace);
        var search = new Search(
                "registry.logged_model", "l", (each, subject, key) -> term(each, subject, key, query.datasets()));
        search.where("l.deleted_at IS NULL");
        search.among(
                "l.experiment",
                query.experiments().stream()
                        .map(ExperimentId::value)
                        .filter(within::includes)
                        .toList());
        search.filter(query.filter());
        if (!query.datasets().isEmpty()
                && query.filter().stream().noneMatch(clause -> clause.subject() == Criterion.Subject.METRIC)) {
            search.where("EXISTS (SELECT 1 FROM experiment.model_metric m WHERE m.model = l.id AND "
                    + measuredOn(search, query.datasets()) + ")");
        }
        return search.order(query.order().stream()
                        .map(JpaLoggedModelRepository::ordering)
                        .toList())
                .thenBy(CREATED, false)
                .thenBy(ID, true)
                .page(database.entities(), LoggedModelRow.PAGE, LoggedModelRow.class, page, LoggedModelRow::toModel);
    }

    private static Ordering ordering(LoggedModelQuery.By by) {
        var ordering = by.ordering();
        return ordering.subject() == Criterion.Subject.METRIC
                ? new Ordering(
                        ordering.subject(), new LatestValue(ordering.key(), by.dataset()).asKey(), ordering.ascending())
                : ordering;
    }

    private static @Nullable Term term(
            Search search, Criterion.Subject subject, String key, List<MeasuredOn> datasets) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> Term.text("l.name");
                    case "model_id" -> ID;
                    case "model_type" -> Term.text("l.model_type");
                    case "status" -> Term.text("l.status");
                    case "source_run_id" -> Term.text("l.run").orMissing();
                    case "experiment_id" -> Term.text("CAST(l.experiment AS text)");
                    case "creation_timestamp" -> CREATED;
                    case "last_updated_timestamp" -> Term.time("l.updated_at");
                    default -> null;
                };
            case METRIC -> {
                var latest = LatestValue.ofKey(key);
                yield latest == null ? anyPoint(search, key, datasets) : latestPoint(search, latest);
            }
            case PARAMETER -> Term.member(search, "l.parameters", key);
            case TAG -> Term.member(search, "l.tags", key);
            case DATASET -> null;
        };
    }

    /** For filters: a model has many points of a metric, and one that fits is enough. */
    private static Term anyPoint(Search search, String name, List<MeasuredOn> datasets) {
        var ofDatasets = datasets.isEmpty() ? "" : " AND " + measuredOn(search, datasets);
        return Term.number("m.value")
                .orNotANumber("m.nan")
                .within("EXISTS (SELECT 1 FROM experiment.model_metric m WHERE m.model = l.id AND m.key = %s%s AND %%s)"
                        .formatted(keyOf(search, name), ofDatasets));
    }

    /** For sorting: the last point, on one data set or on any. */
    private static Term latestPoint(Search search, LatestValue latest) {
        var dataset = latest.dataset();
        var joined = search.join("""
                LEFT JOIN LATERAL (
                    SELECT m.value, m.nan FROM experiment.model_metric m
                    WHERE m.model = l.id AND m.key = %s%s
                    ORDER BY m.timestamp DESC, m.step DESC, m.run LIMIT 1) %%1$s ON true
                """.formatted(
                keyOf(search, latest.metric()), dataset == null ? "" : " AND " + measuredOn(search, List.of(dataset))));
        return Term.number(joined + ".value").orMissing().orNotANumber(joined + ".nan");
    }

    private static String keyOf(Search search, String metric) {
        return "(SELECT id FROM experiment.metric_key WHERE name = %s)".formatted(search.bind(metric));
    }

    private static String measuredOn(Search search, List<MeasuredOn> datasets) {
        return datasets.stream()
                .map(dataset -> dataset.digest() == null
                        ? "m.dataset_name = " + search.bind(dataset.name())
                        : "m.dataset_name = %s AND m.dataset_digest = %s"
                                .formatted(search.bind(dataset.name()), search.bind(dataset.digest())))
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    /**
     * What an order by a metric speaks of. It travels in the ordering's key, so that the same metric on two data sets is
     * two columns, and a page token of one order does not fit another.
     */
    private record LatestValue(String metric, @Nullable MeasuredOn dataset) {
        private static final String MARK = "\u0001"; // no name of a metric holds it

        String asKey() {
            return dataset == null
                    ? metric + MARK
                    : String.join(MARK, metric, dataset.name(), dataset.digest() == null ? "" : dataset.digest());
        }

        /** @return null when the key is a filter's */
        static @Nullable LatestValue ofKey(String key) {
            var parts = key.split(MARK, -1);
            return switch (parts.length) {
                case 1 -> null;
                case 2 -> new LatestValue(parts[0], null);
                default -> new LatestValue(parts[0], new MeasuredOn(parts[1], parts[2].isEmpty() ? null : parts[2]));
            };
        }
    }
}
