package org.millwright.endpoint.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.millwright.access.SecretCipher;
import org.millwright.access.SecretPlace;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.ServedModels;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.DeploymentState;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.EndpointRepository;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.registry.ModelCatalog;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Change;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Creates endpoints, deploys models to them, and steers their traffic. */
@ApplicationScoped
@Transactional
public class OnlineEndpoints implements ServedModels {
    private static final int KEY_BYTES = 32;

    private final EndpointRepository endpoints;
    private final ModelCatalog models;
    private final SecretCipher cipher;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public OnlineEndpoints(
            EndpointRepository endpoints, ModelCatalog models, SecretCipher cipher, IdSource ids, Clock clock) {
        this.endpoints = endpoints;
        this.models = models;
        this.cipher = cipher;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected OnlineEndpoints() {
        this(null, null, null, null, null);
    }

    /** Which of them to renew. */
    public enum KeyKind {
        PRIMARY,
        SECONDARY
    }

    public OnlineEndpoint create(
            WorkspaceName workspace, EndpointName name, String description, Map<String, String> tags) {
        if (endpoints.find(workspace, name).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("endpoint", name.value()));
        }
        return save(OnlineEndpoint.create(
                workspace,
                name,
                description,
                tags,
                cipher.seal(place(workspace, name, KeyKind.PRIMARY), newKey()),
                cipher.seal(place(workspace, name, KeyKind.SECONDARY), newKey()),
                clock.instant()));
    }

    public OnlineEndpoint get(WorkspaceName workspace, EndpointName name) {
        return endpoints.find(workspace, name).orElseThrow(() -> Refused.notFound("endpoint", name));
    }

    public Optional<OnlineEndpoint> find(WorkspaceName workspace, EndpointName name) {
        return endpoints.find(workspace, name);
    }

    public List<OnlineEndpoint> list(WorkspaceName workspace) {
        return endpoints.of(workspace);
    }

    @Override
    public List<Serving> serving(WorkspaceName workspace) {
        return endpoints.of(workspace).stream()
                .flatMap(endpoint -> endpoint.deployments().stream()
                        .map(deployment -> new Serving(
                                endpoint.name(),
                                deployment.name(),
                                deployment.model(),
                                deployment.state().label(),
                                endpoint.traffic().getOrDefault(deployment.name(), 0))))
                .toList();
    }

    public List<OnlineEndpoint> all() {
        return endpoints.all();
    }

    /**
     * Begins a deployment; it comes up, or fails with a reason, some moments later.
     *
     * @throws Refused when the model version does not exist or has no files here
     */
    public OnlineEndpoint deploy(
            WorkspaceName workspace,
            EndpointName endpoint,
            DeploymentName name,
            ModelRef model,
            int maxConcurrentRequests,
            Duration requestTimeout,
            boolean takesAllTraffic) {
        models.filesOf(workspace, model);
        var deployment = new Deployment(
                name,
                model,
                maxConcurrentRequests,
                requestTimeout,
                takesAllTraffic,
                new DeploymentState.Creating(),
                clock.instant());
        return apply(workspace, endpoint, (found, now) -> found.deploy(deployment, now));
    }

    public OnlineEndpoint route(WorkspaceName workspace, EndpointName endpoint, Map<DeploymentName, Integer> traffic) {
        return apply(workspace, endpoint, (found, now) -> found.route(traffic, now));
    }

    public OnlineEndpoint undeploy(WorkspaceName workspace, EndpointName endpoint, DeploymentName deployment) {
        return apply(workspace, endpoint, (found, now) -> found.undeploy(deployment, now));
    }

    public OnlineEndpoint cameUp(WorkspaceName workspace, EndpointName endpoint, DeploymentName deployment) {
        return apply(workspace, endpoint, (found, now) -> found.cameUp(deployment, now));
    }

    public OnlineEndpoint failed(
            WorkspaceName workspace, EndpointName endpoint, DeploymentName deployment, String reason) {
        return apply(workspace, endpoint, (found, now) -> found.failed(deployment, reason, now));
    }

    public EndpointKeys keys(WorkspaceName workspace, EndpointName name) {
        return keys(get(workspace, name));
    }

    /** The keys of an endpoint that was just read, for the manifest of what serves it. */
    public EndpointKeys keys(OnlineEndpoint endpoint) {
        return new EndpointKeys(
                cipher.open(place(endpoint.workspace(), endpoint.name(), KeyKind.PRIMARY), endpoint.primaryKey()),
                cipher.open(place(endpoint.workspace(), endpoint.name(), KeyKind.SECONDARY), endpoint.secondaryKey()));
    }

    public EndpointKeys renewKey(WorkspaceName workspace, EndpointName name, KeyKind which) {
        var fresh = cipher.seal(place(workspace, name, which), newKey());
        return keys(apply(workspace, name, (found, now) -> switch (which) {
            case PRIMARY -> found.renewKeys(fresh, found.secondaryKey(), now);
            case SECONDARY -> found.renewKeys(found.primaryKey(), fresh, now);
        }));
    }

    public void delete(WorkspaceName workspace, EndpointName name) {
        endpoints.delete(getForUpdate(workspace, name).delete(clock.instant()));
    }

    private static SecretPlace place(WorkspaceName workspace, EndpointName name, KeyKind which) {
        return new SecretPlace(
                "endpoint", "%s/%s/%s".formatted(workspace, name, which.name().toLowerCase(Locale.ROOT)));
    }

    private String newKey() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(ids.nextSecret(KEY_BYTES));
    }

    private OnlineEndpoint getForUpdate(WorkspaceName workspace, EndpointName name) {
        return endpoints.findForUpdate(workspace, name).orElseThrow(() -> Refused.notFound("endpoint", name));
    }

    private OnlineEndpoint apply(
            WorkspaceName workspace,
            EndpointName name,
            BiFunction<OnlineEndpoint, Instant, Change<OnlineEndpoint>> decision) {
        var endpoint = getForUpdate(workspace, name);
        var change = decision.apply(endpoint, clock.instant());
        return change.next().equals(endpoint) ? endpoint : save(change);
    }

    private OnlineEndpoint save(Change<OnlineEndpoint> change) {
        endpoints.save(change);
        return change.next();
    }
}
