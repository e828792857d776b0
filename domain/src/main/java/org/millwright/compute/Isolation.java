package org.millwright.compute;

import org.jspecify.annotations.Nullable;

/**
 * What stands between a job, which is its owner's own code, and the machine that it runs on.
 *
 * @param ownUser whether each job is a user of its own on that machine
 * @param barred whether a job is kept off a cloud's metadata service and the server's database
 * @param limits what a job may take of the machine, in words; empty when nothing limits it
 * @param obstacle why it is not more, for the operator; null when there is no more
 */
public record Isolation(
        Kind kind,
        boolean ownUser,
        boolean barred,
        String limits,
        @Nullable String obstacle) {

    /** From the strongest to none, and the refusal to go on with less than is wanted. */
    public enum Kind {
        /** A view of its own of files and processes. */
        SANDBOX,
        /** A user of its own, and no more. */
        USER,
        /** What the server can read and do, a job can too. */
        NONE,
        /** The operator wants more than there is, so that no job is started. */
        REFUSED
    }

    /** A few sentences for whoever submits or operates. */
    public String summary() {
        return kindInWords()
                + (barred ? " It reaches neither the server's database nor a cloud's metadata service." : "")
                + (limits.isEmpty() ? "" : " It gets at most %s.".formatted(limits));
    }

    private String kindInWords() {
        return switch (kind) {
            case SANDBOX ->
                "Each job runs in a sandbox, as %s: it sees the system's programs, its environment and its own folders, and no other process."
                        .formatted(ownUser ? "a user of its own" : "the server's user");
            case USER ->
                "Each job runs as a user of its own, without a sandbox: the server's files and processes are closed to it, other files of the machine are as open as to any user.";
            case NONE -> "A job runs as the server's own user: it can read what the server can read, its secrets too.";
            case REFUSED -> "No job is started: this machine does not give the isolation that the operator wants.";
        };
    }
}
