package org.millwright.db;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.millwright.access.model.AuditRepository;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.ProviderSessionRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.ServiceRepository;
import org.millwright.compute.RunQueue;
import org.millwright.compute.model.ComputeRepository;
import org.millwright.contract.World;
import org.millwright.db.access.JdbcAuditRepository;
import org.millwright.db.access.JdbcCredentialRepository;
import org.millwright.db.access.JdbcPrincipalRepository;
import org.millwright.db.access.JdbcProviderSessionRepository;
import org.millwright.db.access.JdbcRoleRepository;
import org.millwright.db.access.JdbcServiceRepository;
import org.millwright.db.compute.JdbcRunQueue;
import org.millwright.db.compute.JpaComputeRepository;
import org.millwright.db.endpoint.JpaEndpointRepository;
import org.millwright.db.experiment.JdbcDataUseRepository;
import org.millwright.db.experiment.JdbcDatasetSummaries;
import org.millwright.db.experiment.JdbcTrackingRepository;
import org.millwright.db.experiment.JpaExperimentRepository;
import org.millwright.db.experiment.JpaRunRepository;
import org.millwright.db.monitoring.JdbcDeliveryClaims;
import org.millwright.db.monitoring.JdbcDeliveryRepository;
import org.millwright.db.monitoring.JdbcWebhookRepository;
import org.millwright.db.registry.JdbcModelBin;
import org.millwright.db.registry.JpaLoggedModelRepository;
import org.millwright.db.registry.JpaModelRepository;
import org.millwright.db.registry.JpaPromotionRepository;
import org.millwright.db.retention.JdbcBinRepository;
import org.millwright.db.retention.JdbcPurgeRepository;
import org.millwright.db.schedule.JpaScheduleRepository;
import org.millwright.db.workspace.JpaWorkspaceRepository;
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
import org.millwright.shared.EventConsumer;
import org.millwright.shared.ServerSettings;
import org.millwright.workspace.model.WorkspaceRepository;

/** All repositories on a cleared database. */
public final class PostgresWorld implements World {
    private final PostgresForTests postgres = PostgresForTests.get();
    private final Database database = postgres.database();
    private final Outbox outbox;
    private final DeliveryClaims claims = new JdbcDeliveryClaims(
            database,
            new ServerSettings(Path.of("/"), URI.create("https://localhost"), Path.of("/ca.pem"), "server-1", 1));

    public PostgresWorld(EventConsumer... consumers) {
        postgres.clear();
        outbox = new Outbox(database, List.of(consumers));
    }

    public Database database() {
        return database;
    }

    public Outbox outbox() {
        return outbox;
    }

    @Override
    public WorkspaceRepository workspaces() {
        return new JpaWorkspaceRepository(database, outbox);
    }

    @Override
    public CredentialRepository credentials() {
        return new JdbcCredentialRepository(database);
    }

    @Override
    public ProviderSessionRepository providerSessions() {
        return new JdbcProviderSessionRepository(database);
    }

    @Override
    public PrincipalRepository principals() {
        return new JdbcPrincipalRepository(database);
    }

    @Override
    public RoleRepository roles() {
        return new JdbcRoleRepository(database);
    }

    @Override
    public AuditRepository audit() {
        return new JdbcAuditRepository(database);
    }

    @Override
    public ServiceRepository services() {
        return new JdbcServiceRepository(database);
    }

    @Override
    public ExperimentRepository experiments() {
        return new JpaExperimentRepository(database, outbox);
    }

    @Override
    public RunRepository runs() {
        return new JpaRunRepository(database, outbox);
    }

    @Override
    public DatasetSummaries datasetSummaries() {
        return new JdbcDatasetSummaries(database);
    }

    @Override
    public TrackingRepository tracking() {
        return new JdbcTrackingRepository(database);
    }

    @Override
    public DataUseRepository dataUses() {
        return new JdbcDataUseRepository(database);
    }

    @Override
    public ComputeRepository compute() {
        return new JpaComputeRepository(database);
    }

    @Override
    public RunQueue queue() {
        return new JdbcRunQueue(database);
    }

    @Override
    public ModelRepository models() {
        return new JpaModelRepository(database, outbox);
    }

    @Override
    public PromotionRepository promotions() {
        return new JpaPromotionRepository(database, outbox);
    }

    @Override
    public LoggedModelRepository loggedModels() {
        return new JpaLoggedModelRepository(database);
    }

    @Override
    public ModelBin modelBin() {
        return new JdbcModelBin(database);
    }

    @Override
    public BinRepository bin() {
        return new JdbcBinRepository(database, outbox);
    }

    @Override
    public PurgeRepository purges() {
        return new JdbcPurgeRepository(database);
    }

    @Override
    public EndpointRepository endpoints() {
        return new JpaEndpointRepository(database, outbox);
    }

    @Override
    public ScheduleRepository schedules() {
        return new JpaScheduleRepository(database, outbox);
    }

    @Override
    public WebhookRepository webhooks() {
        return new JdbcWebhookRepository(database);
    }

    @Override
    public DeliveryRepository deliveries() {
        return new JdbcDeliveryRepository(database);
    }

    @Override
    public DeliveryClaims claims() {
        return claims;
    }

    @Override
    public <T> T inTransaction(Supplier<T> work) {
        return postgres.inTransaction(work);
    }
}
