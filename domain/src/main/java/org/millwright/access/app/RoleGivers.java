package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.millwright.access.Effect;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Scope;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;

/** Answers "whom do I ask for a role?": people who manage access where it is wanted, and hold what they would give. */
@ApplicationScoped
@Transactional
public class RoleGivers {
    /** So many names are enough to find one of them at work. */
    private static final int MOST = 5;

    /** Whoever is asked about costs a query, and everybody may ask. */
    private static final int MOST_CONSIDERED = 20;

    private final RoleRepository roles;
    private final PrincipalRepository principals;
    private final AccessQuestions questions;

    @Inject
    public RoleGivers(RoleRepository roles, PrincipalRepository principals, AccessQuestions questions) {
        this.roles = roles;
        this.principals = principals;
        this.questions = questions;
    }

    @SuppressWarnings("NullAway")
    protected RoleGivers() {
        this(null, null, null);
    }

    /** People who can give somebody the permission there, those nearest to it first; a few of them when there are many. */
    public List<Principal> of(Permission permission, Scope where) {
        var workspace = where.workspace();
        var managed = workspace == null ? Scope.SERVER : Scope.in(workspace);
        var here = workspace == null ? Stream.<Principal>of() : managers(managed);
        var candidates = new LinkedHashMap<PrincipalId, Principal>();
        Stream.concat(here, managers(Scope.SERVER))
                .filter(candidate -> candidate.kind() == PrincipalKind.USER && !candidate.isDisabled())
                .limit(MOST_CONSIDERED)
                .forEach(candidate -> candidates.putIfAbsent(candidate.id(), candidate));
        return candidates.values().stream()
                .filter(candidate -> may(candidate, Permission.ACCESS_MANAGE, managed))
                .filter(candidate -> may(candidate, permission, where))
                .limit(MOST)
                .toList();
    }

    private boolean may(Principal principal, Permission permission, Scope where) {
        return questions.why(principal.id(), permission, where, _ -> false).allowed();
    }

    /** Whoever was given such a role there, by themselves or in a group. Some of them may be denied it. */
    private Stream<Principal> managers(Scope where) {
        return roles.assignments(where.workspace()).stream()
                .filter(given -> given.grant().effect() == Effect.ALLOW
                        && given.grant().scope().equals(where)
                        && given.grant().role().permits(Permission.ACCESS_MANAGE))
                .flatMap(given -> principals.find(given.principal()).stream())
                .flatMap(holder -> holder.kind() == PrincipalKind.GROUP
                        ? holder.isDisabled() ? Stream.of() : principals.membersOf(holder.id()).stream()
                        : Stream.of(holder))
                .sorted(Comparator.comparing(Principal::name, String.CASE_INSENSITIVE_ORDER));
    }
}
