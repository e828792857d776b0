package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.Outbox;
import org.millwright.db.Search;
import org.millwright.db.Term;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** Experiments in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaExperimentRepository implements ExperimentRepository {
    private static final Term ID = Term.integer("e.id");
    private static final Term CREATED = Term.time("e.created_at");

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaExperimentRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaExperimentRepository() {
        this(null, null);
    }

    @Override
    public ExperimentId nextId() {
        return database.query("SELECT nextval('experiment.experiment_id')", row -> new ExperimentId(row.getLong(1)))
                .getFirst();
    }

    @Override
    public Optional<Experiment> find(ExperimentId id) {
        // By SQL, because each run that begins asks for its experiment: an entity costs several times as much.
        return database.query("""
                        SELECT id, workspace, name, tags, created_at, updated_at, deleted_at, revision
                        FROM experiment.experiment WHERE id = ?
                        """, ExperimentRow::new, id.value()).stream()
                .filter(ExperimentRow::isSeen)
                .map(ExperimentRow::toExperiment)
                .findFirst();
    }

    @Override
    public Optional<Experiment> findByName(WorkspaceName workspace, String name) {
        return database.entities()
                .createQuery(
                        "SELECT e FROM ExperimentRow e WHERE e.workspace = :workspace AND e.name = :name",
                        ExperimentRow.class)
                .setParameter("workspace", workspace.value())
                .setParameter("name", name)
                .getResultStream()
                .filter(ExperimentRow::isSeen)
                .map(ExperimentRow::toExperiment)
                .findFirst();
    }

    @Override
    public boolean isBeingPurged(ExperimentId id) {
        return !database.query(
                        "SELECT 1 FROM retention.purge WHERE kind = 'EXPERIMENT' AND id = ?", row -> id, id.toString())
                .isEmpty();
    }

    @Override
    public void save(Change<Experiment> change) {
        var experiment = change.next();
        if (experiment.revision().isUnsaved()) {
            database.add(new ExperimentRow(experiment), "experiment", experiment.name());
        } else {
            database.current(
                            ExperimentRow.class,
                            experiment.id().value(),
                            experiment.revision(),
                            "experiment",
                            experiment.id())
                    .write(experiment);
            database.flush("experiment", experiment.name());
        }
        outbox.append(change.events());
    }

    @Override
    public void addIfAbsent(Experiment experiment) {
        Authority.current().requireNew(ResourceKind.EXPERIMENT, experiment.workspace());
        database.update(
                """
                INSERT INTO experiment.experiment (id, workspace, name, tags, created_at, updated_at, revision)
                VALUES (?, ?, ?, '{}', ?, ?, 1)
                ON CONFLICT (workspace, name) DO NOTHING
                """,
                experiment.id().value(),
                experiment.workspace().value(),
                experiment.name(),
                experiment.createdAt(),
                experiment.updatedAt());
    }

    @Override
    public Page<Experiment> search(
            WorkspaceName workspace, View view, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var search = new Search("experiment.experiment", "e", JpaExperimentRepository::term);
        search.where("e.workspace = " + search.bind(workspace.value()))
                .within(ResourceKind.EXPERIMENT, workspace, "e.id");
        switch (view) {
            case ACTIVE -> search.where("e.deleted_at IS NULL");
            case DELETED -> search.where("e.deleted_at IS NOT NULL");
            case ALL -> {}
        }
        return search.filter(filter)
                .order(order)
                .thenBy(CREATED, false)
                .thenBy(ID, true)
                .page(database.entities(), ExperimentRow.PAGE, ExperimentRow.class, page, ExperimentRow::toExperiment);
    }

    private static @Nullable Term term(Search search, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "name" -> Term.text("e.name");
                    case "experiment_id" -> ID;
                    case "creation_time" -> CREATED;
                    case "last_update_time" -> Term.time("e.updated_at");
                    default -> null;
                };
            case TAG -> Term.member(search, "e.tags", key);
            case METRIC, PARAMETER, DATASET -> null;
        };
    }
}
