package org.millwright.endpoint.spi;

import java.io.IOException;
import org.millwright.data.ArtifactPath;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.registry.ModelRef;
import org.millwright.workspace.WorkspaceName;

/** What answers for endpoints: it is told what to serve, and says whether it does. */
public interface ServingPlane {

    /** Whether a deployment answers. */
    sealed interface Readiness {
        record Ready() implements Readiness {}

        record Pending() implements Readiness {}

        /** @param reason one sentence for the deployment's owner */
        record Failed(String reason) implements Readiness {}
    }

    /**
     * Lays a model's files out where the serving side reads them; again does nothing.
     *
     * @throws UnusableModel when they are not a model that can be served
     */
    void stage(WorkspaceName workspace, ModelRef model, ArtifactPath files) throws IOException, UnusableModel;

    /** Makes the serving side answer for the endpoint as it is now: its keys, traffic, and deployments that have not failed. */
    void publish(OnlineEndpoint endpoint, EndpointKeys keys) throws IOException;

    /** Makes the serving side stop answering for the endpoint. */
    void withdraw(WorkspaceName workspace, EndpointName endpoint) throws IOException;

    Readiness readiness(OnlineEndpoint endpoint, DeploymentName deployment) throws IOException;
}
