package org.millwright.db.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.db.Database;
import org.millwright.db.Search;
import org.millwright.db.Term;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;

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
    public Page<LoggedModel> search(
            List<ExperimentId> experiments, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var search = new Search("registry.logged_model", "l", JpaLoggedModelRepository::term);
        search.where("l.deleted_at IS NULL");
        search.among(
                "l.experiment", experiments.stream().map(ExperimentId::value).toList());
        return search.filter(filter)
                .order(order)
                .thenBy(CREATED, false)
                .thenBy(ID, true)
                .page(database.entities(), LoggedModelRow.PAGE, LoggedModelRow.class, page, LoggedModelRow::toModel);
    }

    private static @Nullable Term term(Search search, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> Term.text("l.name");
                    case "model_id" -> ID;
                    case "model_type" -> Term.text("l.model_type");
                    case "status" -> Term.text("l.status");
                    case "source_run_id" -> Term.text("l.run").orMissing();
                    case "creation_timestamp" -> CREATED;
                    case "last_updated_timestamp" -> Term.time("l.updated_at");
                    default -> null;
                };
            case METRIC -> {
                var latest = search.join("""
                        LEFT JOIN LATERAL (
                            SELECT m.value, m.nan FROM experiment.model_metric m
                            WHERE m.model = l.id AND m.key = (SELECT id FROM experiment.metric_key WHERE name = %s)
                            ORDER BY m.step DESC, m.timestamp DESC, m.value DESC LIMIT 1) %%1$s ON true
                        """.formatted(search.bind(key)));
                yield Term.number(latest + ".value").orMissing().orNotANumber(latest + ".nan");
            }
            case PARAMETER -> Term.member(search, "l.parameters", key);
            case TAG -> Term.member(search, "l.tags", key);
            case DATASET -> null;
        };
    }
}
