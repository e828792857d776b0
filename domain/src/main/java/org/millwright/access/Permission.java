package org.millwright.access;

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
    WORKSPACES_MANAGE("create and delete workspaces"),
    ACCESS_MANAGE("manage who may do what"),
    OWN_CREDENTIALS("manage one's own tokens");

    private final String inWords;

    Permission(String inWords) {
        this.inWords = inWords;
    }

    /** As in "You may not ...". */
    public String inWords() {
        return inWords;
    }
}
