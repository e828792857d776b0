package org.millwright.fake;

import java.util.Optional;
import java.util.function.Supplier;
import org.millwright.access.fake.InMemoryAccess;
import org.millwright.access.fake.InMemoryAudit;
import org.millwright.access.fake.InMemoryProviderSessions;
import org.millwright.compute.fake.InMemoryCompute;
import org.millwright.contract.World;
import org.millwright.data.ArtifactPath;
import org.millwright.endpoint.fake.InMemoryEndpoints;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.InMemoryDataUses;
import org.millwright.experiment.fake.InMemoryDatasetSummaries;
import org.millwright.experiment.fake.InMemoryExperiments;
import org.millwright.experiment.fake.InMemoryRuns;
import org.millwright.experiment.fake.InMemoryTracking;
import org.millwright.monitoring.fake.InMemoryWebhooks;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.fake.InMemoryLoggedModels;
import org.millwright.registry.fake.InMemoryModelBin;
import org.millwright.registry.fake.InMemoryModels;
import org.millwright.registry.fake.InMemoryPromotions;
import org.millwright.retention.fake.InMemoryBin;
import org.millwright.schedule.fake.InMemorySchedules;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.fake.InMemoryWorkspaces;

/** All fakes together. Nothing is taken back when work throws, and one thread at a time may use it. */
public final class InMemoryWorld implements World {
    private final InMemoryWorkspaces workspaces = new InMemoryWorkspaces();
    private final InMemoryAccess access = new InMemoryAccess();
    private final InMemoryProviderSessions providerSessions = new InMemoryProviderSessions(access);
    private final InMemoryAudit audit = new InMemoryAudit(new SettableClock());
    private final InMemoryExperiments experiments = new InMemoryExperiments();
    private final InMemoryTracking tracking = new InMemoryTracking();
    private final InMemoryRuns runs = new InMemoryRuns(tracking, experiments);
    private final InMemoryDataUses dataUses = new InMemoryDataUses(runs, tracking);
    private final InMemoryCompute compute = new InMemoryCompute();
    private final InMemoryModels models = new InMemoryModels();
    private final InMemoryModelBin modelBin = new InMemoryModelBin(models);
    private final InMemoryPromotions promotions = new InMemoryPromotions();
    private final InMemoryLoggedModels loggedModels = new InMemoryLoggedModels(tracking);
    private final InMemoryEndpoints endpoints = new InMemoryEndpoints();
    private final InMemorySchedules schedules = new InMemorySchedules();
    private final InMemoryWebhooks webhooks = new InMemoryWebhooks();
    private final InMemoryBin bin =
            new InMemoryBin(experiments, runs, tracking, loggedModels, models, modelBin, endpoints, schedules);

    public InMemoryWorld() {
        runs.freezing(this::frozenBy);
        tracking.belongingTo(id -> runs.all().stream()
                .filter(run -> run.id().equals(id))
                .findFirst()
                .map(InMemoryRuns::experiment));
    }

    private Optional<String> frozenBy(ArtifactPath file) {
        var owner = file.segments();
        return models.allVersions().stream()
                .filter(version -> workspaces
                        .find(version.workspace())
                        .orElseThrow()
                        .settings()
                        .freezeRegisteredRuns())
                .filter(version -> owner.get(1).equals("models")
                        ? new LoggedModelId(owner.get(2)).equals(version.loggedModel())
                        : new RunId(owner.get(1)).equals(version.run()))
                .map(version -> version.id().toString())
                .findFirst();
    }

    @Override
    public InMemoryWorkspaces workspaces() {
        return workspaces;
    }

    @Override
    public InMemoryDatasetSummaries datasetSummaries() {
        return new InMemoryDatasetSummaries(runs, tracking);
    }

    @Override
    public InMemoryAccess credentials() {
        return access;
    }

    @Override
    public InMemoryAccess principals() {
        return access;
    }

    @Override
    public InMemoryProviderSessions providerSessions() {
        return providerSessions;
    }

    @Override
    public InMemoryAccess roles() {
        return access;
    }

    @Override
    public InMemoryAudit audit() {
        return audit;
    }

    @Override
    public InMemoryAccess services() {
        return access;
    }

    @Override
    public InMemoryExperiments experiments() {
        return experiments;
    }

    @Override
    public InMemoryRuns runs() {
        return runs;
    }

    @Override
    public InMemoryTracking tracking() {
        return tracking;
    }

    @Override
    public InMemoryDataUses dataUses() {
        return dataUses;
    }

    @Override
    public InMemoryCompute compute() {
        return compute;
    }

    @Override
    public InMemoryCompute queue() {
        return compute;
    }

    @Override
    public InMemoryModels models() {
        return models;
    }

    @Override
    public InMemoryPromotions promotions() {
        return promotions;
    }

    @Override
    public InMemoryLoggedModels loggedModels() {
        return loggedModels;
    }

    @Override
    public InMemoryModelBin modelBin() {
        return modelBin;
    }

    @Override
    public InMemoryBin bin() {
        return bin;
    }

    @Override
    public InMemoryBin purges() {
        return bin;
    }

    @Override
    public InMemoryEndpoints endpoints() {
        return endpoints;
    }

    @Override
    public InMemorySchedules schedules() {
        return schedules;
    }

    @Override
    public InMemoryWebhooks webhooks() {
        return webhooks;
    }

    @Override
    public InMemoryWebhooks deliveries() {
        return webhooks;
    }

    @Override
    public InMemoryWebhooks claims() {
        return webhooks;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return work.get();
    }
}
