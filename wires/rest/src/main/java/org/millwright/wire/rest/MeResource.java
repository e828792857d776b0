package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.millwright.access.Permission;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Who the caller is here, what they hold, and why they may do something, or may not. */
@Path("me")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class MeResource {
    @Inject
    Principals principals;

    @Inject
    Roles roles;

    @Inject
    AccessQuestions questions;

    @Inject
    CurrentCaller caller;

    /** Reads who the caller is, with their groups and all roles that they hold. */
    @GET
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public PrincipalBody.Detail get() {
        var me = principals.get(caller.get().principal());
        return PrincipalBody.Detail.of(me, principals.groupsOf(me.id()), roles.heldBy(caller.get(), me.id()));
    }

    /** Answers whether the caller may do something somewhere, why, and what would allow it. A token may allow less. */
    @GET
    @Path("why")
    @Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
    public WhyBody why(@BeanParam AccessAsked asked) {
        return asked.answer(questions, roles, caller.get(), caller.get().principal());
    }
}
