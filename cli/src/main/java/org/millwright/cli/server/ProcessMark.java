package org.millwright.cli.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A process as it can be found again later. A number alone is not enough: the system gives it to another process when the first has ended.
 *
 * @param pid its number
 * @param startedAt when it started, as the system says
 */
record ProcessMark(long pid, Instant startedAt) {
    /** The system derives start times from its boot time, which it corrects now and then. */
    private static final Duration CLOCK_CORRECTION = Duration.ofSeconds(3);

    static ProcessMark of(ProcessHandle process) {
        return new ProcessMark(process.pid(), process.info().startInstant().orElse(Instant.EPOCH));
    }

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** The process, if it still runs. */
    Optional<ProcessHandle> find() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(process -> process.info()
                .startInstant()
                .map(start -> Duration.between(start, startedAt).abs().compareTo(CLOCK_CORRECTION) <= 0)
                .orElse(false));
    }

    boolean isAlive() {
        return find().isPresent();
    }

    /** Waits for its end. @return whether it has ended */
    static boolean awaitEnd(ProcessHandle process, Duration patience) {
        var deadline = System.nanoTime() + patience.toNanos();
        while (runs(process)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                process.onExit().get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException | ExecutionException lookAgain) {
                // an end that nobody collects is never told, but can be seen
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return !runs(process);
            }
        }
        return true;
    }

    /** Alive, and not only a name in the process table whose parent has not asked how it ended, as happens in containers. */
    static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            var state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException | IndexOutOfBoundsException notLinux) {
            return process.isAlive();
        }
    }
}
