package org.millwright.inference;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs an action whenever something in a folder changes, and every now and then without a reason: network file systems
 * do not tell of what other machines do. One thread of its own, from construction to {@link #close}.
 */
final class ManifestWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ManifestWatch.class.getName());

    private final Path folder;
    private final Duration rescan;
    private final Runnable action;
    private final @Nullable WatchService changes;
    private final Thread thread;
    private @Nullable WatchKey registration;
    private volatile boolean closed;

    ManifestWatch(Path folder, Duration rescan, Runnable action) {
        this.folder = folder;
        this.rescan = rescan;
        this.action = action;
        this.changes = open(folder);
        this.thread = Thread.ofPlatform().daemon().name("millwright-manifests").unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    private static @Nullable WatchService open(Path folder) {
        try {
            return folder.getFileSystem().newWatchService();
        } catch (IOException tooManyWatches) {
            LOG.log(WARNING, "Changes are found by looking now and then only: {0}", tooManyWatches.getMessage());
            return null;
        }
    }

    private void watch() {
        while (!closed) {
            register();
            try {
                action.run();
                await();
            } catch (InterruptedException | ClosedWatchServiceException ended) {
                return;
            } catch (RuntimeException | LinkageError defect) {
                LOG.log(ERROR, "The manifests could not be applied; trying again later", defect);
                if (!pause()) {
                    return;
                }
            }
        }
    }

    /** Registered before each look, so that nothing that happens after the look is missed. */
    private void register() {
        if (changes == null || registration != null && registration.isValid()) {
            return;
        }
        try {
            Files.createDirectories(folder);
            registration = folder.register(
                    changes,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
        } catch (IOException | ClosedWatchServiceException notYet) {
            LOG.log(WARNING, "{0} cannot be watched: {1}", folder, notYet.getMessage());
        }
    }

    private void await() throws InterruptedException {
        if (changes == null) {
            Thread.sleep(rescan);
            return;
        }
        var changed = changes.poll(rescan.toMillis(), TimeUnit.MILLISECONDS);
        if (changed != null) {
            changed.pollEvents();
            changed.reset();
        }
    }

    private boolean pause() {
        try {
            Thread.sleep(rescan);
            return true;
        } catch (InterruptedException ended) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            if (changes != null) {
                changes.close();
            }
            thread.join(Duration.ofSeconds(10));
        } catch (IOException alreadyClosed) {
            LOG.log(WARNING, "{0}", alreadyClosed.getMessage());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
