package org.millwright.experiment.fake;

import static org.millwright.shared.fake.InMemorySearch.UNKNOWN;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.experiment.model.HeldRun;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.InMemorySearch;
import org.millwright.shared.fake.Shelf;

/** Runs and their attempts in memory. */
public final class InMemoryRuns implements RunRepository {
    private final TrackingRepository tracking;
    private final ExperimentRepository experiments;
    private final Shelf<Run> shelf = new Shelf<>(
                    "run",
                    run -> run.id().value(),
                    Run::revision,
                    (run, revision) -> new Run(
                            run.id(),
                            run.workspace(),
                            run.experiment(),
                            run.name(),
                            run.user(),
                            run.submitter(),
                            run.job(),
                            run.state(),
                            run.attempt(),
                            run.createdAt(),
                            run.deletedAt(),
                            revision))
            .ofParts(InMemoryRuns::experiment);
    private Function<ArtifactPath, Optional<String>> freezing = _ -> Optional.empty();
    private final Set<RunId> doomed = new HashSet<>();
    private final Map<RunId, RunId> makers = new HashMap<>();
    private final Map<String, RunAttempt> attempts = new TreeMap<>();
    private final List<AttemptId> abandoned = new ArrayList<>();
    private final InMemorySearch<Run> search = new InMemorySearch<>(
            this::read, Comparator.comparing(InMemoryRuns::startTime).reversed().thenComparing(run -> run.id()
                    .value()));

    /**
     * @param tracking whose metrics, parameters and tags are searched
     * @param experiments those of the runs; a deleted one hides its runs
     */
    public InMemoryRuns(TrackingRepository tracking, ExperimentRepository experiments) {
        this.tracking = tracking;
        this.experiments = experiments;
    }

    @Override
    public Optional<Run> find(RunId id) {
        return shelf.find(id.value());
    }

    @Override
    public Optional<Run> findForUpdate(RunId id) {
        return find(id);
    }

    /** What roles are given on. */
    public static Resource experiment(Run run) {
        return Resource.of(ResourceKind.EXPERIMENT, run.workspace(), run.experiment());
    }

    /** Orders its purge. */
    public void doom(RunId id) {
        doomed.add(id);
    }

    /** Takes it out for good. */
    public void remove(RunId id) {
        shelf.remove(id.value());
        attempts.keySet().removeIf(key -> key.startsWith(id + "#"));
        doomed.remove(id);
    }

    public List<Run> all() {
        return shelf.all();
    }

    @Override
    public boolean hold(RunId id) {
        return find(id).isPresent() && !doomed.contains(id);
    }

    @Override
    public boolean isBeingPurged(RunId id) {
        return doomed.contains(id);
    }

    /** Says which model version keeps a file from changes. */
    public void freezing(Function<ArtifactPath, Optional<String>> rule) {
        freezing = rule;
    }

    @Override
    public Optional<String> frozenBy(ArtifactPath file) {
        return freezing.apply(file);
    }

    @Override
    public Optional<RunId> ownerOf(ArtifactPath file) {
        return file.segments().size() < 3 || file.segments().get(1).equals("models")
                ? Optional.empty()
                : Optional.of(new RunId(file.segments().get(1)));
    }

    @Override
    public void made(RunId run, RunId by) {
        makers.put(run, by);
    }

    @Override
    public boolean isMadeBy(RunId run, RunId by) {
        return by.equals(makers.get(run));
    }

    @Override
    public void holdSnapshot(ContentDigest snapshot) {
        // One thread at a time uses this.
    }

    @Override
    public Optional<RunId> unfinishedJob(ExperimentId experiment) {
        return shelf.all().stream()
                .filter(run -> run.experiment().equals(experiment)
                        && run.isJob()
                        && !run.state().isEnded())
                .map(Run::id)
                .findFirst();
    }

    @Override
    public void deleteAll(ExperimentId experiment, Instant at) {
        shelf.all().stream()
                .filter(run -> run.experiment().equals(experiment) && run.deletedAt() == null)
                .forEach(run -> shelf.put(deletedAt(run, at)));
    }

    @Override
    public void restoreAll(ExperimentId experiment, Instant deletedAt) {
        shelf.all().stream()
                .filter(run -> run.experiment().equals(experiment) && deletedAt.equals(run.deletedAt()))
                .forEach(run -> shelf.put(deletedAt(run, null)));
    }

    private static Run deletedAt(Run run, @Nullable Instant when) {
        return new Run(
                run.id(),
                run.workspace(),
                run.experiment(),
                run.name(),
                run.user(),
                run.submitter(),
                run.job(),
                run.state(),
                run.attempt(),
                run.createdAt(),
                when,
                new Revision(run.revision().value() + 1));
    }

