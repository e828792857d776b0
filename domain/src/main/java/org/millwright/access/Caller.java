package org.millwright.access;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Who is asking, and what they may do. Made by a wire from a credential; everything below believes it.
 *
 * @param name as shown to people
 * @param credential which of their credentials they used
 * @param run the run whose token this is; null for people and services
 */
public record Caller(
        PrincipalId principal,
        String name,
        List<Grant> grants,
        CredentialId credential,
        @Nullable String run) {

    public Caller {
        grants = List.copyOf(grants);
    }

    public boolean may(Permission permission, WorkspaceName workspace) {
        return grants.stream().anyMatch(grant -> grant.permits(permission, workspace));
    }

    /** For what is about no one workspace. @throws Refused with Forbidden when no role on the whole server permits it */
    public void requireEverywhere(Permission permission) {
        if (grants.stream()
                .noneMatch(grant -> grant.workspace() == null && grant.role().permits(permission))) {
            throw new Refused(new Problem.Forbidden(
                    permission.inWords(),
                    "'%s' holds no role with %s on the whole server".formatted(name, permission)));
        }
    }

    /** @throws Refused with Forbidden, which names the permission and the workspace */
    public void require(Permission permission, WorkspaceName workspace) {
        if (!may(permission, workspace)) {
            throw new Refused(new Problem.Forbidden(
                    permission.inWords(),
                    "'%s' holds no role with %s in workspace '%s'".formatted(name, permission, workspace)));
        }
    }
}
