package org.millwright.access.model;

import org.jspecify.annotations.Nullable;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * A role that whoever a provider says so has here.
 *
 * @param role by its name; a team's own role need not exist yet
 * @param workspace null for the whole server
 */
public record ProvidedRole(String role, @Nullable WorkspaceName workspace) {
    /** Reads {@code Reader} or {@code Reader@team-a}. @throws Refused with Invalid when it is neither */
    public static ProvidedRole parse(String text) {
        var at = text.indexOf('@');
        var role = (at < 0 ? text : text.substring(0, at)).strip();
        if (role.isEmpty()) {
            throw Refused.invalid("role", "a role's name, or <role>@<workspace>");
        }
        return new ProvidedRole(
                role, at < 0 ? null : new WorkspaceName(text.substring(at + 1).strip()));
    }
}
