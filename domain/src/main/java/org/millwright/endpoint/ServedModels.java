package org.millwright.endpoint;

import java.util.List;
import org.millwright.registry.ModelRef;
import org.millwright.workspace.WorkspaceName;

/** What other contexts may ask about which models answer. */
public interface ServedModels {

    /** A deployment of a model version. @param percent of the endpoint's traffic */
    record Serving(EndpointName endpoint, DeploymentName deployment, ModelRef model, String state, int percent) {}

    /** Every deployment of the workspace, by endpoint. */
    List<Serving> serving(WorkspaceName workspace);
}
