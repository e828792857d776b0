package org.millwright.wire.rest;

import java.time.Instant;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.millwright.access.Effect;
import org.millwright.access.app.Roles;
import org.millwright.shared.Refused;

/**
 * A role that was given or denied.
 *
 * @param principal to whom; of a role that is held through a group, the group
 * @param effect allow or deny; a denial wins over whatever allows
 * @param createdBy who gave it; {@code configuration} for the server's settings
 */
@Schema(name = "RoleAssignment")
record AssignmentBody(
        String id,
        PrincipalBody.Reference principal,
        String role,
        String effect,
        ScopeBody scope,
        Instant createdAt,
        String createdBy) {
    static AssignmentBody of(Roles.Given given) {
        var assignment = given.assignment();
        var grant = assignment.grant();
        return new AssignmentBody(
                assignment.id().toString(),
                PrincipalBody.Reference.of(given.principal()),
                grant.role().name(),
                grant.effect().name().toLowerCase(Locale.ROOT),
                ScopeBody.of(grant.scope(), given.resource()),
                assignment.createdAt(),
                assignment.by().value());
    }

    static Effect effect(String text) {
        return switch (text) {
            case "allow" -> Effect.ALLOW;
            case "deny" -> Effect.DENY;
            default -> throw Refused.invalid("effect", "'%s' is neither allow nor deny".formatted(text));
        };
    }
}
