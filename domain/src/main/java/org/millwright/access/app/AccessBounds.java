package org.millwright.access.app;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Scope;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * How far somebody may go who manages access. Nobody rises by it: to give a role, or to lift a denial, one must manage access
 * there and hold all that the role permits. Taking a role away, and denying one, needs no more than to manage access there.
 */
final class AccessBounds {
    private AccessBounds() {}

    /** @throws Refused with Forbidden */
    static void requireToAdd(Caller by, Grant grant) {
        by.requireToManage(grant.scope());
        if (grant.effect() == Effect.ALLOW) {
            requireToHold(by, grant);
        }
    }

    /** @throws Refused with Forbidden */
    static void requireToRemove(Caller by, Grant grant) {
        by.requireToManage(grant.scope());
        if (grant.effect() == Effect.DENY) {
            requireToHold(by, grant);
        }
    }

    /** Before what lifts the denials among them. @throws Refused with Forbidden */
    static void requireToLiftDenials(Caller by, Collection<Grant> grants) {
        grants.stream().filter(grant -> grant.effect() == Effect.DENY).forEach(grant -> requireToRemove(by, grant));
    }

    /** Before what lets somebody use the roles among them. @throws Refused with Forbidden */
    static void requireToGive(Caller by, Collection<Grant> grants) {
        grants.stream().filter(grant -> grant.effect() == Effect.ALLOW).forEach(grant -> requireToAdd(by, grant));
    }

    /** @throws Refused with Forbidden */
    static void requireToHold(Caller by, Permission permission, Scope scope) {
        if (!by.may(permission, scope) || by.grants().stream().anyMatch(grant -> excepts(grant, permission, scope))) {
            throw new Refused(new Problem.Forbidden(
                    "give what you do not hold",
                    "'%s' holds no role with %s on %s".formatted(by.name(), permission, scope.inWords())));
        }
    }

    /** Whether it is a denial on a part of the scope: who gave all of it could get around it, by another's hands. */
    static boolean excepts(Grant grant, Permission permission, Scope scope) {
        return grant.effect() == Effect.DENY
                && grant.concerns(permission)
                && !(grant.scope() instanceof Scope.OnResource(var resource) && resource.kind() != permission.kind())
                && scope.covers(grant.scope());
    }

    /** Somebody who holds just that. */
    static Caller holding(List<Grant> grants) {
        return new Caller(
                PrincipalId.LOCAL_ADMINISTRATOR, "", grants, Confinement.NONE, CredentialId.NONE, (@Nullable String)
                        null);
    }

    /** Whether they may know who holds what there. */
    static boolean sees(Caller by, Scope scope) {
        var workspace = scope.workspace();
        return workspace == null ? by.mayEverywhere(Permission.ACCESS_READ) : by.may(Permission.ACCESS_READ, workspace);
    }

    private static void requireToHold(Caller by, Grant grant) {
        // In the order of the permissions, so that the same refusal names the same one.
        grant.role().permissions().stream()
                .sorted()
                .forEach(permission -> requireToHold(by, permission, grant.scope()));
    }
}
