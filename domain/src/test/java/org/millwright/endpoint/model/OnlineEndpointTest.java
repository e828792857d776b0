package org.millwright.endpoint.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.endpoint.fake.Endpoints.BLUE;
import static org.millwright.endpoint.fake.Endpoints.GREEN;
import static org.millwright.endpoint.fake.Endpoints.deployment;
import static org.millwright.endpoint.fake.Endpoints.serving;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.endpoint.DeploymentCameUp;
import org.millwright.endpoint.DeploymentFailed;
import org.millwright.endpoint.EndpointChanged;
import org.millwright.endpoint.EndpointDeleted;
import org.millwright.endpoint.fake.Endpoints;
import org.millwright.shared.Problem;

class OnlineEndpointTest {
    @Test
    void a_new_endpoint_has_no_deployments_and_tells_that_it_is_there() {
        var change = Endpoints.create("churn");
        assertThat(change.next().deployments()).isEmpty();
        assertThat(change.events())
                .containsExactly(new EndpointChanged(
                        change.next().workspace(), change.next().name(), NOON));
    }

    @Test
    void a_deployment_that_came_up_gets_traffic_only_when_it_asked_for_all() {
        var quiet = serving().deploy(deployment("green"), NOON).next().cameUp(GREEN, NOON);
        assertThat(quiet.next().traffic()).isEqualTo(Map.of(BLUE, 100));
        var loud = serving().deploy(deployment("green", true), NOON).next().cameUp(GREEN, NOON);
        assertThat(loud.next().traffic()).isEqualTo(Map.of(GREEN, 100));
        assertThat(loud.next().cameUp(GREEN, NOON).events()).isEmpty();
    }

    @Test
    void what_becomes_of_a_deployment_is_told() {
        var creating = serving().deploy(deployment("green"), NOON).next();
        var model = creating.deployment(GREEN).orElseThrow().model();
        assertThat(creating.cameUp(GREEN, NOON).events())
                .contains(new DeploymentCameUp(creating.workspace(), creating.name(), GREEN, model, NOON));
        assertThat(creating.failed(GREEN, "no memory", NOON).events())
                .contains(new DeploymentFailed(creating.workspace(), creating.name(), GREEN, model, "no memory", NOON));
    }

    @Test
    void a_deployment_that_failed_loses_its_traffic_and_may_be_replaced() {
        var failed = serving().failed(BLUE, "no memory", NOON).next();
        assertThat(failed.traffic()).isEmpty();
        assertThat(failed.failed(BLUE, "again", NOON).next()).isEqualTo(failed);
        assertThat(failed.deploy(deployment("blue"), NOON).next().deployments()).containsExactly(deployment("blue"));
    }

    @Test
    void a_name_in_use_is_refused() {
        assertRefused(Problem.AlreadyExists.class, () -> serving().deploy(deployment("blue"), NOON));
    }

    @Test
    void traffic_adds_up_to_100_or_to_0() {
        var both = serving()
                .deploy(deployment("green"), NOON)
                .next()
                .cameUp(GREEN, NOON)
                .next();
        assertThat(both.route(Map.of(BLUE, 90, GREEN, 10), NOON).next().traffic())
                .isEqualTo(Map.of(BLUE, 90, GREEN, 10));
        assertThat(both.route(Map.of(BLUE, 0), NOON).next().traffic()).isEmpty();
        assertRefused(Problem.Invalid.class, () -> both.route(Map.of(BLUE, 90), NOON));
        assertRefused(Problem.Invalid.class, () -> both.route(Map.of(BLUE, 110, GREEN, -10), NOON));
    }

    @Test
    void traffic_goes_only_to_what_is_there_and_answers() {
        var half = serving().deploy(deployment("green"), NOON).next();
        assertRefused(Problem.WrongState.class, () -> half.route(Map.of(GREEN, 100), NOON));
        assertRefused(Problem.NotFound.class, () -> serving().route(Map.of(GREEN, 100), NOON));
    }

    @Test
    void a_deployment_is_removed_once_no_traffic_goes_to_it() {
        assertRefused(Problem.WrongState.class, () -> serving().undeploy(BLUE, NOON));
        var idle = serving().route(Map.of(), NOON).next();
        assertThat(idle.undeploy(BLUE, NOON).next().deployments()).isEmpty();
    }

    @Test
    void an_endpoint_holds_twenty_deployments() {
        var endpoint = Endpoints.create("full").next();
        for (var i = 10; i < 30; i++) {
            endpoint = endpoint.deploy(deployment("d" + i), NOON).next();
        }
        var full = endpoint;
        assertRefused(Problem.Invalid.class, () -> full.deploy(deployment("one-more"), NOON));
    }

    @Test
    void a_deletion_is_told() {
        var endpoint = serving();
        assertThat(endpoint.delete(NOON).events())
                .containsExactly(new EndpointDeleted(endpoint.workspace(), endpoint.name(), NOON));
    }

    @Test
    void limits_of_a_deployment_are_checked() {
        var some = deployment("blue");
        assertRefused(
                Problem.Invalid.class,
                () -> new Deployment(BLUE, some.model(), 0, Duration.ofSeconds(1), false, some.state(), NOON));
        assertRefused(
                Problem.Invalid.class,
                () -> new Deployment(BLUE, some.model(), 1, Duration.ofSeconds(181), false, some.state(), NOON));
    }
}
