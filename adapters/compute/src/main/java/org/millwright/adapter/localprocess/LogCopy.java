package org.millwright.adapter.localprocess;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** Brings what is added to one log into another, while it is added, until it is closed. */
final class LogCopy implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LogCopy.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(200);

    private final Path from;
    private final Path into;
    private final Thread thread;
    private long offset;
    private volatile boolean closing;

    /** @param offset in bytes, where copying begins */
    LogCopy(Path from, long offset, Path into) {
        this.from = from;
        this.into = into;
        this.offset = offset;
        this.thread = Thread.ofVirtual().name("copy of " + from).start(this::run);
    }

    private void run() {
        try {
            while (!closing) {
                copy();
                Thread.sleep(INTERVAL);
            }
        } catch (InterruptedException | ClosedByInterruptException closed) {
            // The rest is copied by whoever closes.
        } catch (IOException broken) {
            LOG.log(System.Logger.Level.WARNING, () -> "%s cannot be shown in %s".formatted(from, into), broken);
        }
    }

    private synchronized void copy() throws IOException {
        try (var source = FileChannel.open(from, StandardOpenOption.READ);
                var target = FileChannel.open(into, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (long copied; (copied = source.transferTo(offset, source.size() - offset, target)) > 0; ) {
                offset += copied;
            }
        } catch (NoSuchFileException notYet) {
            // Nobody has begun to build.
        }
    }

    /** Copies what is left. */
    @Override
    public void close() throws IOException {
        closing = true;
        copy();
        thread.interrupt();
    }
}
