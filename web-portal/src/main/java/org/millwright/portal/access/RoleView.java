package org.millwright.portal.access;

import org.millwright.access.Permission;
import org.millwright.access.Role;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.Wording;

/**
 * A role as the list shows it.
 *
 * @param permits how many of all permissions, in words
 * @param copy where one like it is made
 */
public record RoleView(String name, String description, String link, boolean builtIn, String permits, String copy) {

    static RoleView of(Role role) {
        var all = Permission.values().length;
        return new RoleView(
                role.name(),
                role.description(),
                Links.role(role.name()),
                role.isBuiltIn(),
                role.permissions().size() == all
                        ? "All " + Wording.count(all, "permission")
                        : Wording.count(role.permissions().size(), "permission"),
                "role.xhtml?like=" + Query.encode(role.name()));
    }
}
