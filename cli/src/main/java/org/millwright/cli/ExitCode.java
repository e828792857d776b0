package org.millwright.cli;

/** How a command ended, for scripts. The numbers are a promise: they change with a major version only. */
public enum ExitCode {
    OK(0),
    /** It was tried and did not work. A job that failed with an exit code of its own gives that instead, to whoever follows it. */
    FAILED(1),
    /** The job that the command followed was cancelled. */
    CANCELED(2),
    /** It was not tried, because something stands in the way: bad input, a port in use, a full disk, a newer data folder. */
    REFUSED(3),
    /** Not allowed: no credential, a wrong one, or a file that this user may not read or write. */
    PERMISSION(4),
    /** What the command waited for did not happen in the time given; it may still happen. */
    LATE(6),
    /** No server answers. */
    UNREACHABLE(7),
    /** The command line itself is wrong. */
    USAGE(64);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
