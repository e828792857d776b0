package org.millwright.wire.rest;

import jakarta.ws.rs.QueryParam;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Scope;
import org.millwright.access.app.Roles;

/** How far a role reaches, as a query says it. */
public class ScopeFilters {
    /** One of {@code server}, {@code workspace}, {@code experiment}, {@code model}, {@code endpoint}, {@code compute}. */
    @QueryParam("on")
    @Nullable
    String on;

    /** Of which it is about all, or that the one thing is in. */
    @QueryParam("workspace")
    @Nullable
    String workspace;

    /** The name of the one thing, for an experiment its number or its name. */
    @QueryParam("resource")
    @Nullable
    String resource;

    /** Null when the query says nothing. */
    @Nullable
    Scope read(Roles roles, Caller by) {
        return on == null && workspace == null && resource == null
                ? null
                : new ScopeBody(on, workspace, resource, null).read(roles, by, "");
    }
}
