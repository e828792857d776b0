package org.millwright.access;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.workspace.WorkspaceName;

/**
 * What a credential allows of all that its holder may do: a token can be weaker than the person, never stronger.
 *
 * @param permissions those that it carries
 * @param workspace the only one it is good for; null for all
 */
public record Confinement(
        Set<Permission> permissions, @Nullable WorkspaceName workspace) {

    /** All that the holder may do. */
    public static final Confinement NONE = new Confinement(EnumSet.allOf(Permission.class), null);

    /** A job's own token: what a training script does, and nothing about other people's work. */
    public static final Confinement RUN = new Confinement(
            EnumSet.of(
                    Permission.WORKSPACE_READ,
                    Permission.EXPERIMENT_READ,
                    Permission.EXPERIMENT_WRITE,
                    Permission.MODEL_READ,
                    Permission.MODEL_WRITE),
            null);

    public Confinement {
        permissions = Set.copyOf(permissions);
    }

    boolean lets(Permission permission, WorkspaceName in) {
        return permissions.contains(permission) && (workspace == null || workspace.equals(in));
    }
}
