package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Caller;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;

/** Which roles there are, and who holds which one where. Changes hold from the next request on. */
@ApplicationScoped
@Transactional
public class Roles {
    private final RoleRepository roles;
    private final PrincipalRepository principals;
    private final WorkspaceDirectory workspaces;
    private final RightsChanges changes;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public Roles(
            RoleRepository roles,
            PrincipalRepository principals,
            WorkspaceDirectory workspaces,
            RightsChanges changes,
            IdSource ids,
            Clock clock) {
        this.roles = roles;
        this.principals = principals;
        this.workspaces = workspaces;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Roles() {
        this(null, null, null, null, null, null);
    }

    /** Built-in ones first. */
    public List<Role> list() {
        var all = new ArrayList<>(Role.BUILT_IN);
        all.addAll(roles.custom());
        return all;
    }

    /** @throws Refused with NotFound */
    public Role get(String name) {
        return Role.builtIn(name).or(() -> roles.findCustom(name)).orElseThrow(() -> Refused.notFound("role", name));
    }

    /** Makes the role, or changes what it permits for everybody who holds it. */
    public Role put(Caller by, Role custom) {
        for (var permission : custom.permissions()) {
            requireToGive(by, permission, Scope.SERVER);
        }
        roles.put(custom);
        changes.happened();
        return custom;
    }

    /** @throws Refused with Invalid for a built-in one, with WrongState while somebody holds it */
    public void delete(String name) {
        if (Role.builtIn(name).isPresent()) {
            throw Refused.invalid("name", "built-in roles stay");
        }
        if (!roles.deleteCustom(name)) {
            throw Refused.notFound("role", name);
        }
    }

    /** Newest first. @param workspace those in it and on its resources; null for those on the whole server */
    public List<RoleAssignment> assignments(@Nullable WorkspaceName workspace) {
        return roles.assignments(workspace);
    }

    /** All that they hold, wherever, and through which group. */
    public List<RoleRepository.Held> heldBy(PrincipalId principal) {
        return roles.heldBy(principal);
    }

    /**
     * Gives or denies a role; again is harmless.
     *
     * @throws Refused with Forbidden when the role permits what its giver may not do there: nobody rises by giving
     */
    public RoleAssignment assign(Caller by, PrincipalId principal, Role role, Effect effect, Scope scope) {
        by.requireToManage(scope);
        if (principals.find(principal).isEmpty()) {
            throw Refused.notFound("principal", principal);
        }
        var workspace = scope.workspace();
        if (workspace != null) {
            workspaces.settingsOf(workspace);
        }
        switch (effect) {
            case ALLOW -> role.permissions().forEach(permission -> requireToGive(by, permission, scope));
            case DENY -> {
                if (principal.equals(PrincipalId.LOCAL_ADMINISTRATOR)) {
                    throw Refused.invalid("principal", "nothing can be denied to the local administrator");
                }
            }
        }
        var wanted = new RoleAssignment(
                new AssignmentId(ids.nextId()),
                principal,
                new Grant(role, effect, scope),
                clock.instant(),
                by.principal());
        if (!roles.assign(wanted)) {
            return roles.assignments(workspace).stream()
                    .filter(there ->
                            there.principal().equals(principal) && there.grant().equals(wanted.grant()))
                    .findFirst()
                    .orElseThrow(() -> Refused.stale("role assignment", wanted.id()));
        }
        changes.happened();
        return wanted;
    }

    /** @throws Refused with NotFound, or Forbidden when the caller does not manage access there */
    public void remove(Caller by, AssignmentId id) {
        var assignment = roles.findAssignment(id).orElseThrow(() -> Refused.notFound("role assignment", id));
        by.requireToManage(assignment.grant().scope());
        if (assignment.principal().equals(PrincipalId.LOCAL_ADMINISTRATOR)
                && assignment.grant().equals(Grant.allow(Role.OWNER, Scope.SERVER))) {
            throw Refused.invalid("id", "the local administrator stays owner of the server");
        }
        roles.remove(id);
        changes.happened();
    }

    private static void requireToGive(Caller by, Permission permission, Scope scope) {
        if (!by.may(permission, scope)) {
            throw new Refused(new Problem.Forbidden(
                    "give what you do not hold",
                    "'%s' holds no role with %s on %s".formatted(by.name(), permission, scope.inWords())));
        }
    }
}
