package org.millwright.access;

import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/** A role that somebody holds. @param workspace where; null on the whole server */
public record Grant(Role role, @Nullable WorkspaceName workspace) {

    public boolean permits(Permission permission, WorkspaceName in) {
        return (workspace == null || workspace.equals(in)) && role.permits(permission);
    }
}
