package org.millwright.access;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Who is asking, and what they may do. Made by a wire from a credential; everything below believes it.
 *
 * <p>A permission is given where a role allows it, and taken where another denies it; a denial wins. A role on the server
 * or a workspace is one on everything in it, also on what comes later; a role on one resource is on that alone.
 *
 * @param name as shown to people
 * @param grants those of the principal and of their groups
 * @param confinement what the credential leaves of them
 * @param credential which of their credentials they used
 * @param run the run whose token this is; null for people and services
 */
public record Caller(
        PrincipalId principal,
        String name,
        List<Grant> grants,
        Confinement confinement,
        CredentialId credential,
        @Nullable String run) {

    public Caller {
        grants = List.copyOf(grants);
    }

    /** Whether they may do it to everything in the workspace, without exception. */
    public boolean may(Permission permission, WorkspaceName workspace) {
        return mayInGeneral(permission, workspace)
                && ids(Effect.DENY, permission, permission.kind(), workspace).isEmpty();
    }

    /** Whether they may do it to whatever comes into the workspace; single resources, which are exceptions, aside. */
    public boolean mayInGeneral(Permission permission, WorkspaceName workspace) {
        return confinement.lets(permission, workspace)
                && grants.stream()
                        .anyMatch(grant ->
                                grant.allows(permission) && grant.scope().coversAllOf(workspace))
                && !isDenied(permission, Scope.in(workspace));
    }

    /**
     * Whether they may do it to something in the workspace, be it one resource. What is on no single resource they may do
     * or not, with one exception: who holds any role in a workspace may read the workspace itself.
     */
    public boolean maySomewhereIn(Permission permission, WorkspaceName workspace) {
        var kind = permission.kind();
        if (kind != null) {
            var reach = reach(permission, kind, workspace);
            return reach.all() || !reach.ids().isEmpty();
        }
        return permission == Permission.WORKSPACE_READ
                ? mayInGeneral(permission, workspace) || holdsSomethingIn(workspace)
                : may(permission, workspace);
    }

    public boolean may(Permission permission, Resource resource) {
        return confinement.lets(permission, resource.workspace())
                && grants.stream()
                        .anyMatch(grant ->
                                grant.allows(permission) && grant.scope().covers(resource))
                && grants.stream()
                        .noneMatch(grant ->
                                grant.denies(permission) && grant.scope().covers(resource));
    }

    /** For what is about no one workspace. */
    public boolean mayEverywhere(Permission permission) {
        return confinement.permissions().contains(permission)
                && confinement.workspace() == null
                && grants.stream().anyMatch(grant -> grant.allows(permission) && grant.scope() instanceof Scope.Server)
                && grants.stream()
                        .noneMatch(grant -> grant.denies(permission) && grant.scope() instanceof Scope.Server);
    }

    /** Whether they may do it all over the scope. */
    public boolean may(Permission permission, Scope scope) {
        return switch (scope) {
            case Scope.Server() -> mayEverywhere(permission);
            case Scope.InWorkspace(var workspace) -> may(permission, workspace);
            case Scope.OnResource(var resource) -> may(permission, resource);
        };
    }

    /** Whether any role allows them anything, anywhere. */
    public boolean holdsAnything() {
        return grants.stream().anyMatch(grant -> grant.effect() == Effect.ALLOW);
    }

    /** @throws Refused with Forbidden when they may not give and take roles there */
    public void requireToManage(Scope scope) {
        requireAround(Permission.ACCESS_MANAGE, scope);
    }

    /** @throws Refused with Forbidden when they may not know who holds which role there */
    public void requireToSeeRoles(Scope scope) {
        requireAround(Permission.ACCESS_READ, scope);
    }

    /** Access to one resource is the business of its workspace. */
    private void requireAround(Permission permission, Scope scope) {
        var workspace = scope.workspace();
        if (workspace == null) {
            requireEverywhere(permission);
        } else {
            require(permission, workspace);
        }
    }

    /** @throws Refused with Forbidden when no role permits it, on whatever */
    public void requireAnywhere(Permission permission) {
        if (!mayAnywhere(permission)) {
            throw forbidden(permission, Scope.SERVER, "anything");
        }
    }

    /** @throws Refused with Forbidden when no role on the whole server permits it */
    public void requireEverywhere(Permission permission) {
        if (!mayEverywhere(permission)) {
            throw forbidden(permission, Scope.SERVER, "the whole server");
        }
    }

    /** @throws Refused with Forbidden, which names the permission and the workspace */
    public void require(Permission permission, WorkspaceName workspace) {
        if (!may(permission, workspace)) {
            throw forbidden(permission, Scope.in(workspace), "workspace '%s'".formatted(workspace));
        }
    }

    /** @throws Refused with Forbidden when there is nothing in the workspace that they may do it to */
    public void requireSomewhereIn(Permission permission, WorkspaceName workspace) {
        if (!maySomewhereIn(permission, workspace)) {
            throw forbidden(permission, Scope.in(workspace), "workspace '%s'".formatted(workspace));
        }
    }

    /** Before something new is made. @throws Refused with Forbidden when they hold roles on single resources only */
    public void requireInGeneral(Permission permission, WorkspaceName workspace) {
        if (!mayInGeneral(permission, workspace)) {
            throw forbidden(permission, Scope.in(workspace), "workspace '%s' as a whole".formatted(workspace));
        }
    }

    /** @throws Refused with Forbidden, which names the permission and the resource */
    public void require(Permission permission, Resource resource) {
        if (!may(permission, resource)) {
            throw forbidden(permission, resource);
        }
    }

    /** Which resources of the kind they may do it to. */
    public Reach reach(Permission permission, ResourceKind kind, WorkspaceName workspace) {
        var denied = ids(Effect.DENY, permission, kind, workspace);
        if (mayInGeneral(permission, workspace)) {
            return new Reach(true, denied);
        }
        if (!confinement.lets(permission, workspace) || isDenied(permission, Scope.in(workspace))) {
            return Reach.NOTHING;
        }
        var allowed = ids(Effect.ALLOW, permission, kind, workspace);
        allowed.removeAll(denied);
        return new Reach(false, allowed);
    }

    /** Whether any role permits it, on whatever. */
    public boolean mayAnywhere(Permission permission) {
        return confinement.permissions().contains(permission)
                && grants.stream().anyMatch(grant -> grant.allows(permission) && !isDenied(permission, grant.scope()));
    }

    private boolean isDenied(Permission permission, Scope everywhereIn) {
        return grants.stream()
                .anyMatch(grant -> grant.denies(permission) && grant.scope().covers(everywhereIn));
    }

    private boolean holdsSomethingIn(WorkspaceName workspace) {
        return confinement.lets(Permission.WORKSPACE_READ, workspace)
                && grants.stream()
                        .anyMatch(grant -> grant.effect() == Effect.ALLOW
                                && workspace.equals(grant.scope().workspace()))
                && !isDenied(Permission.WORKSPACE_READ, Scope.in(workspace));
    }

    /** @param kind null for a permission that is on no single resource: there are none then */
    private Set<String> ids(
            Effect effect, Permission permission, @Nullable ResourceKind kind, WorkspaceName workspace) {
        var ids = new HashSet<String>();
        for (var grant : grants) {
            if ((effect == Effect.ALLOW ? grant.allows(permission) : grant.denies(permission))
                    && grant.scope() instanceof Scope.OnResource(var resource)
                    && resource.kind() == kind
                    && resource.workspace().equals(workspace)) {
                ids.add(resource.id());
            }
        }
        return ids;
    }

    Refused forbidden(Permission permission, Resource resource) {
        return forbidden(permission, Scope.on(resource), resource.inWords());
    }

    private Refused forbidden(Permission permission, Scope scope, String where) {
        AuditTrace.lacked(permission, scope);
        var weakness = confinement.weakness(permission, scope);
        return new Refused(new Problem.Forbidden(
                permission.inWords(),
                weakness == null
                        ? "'%s' holds no role with %s on %s".formatted(name, permission, where)
                        : "the token of '%s' %s".formatted(name, weakness)));
    }
}
