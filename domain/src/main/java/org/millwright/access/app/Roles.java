package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Caller;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.spi.ResourceDirectory;
import org.millwright.shared.IdSource;
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
    private final ResourceDirectory resources;
    private final RightsChanges changes;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public Roles(
            RoleRepository roles,
            PrincipalRepository principals,
            WorkspaceDirectory workspaces,
            ResourceDirectory resources,
            RightsChanges changes,
            IdSource ids,
            Clock clock) {
        this.roles = roles;
        this.principals = principals;
        this.workspaces = workspaces;
        this.resources = resources;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Roles() {
        this(null, null, null, null, null, null, null);
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

    /**
     * Makes the role, or changes what it permits for everybody who holds it, or to whom it is denied.
     *
     * @throws Refused with Forbidden when the caller does not hold, on the whole server, what it permits or permitted
     */
    public Role put(Caller by, Role custom) {
        by.requireToManage(Scope.SERVER);
        var concerned = EnumSet.copyOf(custom.permissions());
        roles.findCustom(custom.name()).ifPresent(before -> concerned.addAll(before.permissions()));
        concerned.forEach(permission -> AccessBounds.requireToHold(by, permission, Scope.SERVER));
        roles.put(custom);
        changes.happened();
        return custom;
    }

    /** @throws Refused with Invalid for a built-in one, with WrongState while somebody holds it */
    public void delete(Caller by, String name) {
        by.requireToManage(Scope.SERVER);
        if (Role.builtIn(name).isPresent()) {
            throw Refused.invalid("role", "built-in roles stay");
        }
        if (!roles.deleteCustom(name)) {
            throw Refused.notFound("role", name);
        }
        changes.happened();
    }

    /**
     * What was given or denied, with what people call it.
     *
     * @param group through which it is held; null when directly
     * @param resource the name of the one thing that it is on, where that is not its id
     */
    public record Given(
            RoleAssignment assignment,
            Principal principal,
            @Nullable Principal group,
            @Nullable String resource) {}

    /**
     * Newest first, of what the caller may see.
     *
     * @param on exactly there when it is the server or one resource, there and on its resources when it is a workspace; null for
     *     wherever
     * @throws Refused with Forbidden when the caller may not see who may do what there
     */
    public List<Given> assignments(Caller by, @Nullable Scope on) {
        if (on != null) {
            by.requireToSeeRoles(on);
        }
        var seen = roles.assignments().stream()
                .filter(assignment -> isOn(assignment.grant().scope(), on))
                .filter(assignment -> AccessBounds.sees(by, assignment.grant().scope()))
                .map(assignment -> new RoleRepository.Held(assignment, null))
                .toList();
        return given(seen);
    }

    private static boolean isOn(Scope scope, @Nullable Scope on) {
        return on == null
                || (on instanceof Scope.InWorkspace(var workspace)
                        ? workspace.equals(scope.workspace())
                        : scope.equals(on));
    }

    /** All that they hold, wherever the caller may see it, and through which group. Everybody sees all of their own. */
    public List<Given> heldBy(Caller by, PrincipalId principal) {
        return heldBy(by, principal, null);
    }

    /** @param on as of {@link #assignments} */
    public List<Given> heldBy(Caller by, PrincipalId principal, @Nullable Scope on) {
        return given(roles.heldBy(principal).stream()
                .filter(held -> isOn(held.assignment().grant().scope(), on))
                .filter(held -> by.principal().equals(principal)
                        || AccessBounds.sees(by, held.assignment().grant().scope()))
                .toList());
    }

    private List<Given> given(List<RoleRepository.Held> held) {
        var holders = new HashMap<PrincipalId, Principal>();
        principals
                .findAll(
                        held.stream().map(each -> each.assignment().principal()).collect(Collectors.toSet()))
                .forEach(principal -> holders.put(principal.id(), principal));
        var named = resources.names(held.stream()
                .map(each -> each.assignment().grant().scope())
                .flatMap(
                        scope -> scope instanceof Scope.OnResource(var resource) ? Stream.of(resource) : Stream.empty())
                .collect(Collectors.toSet()));
        var given = new ArrayList<Given>();
        for (var each : held) {
            var holder = holders.get(each.assignment().principal());
            if (holder != null) {
                var name = each.assignment().grant().scope() instanceof Scope.OnResource(var resource)
                        ? named.get(resource)
                        : null;
                given.add(new Given(each.assignment(), holder, each.group(), name));
            }
        }
        return given;
    }

    /**
     * The one thing that somebody means. Whoever may not know what there is in the workspace is told nothing by it: what they
     * name is taken to be there.
     *
     * @param name for an experiment its number or its name
     * @throws Refused with NotFound when there is no such workspace, or no such thing in it
     */
    public Resource resource(Caller by, ResourceKind kind, WorkspaceName workspace, String name) {
        return AccessBounds.sees(by, Scope.in(workspace))
                ? existing(kind, workspace, name)
                : resources
                        .find(kind, workspace, name)
                        .filter(found -> by.may(kind.read(), found))
                        .orElseGet(() -> new Resource(kind, workspace, name));
    }

    /** The workspace that somebody means, as {@link #resource}. @throws Refused with NotFound */
    public Scope workspace(Caller by, WorkspaceName workspace) {
        var all = Scope.in(workspace);
        if (AccessBounds.sees(by, all)) {
            workspaces.settingsOf(workspace);
        }
        return all;
    }

    private Resource existing(ResourceKind kind, WorkspaceName workspace, String name) {
        workspaces.settingsOf(workspace);
        return resources
                .find(kind, workspace, name)
                .orElseThrow(() -> Refused.notFound("%s of workspace '%s'".formatted(kind.inWords(), workspace), name));
    }

    /**
     * Gives or denies a role; again is harmless.
     *
     * @throws Refused with Forbidden when the role permits what its giver may not do there: nobody rises by giving; with
     *     NotFound when there is no such principal, workspace or resource
     */
    public RoleAssignment assign(Caller by, PrincipalId principal, Role role, Effect effect, Scope scope) {
        var grant = new Grant(role, effect, scope);
        AccessBounds.requireToAdd(by, grant);
        if (principals.find(principal).isEmpty()) {
            throw Refused.notFound("principal", principal);
        }
        var workspace = scope.workspace();
        if (workspace != null) {
            workspaces.settingsOf(workspace);
        }
        if (scope instanceof Scope.OnResource(var resource)) {
            existing(resource.kind(), resource.workspace(), resource.id());
        }
        if (effect == Effect.DENY && concernsLocalAdministrator(principal)) {
            throw Refused.invalid("principal", "nothing can be denied to the local administrator");
        }
        var wanted =
                new RoleAssignment(new AssignmentId(ids.nextId()), principal, grant, clock.instant(), by.principal());
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

    /** As {@link #assign}, with what people call it. */
    public Given give(Caller by, PrincipalId principal, Role role, Effect effect, Scope scope) {
        return given(List.of(new RoleRepository.Held(assign(by, principal, role, effect, scope), null)))
                .getFirst();
    }

    /**
     * Takes a role away, or lifts a denial.
     *
     * @throws Refused with NotFound, with Forbidden when the caller does not manage access there, or would lift a denial of what
     *     they do not hold, with Invalid when the server's settings would give it again
     */
    public void remove(Caller by, AssignmentId id) {
        var assignment = roles.findAssignment(id).orElseThrow(() -> Refused.notFound("role assignment", id));
        AccessBounds.requireToRemove(by, assignment.grant());
        if (assignment.by().equals(Provisioning.CONFIGURATION)
                && principals
                        .find(assignment.principal())
                        .filter(Provisioning::isConfigured)
                        .isPresent()) {
            throw Refused.invalid("id", "the server's settings give it, and would again: change them");
        }
        if (assignment.principal().equals(PrincipalId.LOCAL_ADMINISTRATOR)
                && assignment.grant().equals(Grant.allow(Role.OWNER, Scope.SERVER))) {
            throw Refused.invalid("id", "the local administrator stays owner of the server");
        }
        roles.remove(id);
        changes.happened();
    }

    private boolean concernsLocalAdministrator(PrincipalId principal) {
        return principal.equals(PrincipalId.LOCAL_ADMINISTRATOR)
                || principals.groupsOf(PrincipalId.LOCAL_ADMINISTRATOR).stream()
                        .anyMatch(group -> group.id().equals(principal));
    }
}
