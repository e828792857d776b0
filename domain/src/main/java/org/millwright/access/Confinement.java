package org.millwright.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * What a credential allows of all that its holder may do: a token can be weaker than the person, never stronger. What is made
 * with a credential inherits its confinement.
 *
 * @param permissions those that it carries
 * @param workspace the only one it is good for; null for all
 * @param until when the last credential that is made with it has to end; null when nothing bounds it
 */
public record Confinement(
        Set<Permission> permissions,
        @Nullable WorkspaceName workspace,
        @Nullable Instant until) {

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

    public Confinement(Set<Permission> permissions, @Nullable WorkspaceName workspace) {
        this(permissions, workspace, null);
    }

    /** Whether it carries every permission, also those that later versions of this server know. */
    public boolean isOfAllPermissions() {
        return permissions.size() == Permission.values().length;
    }

    /** What both allow. */
    public Confinement and(Confinement other) {
        var common = EnumSet.noneOf(Permission.class);
        if (workspace == null || other.workspace == null || workspace.equals(other.workspace)) {
            common.addAll(permissions);
            common.retainAll(other.permissions);
        }
        return new Confinement(common, workspace == null ? other.workspace : workspace, earlier(until, other.until));
    }

    public Confinement in(WorkspaceName only) {
        return and(new Confinement(permissions, only));
    }

    public Confinement until(@Nullable Instant end) {
        return new Confinement(permissions, workspace, earlier(until, end));
    }

    /**
     * What a credential gets that is made with one so confined. Whoever asks for all gets all that there is to pass on.
     *
     * @throws Refused with Forbidden when more is asked for than there is
     */
    public Confinement passOn(Confinement wanted) {
        if (wanted.workspace != null && workspace != null && !wanted.workspace.equals(workspace)) {
            throw tooMuch("it is good for workspace '%s' only".formatted(workspace));
        }
        if (!wanted.isOfAllPermissions()) {
            for (var permission : wanted.permissions) {
                if (!permissions.contains(permission)) {
                    throw tooMuch("it does not carry " + permission);
                }
            }
        }
        return and(wanted);
    }

    boolean lets(Permission permission, WorkspaceName in) {
        return permissions.contains(permission) && (workspace == null || workspace.equals(in));
    }

    /** What it lacks, after "the token"; null when it does not stand in the way. */
    @Nullable
    String weakness(Permission permission, Scope where) {
        if (!permissions.contains(permission)) {
            return "does not carry " + permission;
        }
        return workspace == null || workspace.equals(where.workspace())
                ? null
                : "is good for workspace '%s' only".formatted(workspace);
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isBefore(other) ? one : other;
    }

    private static Refused tooMuch(String reason) {
        return new Refused(new Problem.Forbidden("make a token that is stronger than yours", reason));
    }
}
