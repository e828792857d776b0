package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.Role;
import org.millwright.access.app.Roles;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Roles, built-in ones and those of the team, and the permissions that they are made of. */
@Path("")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class RolesResource {
    @Inject
    Roles roles;

    @Inject
    CurrentCaller caller;

    /** Lists all permissions that there are, and what they allow. */
    @GET
    @Path("permissions")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public Items<PermissionBody> permissions() {
        return Items.all(
                Arrays.stream(Permission.values()).map(PermissionBody::of).toList());
    }

    /** Lists the roles with what they permit, built-in ones first. */
    @GET
    @Path("roles")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public Items<RoleBody> list() {
        return Items.all(roles.list().stream().map(RoleBody::of).toList());
    }

    /** Reads a role. */
    @GET
    @Path("roles/{role}")
    @Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
    public RoleBody get(@PathParam("role") String name) {
        return RoleBody.of(roles.get(name));
    }

    /**
     * Makes a role of the team, or changes it for everybody who holds it. The caller must hold, on the whole server, what it permits
     * and what it permitted before.
     *
     * @param name 1 to 100 letters, digits, spaces, '.', '_' and '-'; not that of a built-in role
     */
    @PUT
    @Path("roles/{role}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public RoleBody put(@PathParam("role") String name, NewRole given) {
        var body = Bodies.given(given);
        var permitted = new ArrayList<Permission>();
        for (var permission : Bodies.needed("permissions", body.permissions())) {
            permitted.add(AccessAsked.permission("permissions", permission));
        }
        return RoleBody.of(roles.put(caller.get(), Role.custom(name, Bodies.orEmpty(body.description()), permitted)));
    }

    /** Deletes a role of the team, once nobody holds it and it is denied to nobody. */
    @DELETE
    @Path("roles/{role}")
    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete(@PathParam("role") String name) {
        roles.delete(caller.get(), name);
    }

    /** @param permissions by their names; at least one */
    @Schema(requiredProperties = "permissions", examples = """
                    {"description": "Approves models", "permissions": ["WORKSPACE_READ", "MODEL_READ", "MODEL_APPROVE"]}""")
    record NewRole(@Nullable String description, @Nullable List<String> permissions) {}

    @Schema(name = "Role")
    record RoleBody(String name, String description, boolean builtIn, List<PermissionBody> permissions) {
        static RoleBody of(Role role) {
            return new RoleBody(
                    role.name(),
                    role.description(),
                    role.isBuiltIn(),
                    role.permissions().stream().sorted().map(PermissionBody::of).toList());
        }
    }

    /**
     * @param meaning what it allows, as in "you may ..."
     * @param kind of the things that it can be given on one by one; absent when only on a whole workspace or server
     */
    @Schema(name = "Permission")
    record PermissionBody(
            String name, String meaning, @Nullable String kind) {
        static PermissionBody of(Permission permission) {
            var kind = permission.kind();
            return new PermissionBody(
                    permission.name(),
                    permission.inWords(),
                    kind == null ? null : kind.name().toLowerCase(Locale.ROOT));
        }
    }
}
