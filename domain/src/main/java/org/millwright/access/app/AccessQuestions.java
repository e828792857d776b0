package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.RoleRepository.Held;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Answers "why can X do Y, and why can they not?" from the same rule that decides it. */
@ApplicationScoped
@Transactional
public class AccessQuestions {
    private static final Set<Bearing> DECIDING = EnumSet.of(Bearing.ALLOWS, Bearing.DENIES, Bearing.EXCEPTS);

    private final PrincipalRepository principals;
    private final RoleRepository roles;

    @Inject
    public AccessQuestions(PrincipalRepository principals, RoleRepository roles) {
        this.principals = principals;
        this.roles = roles;
    }

    @SuppressWarnings("NullAway")
    protected AccessQuestions() {
        this(null, null);
    }

    /** What one assigned role has to do with the question. */
    public enum Bearing {
        /** Without a denial it is enough. */
        ALLOWS,
        /** It takes the permission away, whatever allows. */
        DENIES,
        /** It takes the permission away on a part of what was asked about, so that not all of it is allowed. */
        EXCEPTS,
        /** The role has the permission, but elsewhere. */
        ELSEWHERE,
        /** The role lacks the permission. */
        LACKS
    }

    /** @param sentence says the same to a person */
    public record Reason(Held held, Bearing bearing, String sentence) {}

    /**
     * @param sentence the answer and what decides it
     * @param reasons one for each role that they hold, those that decide first
     * @param deciding the one that decides; null when no role reaches that far, and when the account is disabled
     * @param roles those that would allow it, if nothing denies it, the weakest first; none when it is allowed
     * @param help what would allow it, in words; empty when it is allowed
     */
    public record Answer(
            boolean allowed,
            String sentence,
            Principal principal,
            Permission permission,
            Scope scope,
            List<Reason> reasons,
            @Nullable Reason deciding,
            List<Role> roles,
            String help) {}

    /**
     * Everybody may ask about themselves; about others those may who may see who may do what there. Roles that are held
     * elsewhere, where the asker may not see them, are not told.
     *
     * @throws Refused with NotFound when there is no such principal, with Forbidden
     */
    public Answer why(Caller by, PrincipalId id, Permission permission, Scope where) {
        var themselves = by.principal().equals(id);
        if (!themselves) {
            by.requireToSeeRoles(where);
        }
        return why(
                id,
                permission,
                where,
                reason -> themselves
                        || DECIDING.contains(reason.bearing())
                        || AccessBounds.sees(
                                by, reason.held().assignment().grant().scope()));
    }

    Answer why(PrincipalId id, Permission permission, Scope where, Predicate<Reason> told) {
        var principal = principals.find(id).orElseThrow(() -> Refused.notFound("principal", id));
        var held = roles.heldBy(id);
        var caller = AccessBounds.holding(
                held.stream().map(each -> each.assignment().grant()).toList());
        var allowed = !principal.isDisabled() && caller.may(permission, where);
        var reasons = held.stream()
                .map(each -> reason(each, permission, where))
                .filter(told)
                .sorted(Comparator.comparing(Reason::bearing, Comparator.comparing(bearing -> rank(bearing, allowed))))
                .toList();
        var deciding = principal.isDisabled()
                ? null
                : reasons.stream()
                        .findFirst()
                        .filter(first -> DECIDING.contains(first.bearing()))
                        .orElse(null);
        var helpful = allowed ? List.<Role>of() : helpful(permission);
        return new Answer(
                allowed,
                sentence(principal, permission, where, allowed, deciding, held.size()),
                principal,
                permission,
                where,
                reasons,
                deciding,
                helpful,
                allowed ? "" : help(principal, where, reasons, helpful));
    }

    private List<Role> helpful(Permission permission) {
        return Stream.concat(Role.BUILT_IN.stream(), roles.custom().stream())
                .filter(role -> role.permits(permission))
                .sorted(Comparator.comparingInt(role -> role.permissions().size()))
                .toList();
    }

