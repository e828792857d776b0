package org.millwright.portal.access;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.model.Principal;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;

/**
 * A person, group or service as lists show them.
 *
 * @param known what tells two of one name apart: the username, the address or the id
 * @param provider the identity provider that vouches for them; empty for one that was made here
 */
public record PrincipalView(
        String id,
        String name,
        String known,
        String kind,
        String icon,
        String link,
        String provider,
        StateChip state,
        boolean group,
        boolean active,
        @Nullable Instant lastSeenAt) {

    public static PrincipalView of(Principal principal) {
        var identity = principal.identity();
        return new PrincipalView(
                principal.id().value(),
                principal.name(),
                known(principal),
                kind(principal.kind()),
                icon(principal.kind()),
                Links.principal(principal.id()),
                identity == null ? "" : identity.provider(),
                principal.isDisabled()
                        ? new StateChip("Disabled", "bad", "pi-ban")
                        : new StateChip("Active", "good", "pi-check-circle"),
                principal.kind() == PrincipalKind.GROUP,
                !principal.isDisabled(),
                principal.lastSeenAt());
    }

    /** One that is gone, of whom only the id is left. */
    static PrincipalView gone(PrincipalId id) {
        return new PrincipalView(
                id.value(),
                id.value(),
                "",
                "Deleted",
                "pi-question-circle",
                Links.principal(id),
                "",
                new StateChip("Deleted", "quiet", "pi-trash"),
                false,
                false,
                null);
    }

    private static String known(Principal principal) {
        if (principal.username() != null) {
            return principal.username();
        }
        if (principal.email() != null) {
            return principal.email();
        }
        return principal.id().value().equals(principal.name())
                ? ""
                : principal.id().value();
    }

    static String kind(PrincipalKind kind) {
        return switch (kind) {
            case USER -> "Person";
            case GROUP -> "Group";
            case SERVICE -> "Service";
        };
    }

    private static String icon(PrincipalKind kind) {
        return switch (kind) {
            case USER -> "pi-user";
            case GROUP -> "pi-users";
            case SERVICE -> "pi-server";
        };
    }

    /** For looking somebody up among many. */
    boolean isCalled(String part) {
        return (name + "\n" + known + "\n" + id)
                .toLowerCase(Locale.ROOT)
                .contains(part.strip().toLowerCase(Locale.ROOT));
    }
}
