package org.millwright.cli.server;

import java.io.IOException;
import java.time.Duration;

/** The signals that Java cannot send by itself. */
enum Signal {
    INT,
    QUIT,
    TERM,
    KILL;

    private static final Duration SHELL_PATIENCE = Duration.ofSeconds(10);

    /** Sends it; a process that has ended meanwhile is no failure. */
    void send(ProcessHandle process) {
        try {
            // the shell's own kill: the program of that name is missing on small systems
            var shell = new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name(), Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            ProcessMark.awaitEnd(shell.toHandle(), SHELL_PATIENCE);
        } catch (IOException noShell) {
            process.destroy();
        }
    }
}
