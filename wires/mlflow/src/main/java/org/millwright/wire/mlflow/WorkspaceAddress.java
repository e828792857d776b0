package org.millwright.wire.mlflow;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Lets a tracking address name a workspace, for clients of every age: behind {@code https://host/w/team-a} lies the whole
 * protocol once more, about that workspace. It takes the name out of the address before a resource is looked for.
 */
@Provider
@PreMatching
public class WorkspaceAddress implements ContainerRequestFilter {
    private static final String PROPERTY = WorkspaceAddress.class.getName();

    /** @return the name in the address, as it was written; null when there was none */
    static @Nullable String of(ContainerRequestContext request) {
        return (String) request.getProperty(PROPERTY);
    }

    @Override
    public void filter(ContainerRequestContext request) {
        var base = request.getUriInfo().getBaseUri();
        var address = request.getUriInfo().getRequestUri();
        var path = address.getRawPath().substring(base.getRawPath().length());
        var slash = path.indexOf('/');
        if (slash < 0) {
            return;
        }
        request.setProperty(PROPERTY, path.substring(0, slash));
        var query = address.getRawQuery();
        var wanted = resource(path.substring(slash + 1)) + (query == null ? "" : "?" + query);
        request.setRequestUri(base, URI.create(base + wanted));
    }

    /** Where the resources have what a client finds below its tracking address. */
    private static String resource(String path) {
        for (var application : new String[] {"api/", "ajax-api/"}) {
            if (path.startsWith(application)) {
                return path.substring(application.length());
            }
        }
        return path.equals("version") || path.equals("health") ? "server/" + path : "2.0/mlflow/" + path;
    }
}
