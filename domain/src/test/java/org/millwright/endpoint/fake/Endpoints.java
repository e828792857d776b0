package org.millwright.endpoint.fake;

import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.Map;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** Endpoints for tests. */
public final class Endpoints {
    public static final DeploymentName BLUE = new DeploymentName("blue");
    public static final DeploymentName GREEN = new DeploymentName("green");

    private Endpoints() {}

    public static Change<OnlineEndpoint> create(String name) {
        return OnlineEndpoint.create(
                WorkspaceName.MAIN, new EndpointName(name), "answers", Map.of("team", "risk"), "one", "two", NOON);
    }

    /** One that answers with "blue" alone. */
    public static OnlineEndpoint serving() {
        return create("churn")
                .next()
                .deploy(deployment("blue"), NOON)
                .next()
                .cameUp(BLUE, NOON)
                .next()
                .route(Map.of(BLUE, 100), NOON)
                .next();
    }

    /** One that is on its way up. */
    public static Deployment deployment(String name) {
        return deployment(name, false);
    }

    public static Deployment deployment(String name, boolean takesAllTraffic) {
        return new Deployment(
                new DeploymentName(name),
                new ModelRef(new ModelName("churn"), 3),
                Deployment.USUAL_CONCURRENCY,
                Deployment.USUAL_TIMEOUT,
                takesAllTraffic,
                new DeploymentState.Creating(),
                NOON);
    }
}
