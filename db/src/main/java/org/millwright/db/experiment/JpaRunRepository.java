package org.millwright.db.experiment;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.db.Database;
import org.millwright.db.Database.RowReader;
import org.millwright.db.Database.Values;
import org.millwright.db.Outbox;
import org.millwright.db.Search;
import org.millwright.db.SnapshotLock;
import org.millwright.db.Term;
import org.millwright.db.Within;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.View;

/** Runs and their attempts in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaRunRepository implements RunRepository {
    private static final Term ID = Term.text("r.id");
    private static final Term START_TIME = Term.time("r.start_time");

    /** A run with its tags, and in whose name it begins: all that is to be said, at once. */
    private static final String BEGIN = """
            WITH %s, added AS (
                INSERT INTO experiment.run
                    (id, workspace, experiment, name, user_name, state, attempt, started_at, created_at, revision)
                SELECT ?, ?, CAST(? AS bigint), ?, ?, ?, CAST(? AS integer), CAST(? AS timestamptz), CAST(? AS timestamptz), 1
                FROM attributed
                RETURNING key
            )
            INSERT INTO experiment.run_tag (run, name, value)
            SELECT added.key, given.name, given.value FROM added, unnest(?, ?) AS given (name, value)
            """.formatted(Database.ATTRIBUTED);

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaRunRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaRunRepository() {
        this(null, null);
    }

    @Override
    public Optional<Run> find(RunId id) {
        return database.find(RunRow.class, id.value()).map(RunRow::toRun);
    }

    @Override
    public Optional<Run> findForUpdate(RunId id) {
        return database.findForUpdate(RunRow.class, id.value()).map(RunRow::toRun);
    }

    @Override
    public List<Run> findAllForUpdate(List<RunId> ids) {
        return database.entities()
                .createQuery("SELECT r FROM RunRow r WHERE r.id IN :ids ORDER BY r.id", RunRow.class)
                .setParameter("ids", ids.stream().map(RunId::value).toList())
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .map(RunRow::toRun)
                .toList();
    }

    @Override
    public void saveAll(List<Change<Run>> changes) {
        for (var change : changes) {
            var run = change.next();
            database.current(RunRow.class, run.id().value(), run.revision(), "run", run.id())
                    .write(run);
            outbox.append(change.events());
        }
        database.flush("run", "of several");
    }

    @Override
    public boolean hold(RunId id) {
        database.query("""
                SELECT r.id FROM experiment.run r JOIN experiment.experiment e ON e.id = r.experiment
                WHERE r.id = ? FOR KEY SHARE OF r, e
                """, row -> id, id.value());
        // Asked after the rows are held, because who had to wait for them has not seen the order that was given
        // meanwhile.
        return !database.query("""
                        SELECT 1 FROM experiment.run r
                        WHERE r.id = ? AND NOT EXISTS (
                            SELECT 1 FROM retention.purge p
                            WHERE p.kind = 'RUN' AND p.id = r.id
                               OR p.kind = 'EXPERIMENT' AND p.id = CAST(r.experiment AS text))
                        """, row -> id, id.value()).isEmpty();
    }

    @Override
    public boolean isBeingPurged(RunId id) {
        return !database.query("SELECT 1 FROM retention.purge WHERE kind = 'RUN' AND id = ?", row -> id, id.value())
                .isEmpty();
    }

    @Override
    public Optional<String> frozenBy(ArtifactPath file) {
        var segments = file.segments();
        if (segments.size() < 3) {
            return Optional.empty();
        }
        var ofLoggedModel = segments.get(1).equals("models");
        return database
                .query(
                        """
                        SELECT v.model || ':' || v.version AS version
                        FROM registry.model_version v JOIN workspace.workspace w ON w.name = v.workspace
                        WHERE %s AND CAST(w.settings ->> 'freezeRegisteredRuns' AS boolean) LIMIT 1
                        """.formatted(ofLoggedModel ? "v.logged_model = ?" : "v.run = ?"),
                        row -> row.getString("version"),
                        segments.get(ofLoggedModel ? 2 : 1))
                .stream()
                .findFirst();
    }

    @Override
    public Optional<RunId> ownerOf(ArtifactPath file) {
        var segments = file.segments();
        if (segments.size() < 3) {
            return Optional.empty();
        }
        return segments.get(1).equals("models")
                ? database
                        .query(
                                "SELECT run FROM registry.logged_model WHERE id = ? AND run IS NOT NULL",
                                row -> new RunId(row.getString("run")),
                                segments.get(2))
                        .stream()
                        .findFirst()
                : Optional.of(new RunId(segments.get(1)));
    }

    @Override
    public void made(RunId run, RunId by) {
        database.entities().flush();
        database.update("INSERT INTO experiment.run_made (run, by) VALUES (?, ?)", run.value(), by.value());
    }

    @Override
    public boolean isMadeBy(RunId run, RunId by) {
        return !database.query(
                        "SELECT 1 FROM experiment.run_made WHERE run = ? AND by = ?",
                        row -> run,
                        run.value(),
                        by.value())
                .isEmpty();
    }

    @Override
    public void holdSnapshot(ContentDigest snapshot) {
        SnapshotLock.shared(database, snapshot);
    }

    @Override
    public Optional<RunId> unfinishedJob(ExperimentId experiment) {
        return database.query("""
                        SELECT id FROM experiment.run
                        WHERE experiment = ? AND job IS NOT NULL AND ended_at IS NULL ORDER BY id LIMIT 1
                        """, row -> new RunId(row.getString("id")), experiment.value()).stream()
                .findFirst();
    }

    @Override
    public void deleteAll(ExperimentId experiment, Instant at) {
        database.withItsExperiment(true);
        database.update("""
                UPDATE experiment.run SET deleted_at = ?, revision = revision + 1
                WHERE experiment = ? AND deleted_at IS NULL
                """, at, experiment.value());
        database.withItsExperiment(false);
        database.entities().clear();
    }

    @Override
    public void restoreAll(ExperimentId experiment, Instant deletedAt) {
        database.withItsExperiment(true);
        database.update(
                "UPDATE experiment.run SET deleted_at = NULL, revision = revision + 1 WHERE experiment = ? AND deleted_at = ?",
                experiment.value(),
                deletedAt);
        database.withItsExperiment(false);
        database.entities().clear();
    }

    @Override
    public Optional<HeldRun> holdForLogging(RunId id) {
        return HeldRuns.find(database, id);
    }

    @Override
    public void save(Change<Run> change) {
        var run = change.next();
        if (run.revision().isUnsaved()) {
            database.add(new RunRow(run), "run", run.id());
        } else {
            database.current(RunRow.class, run.id().value(), run.revision(), "run", run.id())
                    .write(run);
            database.flush("run", run.id());
        }
        outbox.append(change.events());
    }

    @Override
    public void begin(Change<Run> begun, Map<String, String> tags) {
        var run = begun.next();
        var row = new RunRow(run);
        row.requireToAdd();
        var sorted = new TreeMap<>(tags);
        database.updateAttributed(
                BEGIN,
                run.id().value(),
                run.workspace().value(),
                run.experiment().value(),
                run.name(),
                run.user(),
                run.state().label(),
                run.attempt(),
                row.startedAt(),
                run.createdAt(),
                new Values("text", sorted.keySet().toArray()),
                new Values("text", sorted.values().toArray()));
        outbox.append(begun.events());
    }

    @Override
    public Page<Run> search(RunQuery query, PageRequest page) {
        var search = new Search("experiment.run", "r", JpaRunRepository::term);
        var within = Within.reach(ResourceKind.EXPERIMENT, query.workspace());
        // Who reaches only some experiments asks for these: they lead the indexes.
        var isAboutAll = query.experiments().isEmpty() && !within.isNamedOnly();
        var experiments = experiments(query, within);
        if (isAboutAll) {
            search.where("r.workspace = " + search.bind(query.workspace().value()))
                    .within(ResourceKind.EXPERIMENT, query.workspace(), "r.experiment");
        } else {
            search.among("r.experiment", query.view() == View.ACTIVE ? experiments.active() : experiments.all());
        }
        // With its experiment a run is deleted and comes back.
        switch (query.view()) {
            case ACTIVE -> {
                search.where("r.deleted_at IS NULL");
                if (isAboutAll && !experiments.deleted().isEmpty()) {
                    search.where("r.experiment <> ALL " + array(experiments.deleted()));
                }
            }
            case DELETED ->
                search.where(
                        experiments.deleted().isEmpty()
                                ? "r.deleted_at IS NOT NULL"
                                : "(r.deleted_at IS NOT NULL OR r.experiment = ANY %s)"
                                        .formatted(array(experiments.deleted())));
            case ALL -> {}
        }
        return search.filter(query.filter())
                .order(query.order())
                .thenBy(START_TIME, false)
                .thenBy(ID, true)
                .page(database.entities(), RunRow.PAGE, RunRow.class, page, RunRow::toRun);
    }

    /** Which experiments a search is about. @param active those that are asked for; empty when none is named */
    private record Experiments(List<Long> active, List<Long> deleted) {
        List<Long> all() {
            return Stream.concat(active.stream(), deleted.stream()).toList();
        }
    }

    private Experiments experiments(RunQuery query, Within within) {
        var active = new ArrayList<Long>();
        var deleted = new ArrayList<Long>();
        RowReader<Boolean> reader = row -> (row.getBoolean("deleted") ? deleted : active).add(row.getLong("id"));
        if (query.experiments().isEmpty() && !within.isNamedOnly()) {
            database.query(
                    "SELECT id, true AS deleted FROM experiment.experiment WHERE workspace = ? AND deleted_at IS NOT NULL",
                    reader,
                    query.workspace().value());
        } else {
            var wanted = query.experiments().stream().map(ExperimentId::value).filter(within::includes);
            database.query(
                    "SELECT id, deleted_at IS NOT NULL AS deleted FROM experiment.experiment WHERE id = ANY (?) AND workspace = ?",
                    reader,
                    new Values("int8", (query.experiments().isEmpty() ? within.numbers() : wanted).toArray()),
                    query.workspace().value());
        }
        return new Experiments(active, deleted);
    }

    private static String array(List<Long> numbers) {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining(",", "('{", "}'::bigint[])"));
    }

    @Override
    public void openAttempt(RunAttempt attempt) {
        database.add(
                new RunAttemptRow(attempt), "open attempt of run", attempt.id().run());
    }

    @Override
    public void openAttempts(List<RunAttempt> attempts) {
        attempts.forEach(attempt -> database.entities().persist(new RunAttemptRow(attempt)));
        database.flush("open attempt of run", "of several");
    }

    @Override
    public void moveAttempt(AttemptId attempt, String server) {
        database.update(
                "UPDATE experiment.run_attempt SET server = ? WHERE run = ? AND number = ?",
                server,
                attempt.run(),
                attempt.number());
    }

    @Override
    public void abandonAttempt(AttemptId attempt) {
        database.update(
                "UPDATE experiment.run_attempt SET abandoned = true WHERE run = ? AND number = ?",
                attempt.run(),
                attempt.number());
    }

    @Override
    public List<RunAttempt> abandonedBy(String server) {
        return database
                .query(
                        "UPDATE experiment.run_attempt SET abandoned = false WHERE server = ? AND abandoned RETURNING run, number",
                        row -> new AttemptKey(row.getString("run"), row.getInt("number")),
                        server)
                .stream()
                .flatMap(key -> database.find(RunAttemptRow.class, key).stream())
                .map(RunAttemptRow::toAttempt)
                .toList();
    }

    @Override
    public void closeAttempt(RunAttempt attempt) {
        var id = attempt.id();
        database.find(RunAttemptRow.class, new AttemptKey(id.run(), id.number()))
                .orElseThrow(() -> Refused.notFound("attempt", id))
                .end(attempt);
        database.flush("attempt", id);
    }

    @Override
    public List<RunAttempt> attempts(RunId id) {
        return database.entities()
                .createQuery("SELECT a FROM RunAttemptRow a WHERE a.run = :run ORDER BY a.number", RunAttemptRow.class)
                .setParameter("run", id.value())
                .getResultStream()
                .map(RunAttemptRow::toAttempt)
                .toList();
    }

    @Override
    public List<RunAttempt> openAttempts(String server) {
        return database.entities()
                .createQuery(
                        "SELECT a FROM RunAttemptRow a WHERE a.server = :server AND a.endedAt IS NULL ORDER BY a.claimedAt, a.run",
                        RunAttemptRow.class)
                .setParameter("server", server)
                .getResultStream()
                .map(RunAttemptRow::toAttempt)
                .toList();
    }

    private static @Nullable Term term(Search search, Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE -> attribute(key);
            case METRIC -> {
                var summary = search.join("""
                        LEFT JOIN experiment.metric_summary %%1$s
                            ON %%1$s.run = r.key AND %%1$s.experiment = r.experiment
                                AND %%1$s.key = (SELECT id FROM experiment.metric_key WHERE name = %s)
                        """.formatted(search.bind(key)));
                yield Term.number(summary + ".last_value")
                        .orMissing(summary + ".run IS NULL")
                        .orNotANumber(summary + ".last_nan");
            }
            case PARAMETER -> value(search, "experiment.run_parameter", key);
            case TAG -> value(search, "experiment.run_tag", key);
            case DATASET ->
                switch (key) {
                    case "name" -> dataset("d.name");
                    case "digest" -> dataset("d.digest");
                    case "context" -> dataset("(d.tags ->> 'mlflow.data.context')");
                    default -> null;
                };
        };
    }

    private static @Nullable Term attribute(String key) {
        return switch (key) {
            case "run_id" -> ID;
            case "run_name" -> Term.text("r.name").lookedUpBy("left(r.name, 64) = left(%1$s, 64)");
            case "status" -> Term.text("r.state");
            case "user_id" -> Term.text("r.user_name");
            case "start_time" -> START_TIME;
            case "end_time" -> Term.time("r.ended_at").orMissing();
            case "artifact_uri" -> Term.text("('mlflow-artifacts:/' || r.experiment || '/' || r.id || '/artifacts')");
            case "kind" -> Term.text("(CASE WHEN r.job IS NULL THEN 'tracked' ELSE 'job' END)");
            default -> null;
        };
    }

    private static Term value(Search search, String table, String key) {
        var joined = search.join(
                "LEFT JOIN %s %%1$s ON %%1$s.run = r.key AND %%1$s.name = %s".formatted(table, search.bind(key)));
        return Term.text(joined + ".value")
                .orMissing(joined + ".run IS NULL")
                .lookedUpBy("left(%s.value, 64) = left(%%1$s, 64)".formatted(joined));
    }

    private static Term dataset(String sql) {
        return Term.text(sql).within("EXISTS (SELECT 1 FROM experiment.run_dataset d WHERE d.run = r.key AND %s)");
    }
}
