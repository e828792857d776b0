package org.millwright.endpoint.model;

import java.util.List;
import java.util.Optional;
import org.millwright.endpoint.EndpointName;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** Keeps online endpoints with their deployments. */
public interface EndpointRepository {
    Optional<OnlineEndpoint> find(WorkspaceName workspace, EndpointName name);

    /** Finds it and holds off others who want to change it until the transaction ends. */
    Optional<OnlineEndpoint> findForUpdate(WorkspaceName workspace, EndpointName name);

    /** By name. */
    List<OnlineEndpoint> of(WorkspaceName workspace);

    /** Every endpoint of the server, for bringing what serves in line after a restart. */
    List<OnlineEndpoint> all();

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the name is taken */
    void save(Change<OnlineEndpoint> change);

    void delete(Change<OnlineEndpoint> change);
}
