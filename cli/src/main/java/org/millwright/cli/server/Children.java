package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.millwright.cli.CommandFailed;

/**
 * The processes that this one starts, each in a session of its own: ctrl-C in the terminal reaches this process alone, which then stops them
 * in their order. Once closed, none is started any more, so a stop never races with a start.
 */
final class Children implements AutoCloseable {
    private static final List<Path> SETSID = List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

    private final List<Process> started = new ArrayList<>();
    private boolean closed;

    /** @throws CommandFailed if a stop was asked for meanwhile */
    synchronized Process start(ProcessBuilder builder) throws IOException {
        if (closed) {
            throw CommandFailed.failed("The start was interrupted", "");
        }
        builder.command(inOwnSession(builder.command()));
        var process = builder.start();
        started.removeIf(earlier -> !earlier.isAlive());
        started.add(process);
        return process;
    }

    /** Starts no more, and leaves those that run to their owners. */
    synchronized void refuse() {
        closed = true;
    }

    /** Ends what still runs. */
    @Override
    public synchronized void close() {
        closed = true;
        started.forEach(Process::destroyForcibly);
    }

    /** {@code setsid} becomes the program it starts, so the process number is the program's. */
    static List<String> inOwnSession(List<String> command) {
        return SETSID.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .map(setsid -> {
                    var whole = new ArrayList<String>();
                    whole.add(setsid.toString());
                    whole.addAll(command);
                    return List.copyOf(whole);
                })
                .orElse(List.copyOf(command));
    }
}
