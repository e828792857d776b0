package org.millwright.retention.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Resource;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.endpoint.fake.InMemoryEndpoints;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.InMemoryExperiments;
import org.millwright.experiment.fake.InMemoryRuns;
import org.millwright.experiment.fake.InMemoryTracking;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.registry.BinId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.fake.InMemoryLoggedModels;
import org.millwright.registry.fake.InMemoryModelBin;
import org.millwright.registry.fake.InMemoryModels;
import org.millwright.registry.model.ModelVersion;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.model.BinRepository;
import org.millwright.retention.model.DeletedItem;
import org.millwright.retention.model.Need;
import org.millwright.retention.model.Purge;
import org.millwright.retention.model.PurgeRepository;
import org.millwright.schedule.fake.InMemorySchedules;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** What is deleted, and the orders to purge it, over the other contexts' fakes. */
public final class InMemoryBin implements BinRepository, PurgeRepository {
    private static final Comparator<DeletedItem> LATEST = Comparator.comparing(DeletedItem::deletedAt)
            .reversed()
            .thenComparing(item -> item.kind().name())
            .thenComparing(DeletedItem::id);

    private final InMemoryExperiments experiments;
    private final InMemoryRuns runs;
    private final InMemoryTracking tracking;
    private final InMemoryLoggedModels loggedModels;
    private final InMemoryModels models;
    private final InMemoryModelBin modelBin;
    private final InMemoryEndpoints endpoints;
    private final InMemorySchedules schedules;
    private final Map<String, Purge> orders = new LinkedHashMap<>();
    private final List<DomainEvent> events = new ArrayList<>();
    private final List<RunId> keys = new ArrayList<>();

    public InMemoryBin(
            InMemoryExperiments experiments,
            InMemoryRuns runs,
            InMemoryTracking tracking,
            InMemoryLoggedModels loggedModels,
            InMemoryModels models,
            InMemoryModelBin modelBin,
            InMemoryEndpoints endpoints,
            InMemorySchedules schedules) {
        this.experiments = experiments;
        this.runs = runs;
        this.tracking = tracking;
        this.loggedModels = loggedModels;
        this.models = models;
        this.modelBin = modelBin;
        this.endpoints = endpoints;
        this.schedules = schedules;
    }

    public List<DomainEvent> events() {
        return List.copyOf(events);
    }

    @Override
    public Page<DeletedItem> list(BinQuery query, PageRequest page) {
        var listed = all(query.workspace())
                .filter(item -> query.kinds().contains(item.kind()))
                .filter(item ->
                        query.deletedBefore() == null || item.deletedAt().isBefore(query.deletedBefore()))
                .filter(item -> !goesAlong(item))
                .sorted(LATEST)
                .toList();
        try {
            var from = page.token() == null ? 0 : Integer.parseInt(page.token());
            var to = Math.min(listed.size(), from + page.size());
            return new Page<>(listed.subList(from, to), to < listed.size() ? Integer.toString(to) : null);
        } catch (NumberFormatException forged) {
            throw Refused.invalid("page", "not one that this server gave for this list");
        }
    }

    @Override
    public Optional<DeletedItem> findForUpdate(WorkspaceName workspace, DeletedKind kind, String id) {
        return all(workspace)
                .filter(item -> item.kind() == kind && item.id().equals(id))
                .findFirst();
    }

    @Override
    public boolean isInUse(WorkspaceName workspace, DeletedKind kind, String id) {
        return switch (kind) {
            case RUN ->
                runs.all().stream()
                        .anyMatch(run -> isIncluded(InMemoryRuns.experiment(run))
                                && run.id().value().equals(id)
                                && run.workspace().equals(workspace)
                                && run.deletedAt() == null);
            case EXPERIMENT ->
                experiments.all().stream()
                        .anyMatch(experiment -> isIncluded(InMemoryExperiments.resource(experiment))
                                && experiment.id().toString().equals(id)
                                && experiment.workspace().equals(workspace)
                                && experiment.deletedAt() == null);
            case LOGGED_MODEL ->
                loggedModels.all().stream()
                        .anyMatch(model -> isIncluded(InMemoryLoggedModels.experiment(model))
                                && model.id().value().equals(id)
                                && model.workspace().equals(workspace)
                                && model.deletedAt() == null);
            case MODEL, MODEL_VERSION -> false;
        };
    }

    @Override
    public Optional<Need> need(DeletedItem item) {
        return switch (item.kind()) {
            case RUN -> origin(version -> new RunId(item.id()).equals(version.run()) || isKeptIn(version, item));
            case LOGGED_MODEL ->
                origin(version ->
                        new LoggedModelId(item.id()).equals(version.loggedModel()) || isKeptIn(version, item));
            case EXPERIMENT -> needOfExperiment(item);
            case MODEL, MODEL_VERSION -> deployed(item);
        };
    }