    private static String help(Principal principal, Scope where, List<Reason> reasons, List<Role> helpful) {
        if (principal.isDisabled()) {
            return "Enable the account";
        }
        var denials = reasons.stream()
                .filter(reason -> reason.bearing() == Bearing.DENIES || reason.bearing() == Bearing.EXCEPTS)
                .map(Reason::held)
                .toList();
        if (denials.isEmpty()) {
            return "Give them the role '%s' on %s".formatted(helpful.getFirst().name(), where.inWords());
        }
        var lifting = denials.stream()
                .map(held -> "take away the denial of '%s' on %s%s (%s)"
                        .formatted(
                                held.assignment().grant().role().name(),
                                held.assignment().grant().scope().inWords(),
                                through(held),
                                held.assignment().id()))
                .collect(Collectors.joining(", and "));
        var allowing = reasons.stream().anyMatch(reason -> reason.bearing() == Bearing.ALLOWS);
        return capitalized(lifting)
                + (allowing
                        ? ""
                        : ", and give them the role '%s' on %s"
                                .formatted(helpful.getFirst().name(), where.inWords()));
    }

    /**
     * Who asked for something, with the rights that they have now: for what the server does in their name long after they asked.
     *
     * @throws Refused with NotFound when there is no such principal, Forbidden when their account is disabled
     */
    public Caller behind(PrincipalId id, @Nullable String run) {
        var principal = principals.find(id).orElseThrow(() -> Refused.notFound("principal", id));
        if (principal.isDisabled()) {
            throw new Refused(new Problem.Forbidden("run jobs", "the account is disabled"));
        }
        return new Caller(id, principal.name(), roles.grantsOf(id), Confinement.NONE, CredentialId.NONE, run);
    }

    private static Reason reason(Held held, Permission permission, Scope where) {
        var grant = held.assignment().grant();
        var denial = grant.effect() == Effect.DENY;
        var bearing = bearing(grant, permission, where);
        var what = "%s '%s' on %s%s"
                .formatted(
                        denial ? "Denied role" : "Role",
                        grant.role().name(),
                        grant.scope().inWords(),
                        through(held));
        var verdict =
                switch (bearing) {
                    case ALLOWS -> "allows it";
                    case DENIES -> "denies it, and a denial wins";
                    case EXCEPTS -> "denies it there, so that not all of %s is allowed".formatted(where.inWords());
                    case ELSEWHERE -> "has %s, but does not reach %s".formatted(permission, where.inWords());
                    case LACKS -> "does not have %s".formatted(permission);
                };
        return new Reason(held, bearing, what + " " + verdict);
    }

    private static Bearing bearing(Grant grant, Permission permission, Scope where) {
        if (!grant.concerns(permission)) {
            return Bearing.LACKS;
        }
        var denial = grant.effect() == Effect.DENY;
        if (grant.scope().covers(where)) {
            return denial ? Bearing.DENIES : Bearing.ALLOWS;
        }
        return AccessBounds.excepts(grant, permission, where) ? Bearing.EXCEPTS : Bearing.ELSEWHERE;
    }

    private static String through(Held held) {
        var group = held.group();
        return group == null ? "" : " through the group '%s'".formatted(group.name());
    }

    /** What decides is first. An exception decides nothing where the rest is asked for and allowed. */
    private static int rank(Bearing bearing, boolean allowed) {
        return switch (bearing) {
            case DENIES -> 0;
            case ALLOWS -> allowed ? 1 : 2;
            case EXCEPTS -> allowed ? 2 : 1;
            case ELSEWHERE -> 3;
            case LACKS -> 4;
        };
    }

    private static String sentence(
            Principal principal,
            Permission permission,
            Scope where,
            boolean allowed,
            @Nullable Reason deciding,
            int held) {
        var start = "'%s' %s %s on %s: "
                .formatted(principal.name(), allowed ? "may" : "may not", permission.inWords(), where.inWords());
        if (principal.isDisabled()) {
            return start + "the account is disabled";
        }
        if (deciding != null) {
            return start + decapitalized(deciding.sentence());
        }
        return start
                + (held == 0
                        ? "no role is held, neither directly nor through a group"
                        : "none of the roles held (%d) reaches that far".formatted(held));
    }

    private static String decapitalized(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