    @Override
    public Optional<HeldRun> holdForLogging(RunId id) {
        return find(id).map(run -> new HeldRun(
                id,
                0,
                run.workspace(),
                run.experiment(),
                run.deletedAt() != null,
                frozenBy(run.artifacts()).orElse(null)));
    }

    @Override
    public void save(Change<Run> change) {
        shelf.save(change);
    }

    @Override
    public void begin(Change<Run> begun, Map<String, String> tags) {
        save(begun);
        tracking.addTags(begun.next().id(), tags);
    }

    public List<DomainEvent> events() {
        return shelf.events();
    }

    @Override
    public Page<Run> search(RunQuery query, PageRequest page) {
        var seen = shelf.reached().stream()
                .filter(run -> run.workspace().equals(query.workspace()))
                .filter(run ->
                        query.experiments().isEmpty() || query.experiments().contains(run.experiment()))
                .filter(run -> switch (query.view()) {
                    case ACTIVE -> !isDeleted(run);
                    case DELETED -> isDeleted(run);
                    case ALL -> true;
                })
                .toList();
        return search.page(seen, query.filter(), query.order(), page);
    }

    private boolean isDeleted(Run run) {
        return run.deletedAt() != null
                || experiments
                        .find(run.experiment())
                        .filter(experiment -> experiment.deletedAt() != null)
                        .isPresent();
    }

    @Override
    public void openAttempt(RunAttempt attempt) {
        if (attempts(new RunId(attempt.id().run())).stream().anyMatch(other -> other.endedAt() == null)) {
            throw new Refused(new Problem.AlreadyExists(
                    "open attempt of run", attempt.id().run()));
        }
        attempts.put(key(attempt.id()), attempt);
    }

    @Override
    public void closeAttempt(RunAttempt attempt) {
        if (attempts.replace(key(attempt.id()), attempt) == null) {
            throw Refused.notFound("attempt", attempt.id());
        }
    }

    @Override
    public void moveAttempt(AttemptId id, String server) {
        attempts.computeIfPresent(
                key(id),
                (_, was) -> new RunAttempt(
                        id,
                        was.compute(),
                        was.slot(),
                        server,
                        was.claimedAt(),
                        was.endedAt(),
                        was.outcome(),
                        was.cause()));
    }

    @Override
    public void abandonAttempt(AttemptId attempt) {
        abandoned.add(attempt);
    }

    @Override
    public List<RunAttempt> abandonedBy(String server) {
        var told = abandoned.stream()
                .filter(id -> attempts.get(key(id)).server().equals(server))
                .toList();
        abandoned.removeAll(told);
        return told.stream().map(id -> attempts.get(key(id))).toList();
    }

    @Override
    public List<RunAttempt> attempts(RunId id) {
        return attempts.values().stream()
                .filter(attempt -> attempt.id().run().equals(id.value()))
                .toList();
    }

    @Override
    public List<RunAttempt> openAttempts(String server) {
        return attempts.values().stream()
                .filter(attempt -> attempt.server().equals(server) && attempt.endedAt() == null)
                .toList();
    }

    private static String key(AttemptId id) {
        return "%s#%06d".formatted(id.run(), id.number());
    }

    private static Instant startTime(Run run) {
        return run.startedAt() == null ? run.createdAt() : run.startedAt();
    }

    private Object read(Run run, Criterion.Subject subject, String key) {
        var data = tracking.read(List.of(run.id())).get(run.id());
        return switch (subject) {
            case ATTRIBUTE ->
                switch (key) {
                    case "run_id" -> run.id().value();
                    case "run_name" -> run.name();
                    case "status" -> run.state().label();
                    case "user_id" -> run.user();
                    case "start_time" -> startTime(run);
                    case "end_time" -> run.endedAt();
                    case "artifact_uri" -> "mlflow-artifacts:/" + run.artifacts();
                    case "kind" -> run.isJob() ? "job" : "tracked";
                    default -> UNKNOWN;
                };
            case METRIC ->
                data.latest().stream()
                        .filter(point -> point.key().equals(key))
                        .map(Metric::value)
                        .findFirst()
                        .orElse(null);
            case PARAMETER -> data.parameters().get(key);
            case TAG -> data.tags().get(key);
            case DATASET ->
                switch (key) {
                    case "name" ->
                        data.datasets().stream().map(dataset -> dataset.name()).toList();
                    case "digest" ->
                        data.datasets().stream()
                                .map(dataset -> dataset.digest())
                                .toList();
                    case "context" ->
                        data.datasets().stream()
                                .map(dataset -> dataset.tags().getOrDefault("mlflow.data.context", ""))
                                .toList();
                    default -> UNKNOWN;
                };
        };
    }
}
