package org.millwright.portal.access;

import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.Roles;
import org.millwright.access.model.Principal;
import org.millwright.access.model.RoleAssignment;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;

/**
 * One role that somebody has, or that is denied to them.
 *
 * @param id of the assignment, for taking it away
 * @param where how far it reaches
 * @param inherited whether it reaches further than what is looked at
 * @param through the group that they have it by; empty when they have it by themselves
 * @param by who gave it
 * @param removable whether the reader may take it away, as far as it can be
 */
public record RoleHolding(
        String id,
        String role,
        String roleLink,
        StateChip effect,
        boolean denied,
        String where,
        boolean inherited,
        String through,
        String throughLink,
        String by,
        Instant since,
        boolean removable) {
    /** Denials win, so they come first. */
    static final Comparator<RoleHolding> BY_WEIGHT = Comparator.comparing(RoleHolding::denied)
            .reversed()
            .thenComparing(RoleHolding::through)
            .thenComparing(RoleHolding::role);

    /** Stands for whoever gave what the settings of an identity provider say. */
    private static final String CONFIGURATION = "configuration";

    /**
     * @param group through which it is held; null when directly
     * @param around what is looked at
     * @param reader who looks
     */
    static RoleHolding of(Roles.Given given, @Nullable Principal group, Scope around, Caller reader) {
        var assignment = given.assignment();
        var grant = assignment.grant();
        var denied = grant.effect() == Effect.DENY;
        var by = assignment.by().value();
        return new RoleHolding(
                assignment.id().toString(),
                grant.role().name(),
                Links.role(grant.role().name()),
                denied ? new StateChip("Denied", "bad", "pi-ban") : new StateChip("Allowed", "good", "pi-check-circle"),
                denied,
                Places.label(grant.scope(), given.resource()),
                grant.scope() instanceof Scope.Server && !(around instanceof Scope.Server),
                group == null ? "" : group.name(),
                group == null ? "" : Links.principal(group.id()),
                by.equals(CONFIGURATION) ? "the server's settings" : by,
                assignment.createdAt(),
                manages(reader, grant.scope()) && !isFixed(assignment));
    }

    /** What settings give they would give again; and somebody must be able to mend everything. */
    private static boolean isFixed(RoleAssignment assignment) {
        return assignment.by().value().equals(CONFIGURATION)
                || (assignment.principal().equals(PrincipalId.LOCAL_ADMINISTRATOR)
                        && assignment.grant().equals(Grant.allow(Role.OWNER, Scope.SERVER)));
    }

    /** Whether the reader may give and take roles there. */
    static boolean manages(Caller reader, Scope scope) {
        var workspace = scope.workspace();
        return workspace == null
                ? reader.mayEverywhere(Permission.ACCESS_MANAGE)
                : reader.may(Permission.ACCESS_MANAGE, workspace);
    }
}
