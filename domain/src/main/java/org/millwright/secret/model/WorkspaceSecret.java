package org.millwright.secret.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.access.SecretPlace;
import org.millwright.secret.SecretName;
import org.millwright.workspace.WorkspaceName;

/**
 * A value that a workspace keeps for its jobs, sealed.
 *
 * <p>It is set, set again as often as somebody likes, used by jobs that name it, and deleted. Nobody reads it back.
 *
 * @param setBy who gave it its present value
 * @param lastUsedBy the run that got it last; null before the first, as is the time
 */
public record WorkspaceSecret(
        WorkspaceName workspace,
        SecretName name,
        String sealed,
        PrincipalId setBy,
        Instant setAt,
        Instant createdAt,
        @Nullable Instant lastUsedAt,
        @Nullable String lastUsedBy) {

    public static SecretPlace place(WorkspaceName workspace, SecretName name) {
        return new SecretPlace("secret", workspace + "/" + name);
    }
}
