package org.millwright.contract;

import java.util.function.Supplier;
import org.millwright.access.model.AuditRepository;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.ProviderSessionRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.ServiceRepository;
import org.millwright.compute.RunQueue;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.endpoint.model.EndpointRepository;
import org.millwright.experiment.model.DataUseRepository;
import org.millwright.experiment.model.DatasetSummaries;
import org.millwright.experiment.model.ExperimentRepository;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.monitoring.model.DeliveryClaims;
import org.millwright.monitoring.model.DeliveryRepository;
import org.millwright.monitoring.model.WebhookRepository;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.registry.model.ModelBin;
import org.millwright.registry.model.ModelRepository;
import org.millwright.registry.model.PromotionRepository;
import org.millwright.retention.model.BinRepository;
import org.millwright.retention.model.PurgeRepository;
import org.millwright.schedule.model.ScheduleRepository;
import org.millwright.workspace.model.WorkspaceRepository;

/** Everything that is kept, empty but for the workspace "main" and its experiment "Default": in memory or in a database. */
public interface World {
    WorkspaceRepository workspaces();

    DatasetSummaries datasetSummaries();

    CredentialRepository credentials();

    PrincipalRepository principals();

    RoleRepository roles();

    ProviderSessionRepository providerSessions();

    AuditRepository audit();

    ServiceRepository services();

    ExperimentRepository experiments();

    RunRepository runs();

    TrackingRepository tracking();

    DataUseRepository dataUses();

    ComputeRepository compute();

    RunQueue queue();

    ModelRepository models();

    PromotionRepository promotions();

    LoggedModelRepository loggedModels();

    ModelBin modelBin();

    BinRepository bin();

    PurgeRepository purges();

    EndpointRepository endpoints();

    ScheduleRepository schedules();

    WebhookRepository webhooks();

    DeliveryRepository deliveries();

    DeliveryClaims claims();

    /** Does the work as one transaction. */
    <T> T inTransaction(Supplier<T> work);

    default void run(Runnable work) {
        inTransaction(() -> {
            work.run();
            return true;
        });
    }
}
