package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.fake.Endpoints;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.endpoint.model.EndpointRepository} does. */
public abstract class EndpointContract {
    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        save(Endpoints.create("churn"));
    }

    @Test
    void deployments_in_every_state_and_the_traffic_are_found_as_they_were_saved() {
        save(find("churn").deploy(Endpoints.deployment("blue"), NOON));
        save(find("churn").cameUp(new DeploymentName("blue"), NOON));
        save(find("churn").deploy(Endpoints.deployment("green"), NOON));
        save(find("churn").failed(new DeploymentName("green"), "no ONNX file", NOON));
        save(find("churn").deploy(Endpoints.deployment("red"), NOON));
        var routed = find("churn").route(Map.of(new DeploymentName("blue"), 100), NOON);
        save(routed);
        assertThat(find("churn"))
                .usingRecursiveComparison()
                .ignoringFields("revision")
                .isEqualTo(routed.next());
    }

    @Test
    void a_name_that_is_taken_and_an_old_revision_are_refused() {
        assertRefused(Problem.AlreadyExists.class, () -> save(Endpoints.create("churn")));
        var seen = find("churn");
        save(seen.renewKeys("a", "b", NOON));
        assertRefused(Problem.Stale.class, () -> save(seen.renewKeys("c", "d", NOON)));
        assertRefused(
                Problem.Stale.class, () -> world.run(() -> world.endpoints().delete(seen.delete(NOON))));
    }

    @Test
    void endpoints_are_listed_by_name_until_they_are_deleted() {
        save(Endpoints.create("aaa"));
        assertThat(world.inTransaction(() -> world.endpoints().of(WorkspaceName.MAIN)))
                .extracting(endpoint -> endpoint.name().value())
                .containsExactly("aaa", "churn");
        world.run(() -> world.endpoints().delete(find("aaa").delete(NOON)));
        assertThat(world.inTransaction(() -> world.endpoints().all()))
                .extracting(endpoint -> endpoint.name().value())
                .containsExactly("churn");
    }

    private OnlineEndpoint find(String name) {
        return world.inTransaction(() -> world.endpoints().findForUpdate(WorkspaceName.MAIN, new EndpointName(name)))
                .orElseThrow();
    }

    private void save(Change<OnlineEndpoint> change) {
        world.run(() -> world.endpoints().save(change));
    }
}
