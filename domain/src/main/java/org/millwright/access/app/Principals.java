package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** People, groups and services, and who is in which group. */
@ApplicationScoped
@Transactional
public class Principals {
    private final PrincipalRepository principals;
    private final RightsChanges changes;
    private final Clock clock;

    @Inject
    public Principals(PrincipalRepository principals, RightsChanges changes, Clock clock) {
        this.principals = principals;
        this.changes = changes;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Principals() {
        this(null, null, null);
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

    public Principal create(PrincipalId id, PrincipalKind kind, String name) {
        var made = Principal.local(id, kind, name, clock.instant());
        principals.add(made);
        return made;
    }

    public Principal rename(PrincipalId id, String name) {
        return change(id, principal -> principal.called(name));
    }

    /** From now on nothing that they hold is believed; again is harmless. */
    public Principal disable(PrincipalId id) {
        return change(id, principal -> principal.disabled(clock.instant()));
    }

    public Principal enable(PrincipalId id) {
        return change(id, Principal::enabled);
    }

    /** With all that they hold. Runs and models keep their id as the one who made them. */
    public void delete(PrincipalId id) {
        if (id.equals(PrincipalId.LOCAL_ADMINISTRATOR)) {
            throw Refused.invalid("principal", "the local administrator cannot be deleted");
        }
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

    public void join(PrincipalId member, PrincipalId group) {
        if (get(member).kind() == PrincipalKind.GROUP) {
            throw Refused.invalid("member", "'%s' is a group; groups are not in groups".formatted(member));
        }
        principals.join(member, group(group).id());
        changes.happened();
    }

    public void leave(PrincipalId member, PrincipalId group) {
        if (!principals.leave(get(member).id(), group(group).id())) {
            throw new Refused(new Problem.NotFound("member of group '%s'".formatted(group), member.value()));
        }
        changes.happened();
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
