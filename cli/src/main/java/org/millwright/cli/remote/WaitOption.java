package org.millwright.cli.remote;

import picocli.CommandLine.Option;

/** Whether and how long a command waits for what it started. */
public final class WaitOption {
    @Option(
            names = "--wait",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Wait until the deployment answers or has failed (the default), or do not.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "Wait no longer than this (exit code 6; default: ${DEFAULT-VALUE}).")
    private int seconds;

    boolean isWanted() {
        return wait;
    }

    int seconds() {
        return seconds;
    }
}
