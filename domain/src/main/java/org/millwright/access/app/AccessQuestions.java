package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Effect;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.RoleRepository.Held;
import org.millwright.shared.Refused;

/** Answers "why can X do Y, and why can they not?" from the same rule that decides it. */
@ApplicationScoped
@Transactional
public class AccessQuestions {
    private static final CredentialId NONE = new CredentialId(new UUID(0, 0));

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
     * @param roles those that would allow it, if nothing denies it
     */
    public record Answer(
            boolean allowed, String sentence, Principal principal, List<Reason> reasons, List<Role> roles) {}

    /** @throws Refused with NotFound when there is no such principal */
    public Answer why(PrincipalId id, Permission permission, Scope where) {
        var principal = principals.find(id).orElseThrow(() -> Refused.notFound("principal", id));
        var held = roles.heldBy(id);
        var caller = new Caller(
                id,
                principal.name(),
                held.stream().map(each -> each.assignment().grant()).toList(),
                Confinement.NONE,
                NONE,
                (@Nullable String) null);
        var reasons = new ArrayList<Reason>();
        for (var each : held) {
            reasons.add(reason(each, permission, where));
        }
        reasons.sort((one, other) -> rank(one.bearing()) - rank(other.bearing()));
        var allowed = !principal.isDisabled() && caller.may(permission, where);
        var helpful =
                Role.BUILT_IN.stream().filter(role -> role.permits(permission)).toList();
        return new Answer(
                allowed,
                sentence(principal, permission, where, allowed, reasons),
                principal,
                reasons,
                allowed ? List.of() : helpful);
    }

    private static Reason reason(Held held, Permission permission, Scope where) {
        var grant = held.assignment().grant();
        var group = held.group();
        var through = group == null ? "" : " through the group '%s'".formatted(group.name());
        var has = grant.role().permits(permission);
        var covers = grant.scope().covers(where);
        var bearing = !has
                ? Bearing.LACKS
                : !covers ? Bearing.ELSEWHERE : grant.effect() == Effect.DENY ? Bearing.DENIES : Bearing.ALLOWS;
        var what = "%s '%s' on %s%s"
                .formatted(
                        grant.effect() == Effect.DENY ? "Denied role" : "Role",
                        grant.role().name(),
                        grant.scope().inWords(),
                        through);
        var verdict =
                switch (bearing) {
                    case ALLOWS -> "allows it";
                    case DENIES -> "denies it, and a denial wins";
                    case ELSEWHERE -> "has %s, but does not reach %s".formatted(permission, where.inWords());
                    case LACKS -> "does not have %s".formatted(permission);
                };
        return new Reason(held, bearing, what + " " + verdict);
    }

    private static int rank(Bearing bearing) {
        return switch (bearing) {
            case DENIES -> 0;
            case ALLOWS -> 1;
            case ELSEWHERE -> 2;
            case LACKS -> 3;
        };
    }

    private static String sentence(
            Principal principal, Permission permission, Scope where, boolean allowed, List<Reason> reasons) {
        var start = "'%s' %s %s on %s: "
                .formatted(principal.name(), allowed ? "may" : "may not", permission.inWords(), where.inWords());
        if (principal.isDisabled()) {
            return start + "the account is disabled";
        }
        if (reasons.isEmpty()) {
            return start + "no role is held, neither directly nor through a group";
        }
        var first = reasons.getFirst();
        return switch (first.bearing()) {
            case DENIES, ALLOWS -> start + decapitalized(first.sentence());
            case ELSEWHERE, LACKS -> start + "none of the %d roles held reaches that far".formatted(reasons.size());
        };
    }

    private static String decapitalized(String text) {
        return Character.toLowerCase(text.charAt(0)) + text.substring(1);
    }
}
