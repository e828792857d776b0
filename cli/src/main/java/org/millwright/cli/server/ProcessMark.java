package org.millwright.cli.server;

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
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return !process.isAlive();
        } catch (ExecutionException unknown) {
            return !process.isAlive();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return !process.isAlive();
        }
    }
}
