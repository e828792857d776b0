package org.millwright.scheduler;

import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.endpoint.spi.ServingPlane;
import org.millwright.endpoint.spi.UnusableModel;
import org.millwright.registry.ModelCatalog;
import org.millwright.shared.EventConsumer;
import org.millwright.shared.RecordedEvent;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Brings what serves in line with what the endpoints say, and tells the endpoints what came of it.
 *
 * <p>An event only says where to look; what is done follows from the endpoint as it is then. So events may come late, twice
 * or not at all, and a start looks at every endpoint.
 */
@ApplicationScoped
public class ServingReconciler implements EventConsumer {
    private static final System.Logger LOG = System.getLogger(ServingReconciler.class.getName());
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);
    private static final Duration MOST_TIME_TO_COME_UP = Duration.ofMinutes(2);

    private final OnlineEndpoints endpoints;
    private final ModelCatalog models;
    private final ServingPlane plane;
    private final ManagedThreads threads;
    private final Clock clock;

    private final BlockingQueue<Address> changed = new LinkedBlockingQueue<>();
    /** When we first asked for a deployment that has not come up yet; only the reconciling thread touches it. */
    private final Map<Pending, Instant> pending = new HashMap<>();

    @Inject
    public ServingReconciler(
            OnlineEndpoints endpoints, ModelCatalog models, ServingPlane plane, ManagedThreads threads, Clock clock) {
        this.endpoints = endpoints;
        this.models = models;
        this.plane = plane;
        this.threads = threads;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ServingReconciler() {
        this(null, null, null, null, null);
    }

    private record Address(WorkspaceName workspace, EndpointName endpoint) {}

    private record Pending(Address address, DeploymentName deployment, Instant createdAt) {}

    @Override
    public String name() {
        return "serving";
    }

    @Override
    public boolean wants(String eventType) {
        return eventType.equals("EndpointChanged") || eventType.equals("EndpointDeleted");
    }

    @Override
    public void accept(RecordedEvent event) {
        var parts = event.subject().split("/");
        changed.add(new Address(new WorkspaceName(parts[1]), new EndpointName(parts[2])));
    }

    public void start() {
        threads.start("serving reconciler", this::serve);
    }

    private void serve() {
        var retries = new HashSet<Address>();
        try {
            Patience.until("Reading the endpoints", () -> {
                endpoints.all().forEach(found -> changed.add(addressOf(found)));
                return true;
            });
            while (!threads.isClosing()) {
                var work = next(retries);
                retries.clear();
                var waiting = new LinkedHashSet<Address>();
                pending.keySet().forEach(each -> waiting.add(each.address()));
                waiting.removeAll(work);
                for (var address : work) {
                    tryTo(() -> reconcile(address), address, retries);
                }
                for (var address : waiting) {
                    tryTo(() -> lookAtNew(address, find(address)), address, retries);
                }
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void tryTo(Work work, Address address, Set<Address> retries) {
        try {
            work.run();
        } catch (IOException | RuntimeException failed) {
            LOG.log(WARNING, () -> "What serves %s is not in line yet".formatted(address), failed);
            retries.add(address);
        }
    }

    /** Waits for a change, shortly when deployments are coming up, and adds what failed before. */
    private Set<Address> next(Set<Address> retries) throws InterruptedException {
        if (!retries.isEmpty()) {
            Thread.sleep(RETRY_INTERVAL);
        }
        var work = new LinkedHashSet<>(retries);
        var first = pending.isEmpty() && work.isEmpty()
                ? changed.take()
                : changed.poll(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
            work.add(first);
            changed.drainTo(work);
        }
        return work;
    }

    /** Makes one endpoint answer as it says, and tells it what came of its new deployments. */
    private void reconcile(Address address) throws IOException {
        var found = find(address);
        if (found.isEmpty()) {
            forget(address);
            plane.withdraw(address.workspace(), address.endpoint());
            return;
        }
        var endpoint = stageModels(found.get());
        plane.publish(endpoint, endpoints.keys(endpoint));
        lookAtNew(address, Optional.of(endpoint));
    }

    /** Asks whether the new deployments of an endpoint answer by now. */
    private void lookAtNew(Address address, Optional<OnlineEndpoint> found) throws IOException {
        forget(address, found);
        if (found.isPresent()) {
            for (var deployment : found.get().deployments()) {
                if (deployment.state() instanceof DeploymentState.Creating) {
                    lookAt(address, found.get(), deployment);
                }
            }
        }
    }

    private Optional<OnlineEndpoint> find(Address address) {
        return endpoints.find(address.workspace(), address.endpoint());
    }

    private void forget(Address address) {
        forget(address, Optional.empty());
    }

    /** Forgets those that are not coming up any more. */
    private void forget(Address address, Optional<OnlineEndpoint> found) {
        pending.keySet()
                .removeIf(each -> each.address().equals(address)
                        && found.filter(endpoint -> isCreating(each, endpoint)).isEmpty());
    }

    /** @return the endpoint after those whose models cannot be served have failed */
    private OnlineEndpoint stageModels(OnlineEndpoint endpoint) throws IOException {
        var current = endpoint;
        for (var deployment : endpoint.deployments()) {
            if (deployment.state() instanceof DeploymentState.Failed) {
                continue;
            }
            try {
                plane.stage(
                        endpoint.workspace(),
                        deployment.model(),
                        models.filesOf(endpoint.workspace(), deployment.model()));
            } catch (UnusableModel | Refused unusable) {
                if (deployment.state() instanceof DeploymentState.Creating) {
                    current = endpoints.failed(
                            endpoint.workspace(),
                            endpoint.name(),
                            deployment.name(),
                            String.valueOf(unusable.getMessage()));
                } else {
                    // It was laid out when it came up, and goes on answering with that.
                    LOG.log(WARNING, "{0} of {1}: {2}", deployment.model(), endpoint.name(), unusable.getMessage());
                }
            }
        }
        return current;
    }

    private void lookAt(Address address, OnlineEndpoint endpoint, Deployment deployment) throws IOException {
        var key = new Pending(address, deployment.name(), deployment.createdAt());
        var since = pending.computeIfAbsent(key, _ -> clock.instant());
        switch (plane.readiness(endpoint, deployment.name())) {
            case ServingPlane.Readiness.Ready _ -> {
                endpoints.cameUp(address.workspace(), address.endpoint(), deployment.name());
                settled(key);
            }
            case ServingPlane.Readiness.Failed(var reason) -> {
                endpoints.failed(address.workspace(), address.endpoint(), deployment.name(), reason);
                settled(key);
            }
            case ServingPlane.Readiness.Pending _ -> {
                if (since.plus(MOST_TIME_TO_COME_UP).isBefore(clock.instant())) {
                    endpoints.failed(
                            address.workspace(),
                            address.endpoint(),
                            deployment.name(),
                            "It did not answer within %d seconds".formatted(MOST_TIME_TO_COME_UP.toSeconds()));
                    settled(key);
                }
            }
        }
    }

    /** The endpoint is another now, so it is published once more; its event will say so too, but later. */
    private void settled(Pending deployment) {
        pending.remove(deployment);
        changed.add(deployment.address());
    }

    private static boolean isCreating(Pending pending, OnlineEndpoint endpoint) {
        return endpoint.deployment(pending.deployment())
                .filter(found -> found.createdAt().equals(pending.createdAt()))
                .filter(found -> found.state() instanceof DeploymentState.Creating)
                .isPresent();
    }

    private static Address addressOf(OnlineEndpoint endpoint) {
        return new Address(endpoint.workspace(), endpoint.name());
    }
}
