package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Scope;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.shared.Names;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * People, groups and services, and who is in which group. They are the whole server's, so is managing them; who is in a group that
 * holds roles is decided by those who may give these roles.
 */
@ApplicationScoped
@Transactional
public class Principals {
    /** Without a colon, so that none stands where an identity provider's would. */
    private static final Pattern LOCAL_ID = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]{0,99}");

    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final RightsChanges changes;
    private final Clock clock;

    @Inject
    public Principals(PrincipalRepository principals, RoleRepository roles, RightsChanges changes, Clock clock) {
        this.principals = principals;
        this.roles = roles;
        this.changes = changes;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Principals() {
        this(null, null, null, null);
    }

    public Page<Principal> page(@Nullable PrincipalKind kind, String text, PageRequest page) {
        return principals.page(kind, text, page);
    }

    /** @throws Refused with NotFound */
    public Principal get(PrincipalId id) {
        return principals.find(id).orElseThrow(() -> Refused.notFound("principal", id));
    }

    /**
     * The one that somebody means.
     *
     * @param text an id, a username or an e-mail address
     * @throws Refused with NotFound, or with Invalid when several are called so
     */
    public Principal called(String text) {
        var found = principals.called(text);
        return switch (found.size()) {
            case 0 -> throw Refused.notFound("principal", text);
            case 1 -> found.getFirst();
            default ->
                found.stream()
                        .filter(principal -> principal.id().value().equals(text))
                        .findFirst()
                        .orElseThrow(() -> Refused.invalid(
                                "principal",
                                "%d principals are called '%s': give the id of one".formatted(found.size(), text)));
        };
    }

    /** @throws Refused with AlreadyExists, or Forbidden when the caller does not manage access to the server */
    public Principal create(Caller by, PrincipalId id, PrincipalKind kind, String name) {
        by.requireToManage(Scope.SERVER);
        requireLocal(id);
        var made = Principal.local(id, kind, name, clock.instant());
        principals.add(made);
        return made;
    }

    /** @throws Refused with Invalid when the id could be taken for a provider's, or for the settings */
    static void requireLocal(PrincipalId id) {
        Names.require("id", id.value(), LOCAL_ID, "1 to 100 letters, digits, '.', '_', '@', '+' and '-'");
        if (id.equals(Provisioning.CONFIGURATION)) {
            throw Refused.invalid("id", "'%s' stands for the server's settings".formatted(id));
        }
    }

    /** @throws Refused with Invalid for a person whose identity provider says their name */
    public Principal rename(Caller by, PrincipalId id, String name) {
        by.requireToManage(Scope.SERVER);
        return change(id, principal -> {
            var identity = principal.identity();
            if (identity != null && principal.kind() != PrincipalKind.GROUP) {
                throw Refused.invalid(
                        "name", "'%s' says it, and would again at the next sign-in".formatted(identity.provider()));
            }
            return principal.called(name);
        });
    }

    /** What is not null, together or not at all. */
    public Principal update(Caller by, PrincipalId id, @Nullable String name, @Nullable Boolean disabled) {
        by.requireToManage(Scope.SERVER);
        var next = get(id);
        if (name != null && !name.equals(next.name())) {
            next = rename(by, id, name);
        }
        if (disabled != null) {
            next = disabled ? disable(by, id) : enable(by, id);
        }
        return next;
    }

    /** From now on nothing that they hold is believed; again is harmless. */
    public Principal disable(Caller by, PrincipalId id) {
        by.requireToManage(Scope.SERVER);
        return change(id, principal -> {
            if (principal.kind() == PrincipalKind.GROUP && !principal.isDisabled()) {
                AccessBounds.requireToLiftDenials(by, roles.grantsOf(id));
            }
            return principal.disabled(clock.instant());
        });
    }

    /** @throws Refused with Forbidden when they hold what the caller could not give them */
    public Principal enable(Caller by, PrincipalId id) {
        by.requireToManage(Scope.SERVER);
        return change(id, principal -> {
            if (principal.isDisabled()) {
                AccessBounds.requireToGive(by, roles.grantsOf(id));
            }
            return principal.enabled();
        });
    }

    /**
     * With all that they hold. Runs and models keep their id as the one who made them. Whom an identity provider knows is made
     * again, without what they held here, when they sign in again.
     *
     * @throws Refused with Invalid for the local administrator, and for a group that the server's settings make
     */
    public void delete(Caller by, PrincipalId id) {
        by.requireToManage(Scope.SERVER);
        if (id.equals(PrincipalId.LOCAL_ADMINISTRATOR)) {
            throw Refused.invalid("principal", "the local administrator cannot be deleted");
        }
        if (Provisioning.isConfigured(get(id))) {
            throw Refused.invalid("principal", "the server's settings make '%s': change them".formatted(id));
        }
        AccessBounds.requireToLiftDenials(by, roles.grantsOf(id));
        if (!principals.delete(id)) {
            throw Refused.notFound("principal", id);
        }
        changes.happened();
    }

    public List<Principal> groupsOf(PrincipalId member) {
        return principals.groupsOf(get(member).id());
    }

    public List<Principal> membersOf(PrincipalId group) {
        return principals.membersOf(group(group).id());
    }

    /**
     * Puts somebody into a group that was made here; again is harmless.
     *
     * @throws Refused with Forbidden when the caller may not give all that the group holds: nobody rises by joining. Into a
     *     group that holds nothing yet, only those put somebody who manage access to the whole server.
     */
    public void join(Caller by, PrincipalId member, PrincipalId group) {
        if (get(member).kind() == PrincipalKind.GROUP) {
            throw Refused.invalid("member", "'%s' is a group; groups are not in groups".formatted(member));
        }
        if (member.equals(PrincipalId.LOCAL_ADMINISTRATOR)) {
            // Nothing can be denied to them, not through a group either.
            throw Refused.invalid("member", "the local administrator owns the server, and is in no group");
        }
        var joined = group(group);
        var identity = joined.identity();
        if (identity != null) {
            throw Refused.invalid(
                    "group",
                    "who is in '%s' is said by %s; give the role to a group that was made here, or to the member"
                            .formatted(group, source(joined, identity.provider())));
        }
        var grants = roles.grantsOf(group);
        if (grants.isEmpty()) {
            by.requireToManage(Scope.SERVER);
        }
        grants.forEach(grant -> AccessBounds.requireToAdd(by, grant));
        principals.join(member, group);
        changes.happened();
    }

    /**
     * @throws Refused with NotFound when they are not in it, with Invalid when the next sign-in would put them into it again, with
     *     Forbidden when the caller does not manage all scopes that the group has roles on, or may not lift what it denies
     */
    public void leave(Caller by, PrincipalId member, PrincipalId group) {
        get(member);
        var left = group(group);
        var identity = left.identity();
        if (identity != null && principals.isProvided(member, group)) {
            throw Refused.invalid(
                    "group",
                    "who is in '%s' is said by %s, and would be again at the next sign-in: take them out there, disable them, or deny them a role"
                            .formatted(group, source(left, identity.provider())));
        }
        var grants = roles.grantsOf(group);
        if (grants.isEmpty()) {
            by.requireToManage(Scope.SERVER);
        }
        grants.forEach(grant -> AccessBounds.requireToRemove(by, grant));
        if (!principals.leave(member, group)) {
            throw new Refused(new Problem.NotFound("member of group '%s'".formatted(group), member.value()));
        }
        changes.happened();
    }

    private static String source(Principal group, String provider) {
        return Provisioning.isConfigured(group) ? "the server's settings" : "'%s'".formatted(provider);
    }

    private Principal group(PrincipalId id) {
        var found = get(id);
        if (found.kind() != PrincipalKind.GROUP) {
            throw Refused.invalid("group", "'%s' is no group".formatted(id));
        }
        return found;
    }

    private Principal change(PrincipalId id, UnaryOperator<Principal> decision) {
        var before = get(id);
        var next = decision.apply(before);
        if (!next.equals(before)) {
            principals.update(next);
            changes.happened();
        }
        return next;
    }
}
