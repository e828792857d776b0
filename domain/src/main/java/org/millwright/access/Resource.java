package org.millwright.access;

import org.millwright.workspace.WorkspaceName;

/** One thing in a workspace. @param id its name, or an experiment's number */
public record Resource(ResourceKind kind, WorkspaceName workspace, String id) {

    public static Resource of(ResourceKind kind, WorkspaceName workspace, Object id) {
        return new Resource(kind, workspace, id.toString());
    }

    /** As in a sentence. */
    public String inWords() {
        return "%s '%s' of workspace '%s'".formatted(kind.inWords(), id, workspace);
    }
}
