package org.millwright.scheduler;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.millwright.secret.app.KeyRotation;
import org.millwright.shared.Notifications;

/**
 * Has what is sealed wrapped by the primary key: soon after the start, when a key became the primary one, and every hour,
 * because a vault may renew its keys by itself. Several servers may do so at once.
 */
@ApplicationScoped
public class KeyRewrapper {
    private static final System.Logger LOG = System.getLogger(KeyRewrapper.class.getName());

    /** The start has better things to do. */
    private static final Duration FIRST = Duration.ofSeconds(10);

    private static final Duration INTERVAL = Duration.ofHours(1);

    private final KeyRotation rotation;
    private final Notifications notifications;
    private final ManagedThreads threads;

    @Inject
    public KeyRewrapper(KeyRotation rotation, Notifications notifications, ManagedThreads threads) {
        this.rotation = rotation;
        this.notifications = notifications;
        this.threads = threads;
    }

    @SuppressWarnings("NullAway")
    protected KeyRewrapper() {
        this(null, null, null);
    }

    /** @throws IllegalStateException when what is sealed cannot be opened, because the server was given other keys */
    public void start() {
        requireKeys();
        threads.start("key rewrapper", this::look);
    }

    private void requireKeys() {
        try {
            rotation.requireKeys();
        } catch (IllegalStateException missing) {
            // The command that starts the server looks for these words in its log.
            LOG.log(ERROR, "A setting is wrong: {0}", missing.getMessage());
            throw missing;
        }
    }

    private void look() {
        try {
            var told = notifications.listen(Notifications.SECRET_KEYS);
            told.await(FIRST);
            while (!threads.isClosing()) {
                rewrap();
                told.await(INTERVAL);
            }
        } catch (InterruptedException goingDown) {
            Thread.currentThread().interrupt();
        }
    }

    private void rewrap() {
        try {
            var changed = rotation.rewrap();
            if (changed > 0) {
                LOG.log(INFO, "{0} sealed values were wrapped by the primary key", changed);
            }
            var trouble = rotation.trouble();
            if (trouble != null) {
                LOG.log(WARNING, "Not all sealed values could be wrapped by the primary key: {0}", trouble);
            }
        } catch (RuntimeException passing) {
            LOG.log(WARNING, "Sealed values could not be wrapped by the primary key; looking again later", passing);
        }
    }
}
