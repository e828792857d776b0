package org.millwright.wire.mlflow;

import jakarta.ws.rs.core.Application;
import java.util.Set;
import org.millwright.wire.http.AuditResponseFilter;

/** The protocol's resources, the same for clients and for browsers. They are listed here, never scanned for. */
abstract class MlflowApplication extends Application {
    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                ExperimentsResource.class,
                RunsResource.class,
                RunLoggingResource.class,
                MetricsResource.class,
                ArtifactsResource.class,
                ArtifactProxyResource.class,
                LoggedModelsResource.class,
                RegisteredModelsResource.class,
                ModelVersionsResource.class,
                WebhooksResource.class,
                RunFilesResource.class,
                ServerInfoResource.class,
                WorkspacesResource.class,
                AuditResponseFilter.class,
                WorkspaceFilter.class,
                RequestReader.class,
                AnswerWriter.class,
                RefusedMapper.class,
                FailureMapper.class);
    }
}
