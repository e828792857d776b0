package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.data.ArtifactPath;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.EndpointRepository;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.endpoint.spi.ServingPlane;
import org.millwright.endpoint.spi.UnusableModel;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Change;
import org.millwright.shared.IdSource;
import org.millwright.shared.RecordedEvent;
import org.millwright.workspace.WorkspaceName;

@Timeout(60)
class ServingReconcilerTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final EndpointName CHURN = new EndpointName("churn");
    private static final DeploymentName BLUE = new DeploymentName("blue");

    private final Kept kept = new Kept();
    private final Plane plane = new Plane();
    private final ShiftedClock clock = new ShiftedClock();
    private final OnlineEndpoints endpoints = new OnlineEndpoints(
            kept, (_, model) -> new ArtifactPath("models/" + model.name()), new NoCipher(), new SomeIds(), clock);
    private final TestThreads threads = new TestThreads();
    private final ServingReconciler reconciler = new ServingReconciler(
            endpoints, (_, model) -> new ArtifactPath("models/" + model.name()), plane, threads, clock);

    @AfterEach
    void stop() {
        threads.close(Duration.ofSeconds(5));
    }

    @Test
    void a_deployment_that_answers_comes_up_and_gets_its_traffic() throws Exception {
        reconciler.start();
        deploy();
        await(() -> plane.staged.contains("churn:1"));
        assertThat(state()).isInstanceOf(DeploymentState.Creating.class);

        plane.readiness = new ServingPlane.Readiness.Ready();
        await(() -> state() instanceof DeploymentState.Succeeded);

        await(() -> Map.of(BLUE, 100).equals(plane.published.getLast().traffic()));
        assertThat(plane.keys).isEqualTo(endpoints.keys(MAIN, CHURN));
    }

    @Test
    void a_model_that_cannot_be_served_fails_the_deployment_with_the_reason() throws Exception {
        plane.unusable = "model.onnx is not an ONNX model";
        reconciler.start();
        deploy();
        await(() -> state() instanceof DeploymentState.Failed);

        assertThat(((DeploymentState.Failed) state()).reason()).isEqualTo("model.onnx is not an ONNX model");
    }

    @Test
    void a_deployment_that_the_serving_side_gives_up_fails_with_its_reason() throws Exception {
        plane.readiness = new ServingPlane.Readiness.Failed("out of memory");
        reconciler.start();
        deploy();
        await(() -> state() instanceof DeploymentState.Failed);

        assertThat(((DeploymentState.Failed) state()).reason()).isEqualTo("out of memory");
    }

    @Test
    void a_deployment_that_does_not_come_up_in_two_minutes_fails() throws Exception {
        reconciler.start();
        deploy();
        await(() -> plane.looks > 0);
        clock.ahead = Duration.ofSeconds(121);
        await(() -> state() instanceof DeploymentState.Failed);

        assertThat(((DeploymentState.Failed) state()).reason()).contains("120 seconds");
    }

    @Test
    void a_start_publishes_what_is_there_without_an_event() throws Exception {
        endpoints.create(MAIN, CHURN, "", Map.of());

        reconciler.start();

        await(() -> !plane.published.isEmpty());
    }

    @Test
    void a_deleted_endpoint_is_withdrawn() throws Exception {
        endpoints.create(MAIN, CHURN, "", Map.of());
        reconciler.start();
        await(() -> !plane.published.isEmpty());

        endpoints.delete(MAIN, CHURN);
        tell("EndpointDeleted");

        await(() -> plane.withdrawn.contains(CHURN));
    }

    @Test
    void waiting_for_a_deployment_does_not_publish_again_and_again() throws Exception {
        reconciler.start();
        deploy();
        await(() -> plane.looks > 3);

        assertThat(plane.published).hasSizeLessThanOrEqualTo(2);
    }

    private void deploy() {
        endpoints.create(MAIN, CHURN, "", Map.of());
        endpoints.deploy(
                MAIN,
                CHURN,
                BLUE,
                ModelRef.parse("churn:1"),
                Deployment.USUAL_CONCURRENCY,
                Deployment.USUAL_TIMEOUT,
                true);
        tell("EndpointChanged");
    }

    private void tell(String type) {
        reconciler.accept(new RecordedEvent(1, type, "endpoint/main/churn", Instant.now(), Map.of()));
    }

    private DeploymentState state() {
        return endpoints.get(MAIN, CHURN).deployment(BLUE).orElseThrow().state();
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            Thread.sleep(5);
        }
    }

    private static final class Plane implements ServingPlane {
        final List<String> staged = new CopyOnWriteArrayList<>();
        final List<OnlineEndpoint> published = new CopyOnWriteArrayList<>();
        final List<EndpointName> withdrawn = new CopyOnWriteArrayList<>();
        volatile Readiness readiness = new Readiness.Pending();
        volatile @Nullable String unusable;
        volatile @Nullable EndpointKeys keys;
        volatile int looks;

        @Override
        public void stage(WorkspaceName workspace, ModelRef model, ArtifactPath files) throws UnusableModel {
            if (unusable != null) {
                throw new UnusableModel(unusable);
            }
            staged.add(model.toString());
        }

        @Override
        public void publish(OnlineEndpoint endpoint, EndpointKeys newKeys) throws IOException {
            published.add(endpoint);
            keys = newKeys;
        }

        @Override
        public void withdraw(WorkspaceName workspace, EndpointName endpoint) {
            withdrawn.add(endpoint);
        }

        @Override
        public Readiness readiness(OnlineEndpoint endpoint, DeploymentName deployment) {
            looks = looks + 1;
            return readiness;
        }
    }

    private static final class Kept implements EndpointRepository {
        private final Map<EndpointName, OnlineEndpoint> byName = new ConcurrentHashMap<>();

        @Override
        public Optional<OnlineEndpoint> find(WorkspaceName workspace, EndpointName name) {
            return Optional.ofNullable(byName.get(name));
        }

        @Override
        public Optional<OnlineEndpoint> findForUpdate(WorkspaceName workspace, EndpointName name) {
            return find(workspace, name);
        }

        @Override
        public List<OnlineEndpoint> of(WorkspaceName workspace) {
            return all();
        }

        @Override
        public List<OnlineEndpoint> all() {
            return List.copyOf(byName.values());
        }

        @Override
        public void save(Change<OnlineEndpoint> change) {
            byName.put(change.next().name(), change.next());
        }

        @Override
        public void delete(Change<OnlineEndpoint> change) {
            byName.remove(change.next().name());
        }
    }

    private static final class NoCipher implements SecretCipher {
        @Override
        public String seal(SecretPlace place, String secret) {
            return secret;
        }

        @Override
        public String open(SecretPlace place, String sealed) {
            return sealed;
        }
    }

    private static final class SomeIds implements IdSource {
        @Override
        public UUID nextId() {
            return UUID.randomUUID();
        }

        @Override
        public byte[] nextSecret(int length) {
            return new byte[length];
        }
    }

    private static final class ShiftedClock extends Clock {
        volatile Duration ahead = Duration.ZERO;

        @Override
        public Instant instant() {
            return InstantSource.system().instant().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