    private Optional<Need> needOfExperiment(DeletedItem item) {
        var id = ExperimentId.parse(item.id());
        if (id.equals(ExperimentId.DEFAULT)) {
            return Optional.of(new Need.UsedByDefault());
        }
        var active = runs.all().stream()
                .filter(run -> run.experiment().equals(id) && run.deletedAt() == null)
                .findFirst();
        return active.<Need>map(run -> new Need.HoldsRun(run.id()))
                .or(() -> origin(version -> version.run() != null
                                && runs.find(version.run())
                                        .filter(run -> run.experiment().equals(id))
                                        .isPresent()
                        || isKeptIn(version, item)));
    }

    private Optional<Need> deployed(DeletedItem item) {
        var deletion = modelBin.all().stream()
                .filter(kept -> kept.id().toString().equals(item.id()))
                .findFirst()
                .orElseThrow();
        for (var version : deletion.versions()) {
            for (var endpoint : endpoints.of(item.workspace())) {
                if (endpoint.deployments().stream()
                        .anyMatch(deployment -> deployment.model().equals(version.id()))) {
                    return Optional.of(new Need.DeployedOn(endpoint.name().value(), version.id()));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Need> origin(Predicate<ModelVersion> isMadeFrom) {
        var registered = models.allVersions().stream().filter(isMadeFrom).findFirst();
        return registered.<Need>map(version -> new Need.OriginOf(version.id())).or(() -> modelBin.all().stream()
                .flatMap(deletion -> deletion.versions().stream())
                .filter(isMadeFrom)
                .findFirst()
                .map(version -> new Need.OriginOfDeleted(version.id())));
    }

    private static boolean isKeptIn(ModelVersion version, DeletedItem item) {
        return version.files() != null
                && item.files() != null
                && version.files().startsWith(item.files());
    }

    @Override
    public List<DeletedItem> due(WorkspaceName workspace, DeletedKind kind, Instant deletedBefore, int most) {
        return all(workspace)
                .filter(item -> item.kind() == kind && item.deletedAt().isBefore(deletedBefore))
                .filter(item -> !item.beingPurged() && need(item).isEmpty())
                .filter(item -> !isInOrderedExperiment(item))
                .sorted(LATEST.reversed())
                .limit(most)
                .toList();
    }

    private boolean isInOrderedExperiment(DeletedItem item) {
        return switch (item.kind()) {
            case RUN -> experiments.isBeingPurged(run(item.id()).experiment());
            case LOGGED_MODEL ->
                experiments.isBeingPurged(loggedModels
                        .find(new LoggedModelId(item.id()))
                        .orElseThrow()
                        .experiment());
            case EXPERIMENT, MODEL, MODEL_VERSION -> false;
        };
    }

    @Override
    public void order(Change<Purge> change) {
        var purge = change.next();
        if (orders.putIfAbsent(purge.kind() + "/" + purge.id(), purge) != null) {
            return;
        }
        switch (purge.kind()) {
            case RUN -> runs.doom(new RunId(purge.id()));
            case EXPERIMENT -> experiments.doom(ExperimentId.parse(purge.id()));
            case LOGGED_MODEL -> loggedModels.doom(new LoggedModelId(purge.id()));
            case MODEL, MODEL_VERSION -> modelBin.doom(BinId.parse(purge.id()));
        }
        events.addAll(change.events());
    }

    @Override
    public List<Purge> ordered(int most) {
        return orders.values().stream().limit(most).toList();
    }

    @Override
    public List<DoomedRun> runs(Purge purge, int most) {
        return runs.all().stream()
                .filter(run -> switch (purge.kind()) {
                    case RUN -> run.id().value().equals(purge.id());
                    case EXPERIMENT -> run.experiment().toString().equals(purge.id());
                    case LOGGED_MODEL, MODEL, MODEL_VERSION -> false;
                })
                .limit(most)
                .map(run -> new DoomedRun(
                        key(run.id()),
                        runs.attempts(run.id()).stream().map(RunAttempt::id).toList(),
                        run.job() == null ? Set.of() : snapshots(run.job())))
                .toList();
    }

    @Override
    public int erasePoints(List<DoomedRun> doomed, int most) {
        return tracking.erasePoints(ids(doomed), most);
    }

    @Override
    public void eraseRuns(List<DoomedRun> doomed) {
        for (var id : ids(doomed)) {
            tracking.erase(id);
            runs.remove(id);
        }
    }

    @Override
    public boolean isUnused(ContentDigest snapshot, List<DoomedRun> besides) {
        var apart = ids(besides);
        return Stream.concat(
                        runs.all().stream()
                                .filter(run -> !apart.contains(run.id()))
                                .map(Run::job),
                        schedules.all().stream().map(schedule -> schedule.job()))
                .noneMatch(job -> job != null && snapshots(job).contains(snapshot));
    }

    @Override
    public void finish(Purge purge) {
        switch (purge.kind()) {
            case RUN -> {
                // Its rows are gone.
            }
            case EXPERIMENT -> {
                var id = ExperimentId.parse(purge.id());
                loggedModels.all().stream()
                        .filter(model -> model.experiment().equals(id))
                        .forEach(model -> loggedModels.remove(model.id()));
                experiments.remove(id);
            }
            case LOGGED_MODEL -> loggedModels.remove(new LoggedModelId(purge.id()));
            case MODEL, MODEL_VERSION -> modelBin.remove(BinId.parse(purge.id()));
        }
        orders.remove(purge.kind() + "/" + purge.id());
    }

    private Stream<DeletedItem> all(WorkspaceName workspace) {
        var ofExperiments = experiments.all().stream()
                .filter(experiment -> experiment.deletedAt() != null)
                .filter(experiment -> isIncluded(InMemoryExperiments.resource(experiment)))
                .map(experiment -> item(
                        experiment.workspace(),
                        DeletedKind.EXPERIMENT,
                        experiment.id().toString(),
                        experiment.name(),
                        "",
                        experiment.deletedAt(),
                        experiment.id().toString()));
        var ofRuns = runs.all().stream()
                .filter(run -> run.deletedAt() != null)
                .filter(run -> isIncluded(InMemoryRuns.experiment(run)))
                .map(run -> item(
                        run.workspace(),
                        DeletedKind.RUN,
                        run.id().value(),
                        run.name(),
                        experimentName(run.experiment()),
                        run.deletedAt(),
                        run.experiment() + "/" + run.id()));
        var ofModels = loggedModels.all().stream()
                .filter(model -> model.deletedAt() != null)
                .filter(model -> isIncluded(InMemoryLoggedModels.experiment(model)))
                .map(model -> item(
                        model.workspace(),
                        DeletedKind.LOGGED_MODEL,
                        model.id().value(),
                        model.name(),
                        experimentName(model.experiment()),
                        model.deletedAt(),
                        model.experiment() + "/models/" + model.id()));
        var ofRegistry = modelBin.all().stream()
                .filter(deletion -> isIncluded(InMemoryModels.resource(deletion.workspace(), deletion.name())))
                .map(deletion -> item(
                        deletion.workspace(),
                        deletion.version() == null ? DeletedKind.MODEL : DeletedKind.MODEL_VERSION,
                        deletion.id().toString(),
                        deletion.version() == null
                                ? deletion.name().value()
                                : deletion.version().toString(),
                        "",
                        deletion.deletedAt(),
                        null));
        return Stream.of(ofExperiments, ofRuns, ofModels, ofRegistry)
                .flatMap(items -> items)
                .filter(item -> item.workspace().equals(workspace));
    }

    private static boolean isIncluded(Resource resource) {
        return Authority.current().includes(resource);
    }

    private DeletedItem item(
            WorkspaceName workspace,
            DeletedKind kind,
            String id,
            String name,
            String place,
            Instant deletedAt,
            @Nullable String files) {
        return new DeletedItem(
                workspace,
                kind,
                id,
                name,
                place,
                deletedAt,
                files == null ? null : new ArtifactPath(files),
                orders.containsKey(kind + "/" + id));
    }

    private boolean goesAlong(DeletedItem item) {
        return item.kind() == DeletedKind.RUN
                && item.deletedAt()
                        .equals(experiments
                                .find(run(item.id()).experiment())
                                .orElseThrow()
                                .deletedAt());
    }

    private Run run(String id) {
        return runs.find(new RunId(id)).orElseThrow();
    }

    private String experimentName(ExperimentId id) {
        return experiments.find(id).orElseThrow().name();
    }

    private long key(RunId id) {
        if (!keys.contains(id)) {
            keys.add(id);
        }
        return keys.indexOf(id);
    }

    private Collection<RunId> ids(List<DoomedRun> doomed) {
        return doomed.stream().map(run -> keys.get((int) run.key())).toList();
    }

    private static Set<ContentDigest> snapshots(JobSpec job) {
        var digests = new HashSet<ContentDigest>();
        if (job.code() != null) {
            digests.add(job.code());
        }
        job.inputs().values().forEach(input -> {
            if (input instanceof JobInput.Files(var snapshot, var _)) {
                digests.add(snapshot);
            }
        });
        return digests;
    }
}
