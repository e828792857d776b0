package org.millwright.wire.rest;

import jakarta.ws.rs.core.Application;
import java.util.Set;
import org.millwright.wire.http.AuditResponseFilter;

/** Our own API, below {@code /api/v1}. Everything it is made of is listed here; nothing is found by scanning. */
public class RestApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                AccessResource.class,
                AttemptExchangeResource.class,
                AuditResource.class,
                ComputeResource.class,
                DeletedResource.class,
                DescriptionResource.class,
                EndpointsResource.class,
                ExperimentsResource.class,
                ExportResource.class,
                ImportResource.class,
                JobFilesResource.class,
                JobsResource.class,
                LauncherResource.class,
                LineageResource.class,
                MeResource.class,
                ModelsResource.class,
                ModelVersionsResource.class,
                PrincipalsResource.class,
                PromotionRequestsResource.class,
                PromotionsResource.class,
                RoleAssignmentsResource.class,
                RolesResource.class,
                SchedulePreviewResource.class,
                SchedulesResource.class,
                SecretKeysResource.class,
                EnvironmentsResource.class,
                SecretsResource.class,
                ServicePrincipalsResource.class,
                SnapshotsResource.class,
                WebhooksResource.class,
                WorkspaceAuditResource.class,
                WorkspacesResource.class,
                AuditResponseFilter.class,
                PathPermissionFilter.class,
                QueryValues.class,
                RestJson.class,
                RefusedMapper.class,
                UnreadableJsonMapper.class,
                HttpProblemMapper.class,
                UnexpectedMapper.class);
    }
}
