package org.millwright.fake;

import java.util.function.Supplier;
import org.millwright.access.fake.InMemoryCredentials;
import org.millwright.compute.fake.InMemoryCompute;
import org.millwright.contract.World;
import org.millwright.endpoint.fake.InMemoryEndpoints;
import org.millwright.experiment.fake.InMemoryDataUses;
import org.millwright.experiment.fake.InMemoryExperiments;
import org.millwright.experiment.fake.InMemoryRuns;
import org.millwright.experiment.fake.InMemoryTracking;
import org.millwright.monitoring.fake.InMemoryWebhooks;
import org.millwright.registry.fake.InMemoryLoggedModels;
import org.millwright.registry.fake.InMemoryModelBin;
import org.millwright.registry.fake.InMemoryModels;
import org.millwright.registry.fake.InMemoryPromotions;
import org.millwright.retention.fake.InMemoryBin;
import org.millwright.schedule.fake.InMemorySchedules;
import org.millwright.workspace.fake.InMemoryWorkspaces;

/** All fakes together. Nothing is taken back when work throws, and one thread at a time may use it. */
public final class InMemoryWorld implements World {
    private final InMemoryWorkspaces workspaces = new InMemoryWorkspaces();
    private final InMemoryCredentials credentials = new InMemoryCredentials();
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

    @Override
    public InMemoryWorkspaces workspaces() {
        return workspaces;
    }

    @Override
    public InMemoryCredentials credentials() {
        return credentials;
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
