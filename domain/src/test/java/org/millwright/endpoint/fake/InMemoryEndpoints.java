package org.millwright.endpoint.fake;

import java.util.List;
import java.util.Optional;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.EndpointRepository;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;

/** Online endpoints in memory. */
public final class InMemoryEndpoints implements EndpointRepository {
    private final Shelf<OnlineEndpoint> shelf = new Shelf<>(
                    "endpoint",
                    endpoint -> key(endpoint.workspace(), endpoint.name()),
                    OnlineEndpoint::revision,
                    (endpoint, revision) -> new OnlineEndpoint(
                            endpoint.workspace(),
                            endpoint.name(),
                            endpoint.description(),
                            endpoint.tags(),
                            endpoint.deployments(),
                            endpoint.traffic(),
                            endpoint.primaryKey(),
                            endpoint.secondaryKey(),
                            endpoint.createdAt(),
                            endpoint.updatedAt(),
                            revision))
            .ofResources(endpoint -> Resource.of(ResourceKind.ENDPOINT, endpoint.workspace(), endpoint.name()));

    @Override
    public Optional<OnlineEndpoint> find(WorkspaceName workspace, EndpointName name) {
        return shelf.find(key(workspace, name));
    }

    @Override
    public Optional<OnlineEndpoint> findForUpdate(WorkspaceName workspace, EndpointName name) {
        return find(workspace, name);
    }

    @Override
    public List<OnlineEndpoint> of(WorkspaceName workspace) {
        return shelf.reached().stream()
                .filter(endpoint -> endpoint.workspace().equals(workspace))
                .toList();
    }

    @Override
    public List<OnlineEndpoint> all() {
        return shelf.reached();
    }

    @Override
    public void save(Change<OnlineEndpoint> change) {
        shelf.save(change);
    }

    @Override
    public void delete(Change<OnlineEndpoint> change) {
        var gone = change.next();
        if (find(gone.workspace(), gone.name())
                .filter(kept -> kept.revision().equals(gone.revision()))
                .isEmpty()) {
            throw Refused.stale("endpoint", gone.name());
        }
        shelf.remove(key(gone.workspace(), gone.name()));
        shelf.tell(change.events());
    }

    public List<DomainEvent> events() {
        return shelf.events();
    }

    private static String key(WorkspaceName workspace, EndpointName name) {
        return workspace + "/" + name;
    }
}
