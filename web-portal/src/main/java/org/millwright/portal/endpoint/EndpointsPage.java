package org.millwright.portal.endpoint;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The endpoints and whether they answer. */
@Named
@RequestScoped
@Requires(Permission.ENDPOINT_READ)
public class EndpointsPage {
    private final CurrentCaller caller;
    private final OnlineEndpoints endpoints;
    private @Nullable List<EndpointRow> rows;

    @Inject
    public EndpointsPage(CurrentCaller caller, OnlineEndpoints endpoints) {
        this.caller = caller;
        this.endpoints = endpoints;
    }

    @SuppressWarnings("NullAway")
    protected EndpointsPage() {
        this(null, null);
    }

    public List<EndpointRow> getRows() {
        if (rows == null) {
            rows = endpoints.list(caller.workspace()).stream()
                    .map(EndpointRow::of)
                    .toList();
        }
        return rows;
    }
}
