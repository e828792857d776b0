package org.millwright.cli;

/** How a command ended, for scripts. The numbers are a promise: they change with a major version only. */
public enum ExitCode {
    OK(0),
    /** It was tried and did not work. */
    FAILED(1),
    /** It was not tried, because something stands in the way: a port in use, a full disk, a newer data folder. */
    REFUSED(3),
    /** Not allowed: no credential, a wrong one, or a file that this user may not read or write. */
    PERMISSION(4),
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
