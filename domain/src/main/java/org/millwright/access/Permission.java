package org.millwright.access;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a principal may be allowed to do. An operation of a wire or a page of the portal names the one it needs.
 *
 * <p>The words follow Azure's role-based access control: a kind of resource, then read, write or an action.
 */
public enum Permission {
    WORKSPACE_READ("read the workspace"),
    WORKSPACE_IMPORT("import into the workspace"),
    WORKSPACE_WRITE("change the workspace"),
    EXPERIMENT_READ("read experiments and runs"),
    EXPERIMENT_WRITE("log to experiments and runs"),
    JOB_SUBMIT("submit jobs"),
    JOB_CANCEL("cancel jobs"),
    COMPUTE_READ("read compute targets"),
    COMPUTE_WRITE("change compute targets"),
    MODEL_READ("read models"),
    MODEL_WRITE("register and change models"),
    MODEL_APPROVE("approve promotions of models"),
    MODEL_POLICY("say which promotions of models need approval"),
    ENDPOINT_READ("read endpoints"),
    ENDPOINT_WRITE("create and change endpoints"),
    ENDPOINT_KEYS("read and renew endpoint keys"),
    PURGE("purge what is deleted"),
    SCHEDULE_READ("read schedules"),
    SCHEDULE_WRITE("create and change schedules"),
    WEBHOOK_READ("read webhooks and what was sent to them"),
    WEBHOOK_WRITE("create and change webhooks"),
    SECRET_READ("see which secrets there are"),
    SECRET_WRITE("set and delete secrets"),
    SECRET_USE("give secrets to jobs"),
    WORKSPACES_MANAGE("create and delete workspaces"),
    ACCESS_READ("see who may do what"),
    ACCESS_MANAGE("manage who may do what"),
    AUDIT_READ("read the audit trail"),
    OWN_CREDENTIALS("manage one's own tokens");

    private final String inWords;

    Permission(String inWords) {
        this.inWords = inWords;
    }

    /** What it can be given on one by one; null when only on a whole workspace or server. */
    public @Nullable ResourceKind kind() {
        return switch (this) {
            case EXPERIMENT_READ, EXPERIMENT_WRITE, JOB_SUBMIT, JOB_CANCEL -> ResourceKind.EXPERIMENT;
            case MODEL_READ, MODEL_WRITE, MODEL_APPROVE, MODEL_POLICY -> ResourceKind.MODEL;
            case ENDPOINT_READ, ENDPOINT_WRITE, ENDPOINT_KEYS -> ResourceKind.ENDPOINT;
            case COMPUTE_READ, COMPUTE_WRITE -> ResourceKind.COMPUTE;
            case WORKSPACE_READ,
                    WORKSPACE_IMPORT,
                    WORKSPACE_WRITE,
                    PURGE,
                    SCHEDULE_READ,
                    SCHEDULE_WRITE,
                    WEBHOOK_READ,
                    WEBHOOK_WRITE,
                    SECRET_READ,
                    SECRET_WRITE,
                    SECRET_USE,
                    WORKSPACES_MANAGE,
                    ACCESS_READ,
                    ACCESS_MANAGE,
                    AUDIT_READ,
                    OWN_CREDENTIALS -> null;
        };
    }

    /** As in "You may not ...". */
    public String inWords() {
        return inWords;
    }
}
