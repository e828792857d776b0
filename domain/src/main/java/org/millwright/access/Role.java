package org.millwright.access;

import static org.millwright.access.Permission.*;

import java.util.EnumSet;
import java.util.Set;

/** The roles that every server has, by the names Azure ML gives them. */
public enum Role {
    OWNER("Owner", EnumSet.allOf(Permission.class)),
    CONTRIBUTOR(
            "Contributor", without(EnumSet.allOf(Permission.class), ACCESS_MANAGE, WORKSPACES_MANAGE, MODEL_POLICY)),
    DATA_SCIENTIST(
            "AzureML Data Scientist",
            without(
                    EnumSet.allOf(Permission.class),
                    ACCESS_MANAGE,
                    MODEL_POLICY,
                    WORKSPACES_MANAGE,
                    COMPUTE_WRITE,
                    WORKSPACE_IMPORT,
                    WORKSPACE_WRITE,
                    PURGE)),
    COMPUTE_OPERATOR("AzureML Compute Operator", EnumSet.of(WORKSPACE_READ, COMPUTE_READ, COMPUTE_WRITE)),
    READER(
            "Reader",
            EnumSet.of(
                    WORKSPACE_READ,
                    EXPERIMENT_READ,
                    COMPUTE_READ,
                    MODEL_READ,
                    ENDPOINT_READ,
                    SCHEDULE_READ,
                    OWN_CREDENTIALS)),
    /** What a job's own token may do: what a training script does, and nothing about other people's work. */
    RUN("Run", EnumSet.of(WORKSPACE_READ, EXPERIMENT_READ, EXPERIMENT_WRITE, MODEL_READ, MODEL_WRITE));

    private final String label;
    private final Set<Permission> permissions;

    Role(String label, Set<Permission> permissions) {
        this.label = label;
        this.permissions = Set.copyOf(permissions);
    }

    public String label() {
        return label;
    }

    public boolean permits(Permission permission) {
        return permissions.contains(permission);
    }

    private static Set<Permission> without(Set<Permission> all, Permission... withheld) {
        all.removeAll(Set.of(withheld));
        return all;
    }
}
