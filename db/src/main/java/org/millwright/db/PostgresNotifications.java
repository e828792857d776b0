package org.millwright.db;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Notifications;
import org.postgresql.PGConnection;

/**
 * Listens to PostgreSQL's notifications, with one connection and one thread for all who wait. The thread does nothing
 * else: a transaction on it could make the container put another connection under our hands.
 *
 * <p>When the connection breaks, everybody is woken once it is back, because what was told meanwhile is lost.
 */
@ApplicationScoped
public class PostgresNotifications implements Notifications {
    private static final System.Logger LOG = System.getLogger(PostgresNotifications.class.getName());
    private static final List<String> CHANNELS = List.of(RUN_QUEUE, OUTBOX, WEBHOOKS, RIGHTS, SECRET_KEYS);
    private static final Duration LOOK_AROUND = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    @Resource(lookup = "jdbc/millwright")
    private DataSource dataSource;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ThreadFactory threads;

    private final List<Waiter> waiters = new CopyOnWriteArrayList<>();
    private @Nullable Thread thread;
    private volatile boolean closed;

    /** For use outside a container. */
    public PostgresNotifications(DataSource dataSource, ThreadFactory threads) {
        this.dataSource = dataSource;
        this.threads = threads;
    }

    /** For the container, which fills in the rest. */
    protected PostgresNotifications() {}

    @Override
    public synchronized Listener listen(String channel) {
        if (!CHANNELS.contains(channel)) {
            throw new IllegalArgumentException("Nobody notifies on " + channel);
        }
        var waiter = new Waiter(channel);
        waiters.add(waiter);
        if (thread == null) {
            thread = threads.newThread(this::run);
            thread.setName("millwright-notifications");
            thread.start();
        }
        return waiter;
    }

    /** Ends the listening. */
    @PreDestroy
    public synchronized void close() {
        closed = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try (var connection = dataSource.getConnection()) {
                listenOn(connection);
            } catch (SQLException | RuntimeException broken) {
                if (!closed) {
                    LOG.log(
                            Level.WARNING,
                            "Listening for notifications broke off and is begun again: {0}",
                            broken.getMessage());
                    pause();
                }
            }
        }
    }

    private void listenOn(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
        var postgres = connection.unwrap(PGConnection.class);
        try (var statement = connection.createStatement()) {
            for (var channel : CHANNELS) {
                statement.execute("LISTEN " + channel);
            }
            waiters.forEach(Waiter::wake);
            while (!closed) {
                var told = postgres.getNotifications((int) LOOK_AROUND.toMillis());
                if (told == null || told.length == 0) {
                    statement.execute("SELECT 1"); // a dead connection is silent; this makes it speak
                    continue;
                }
                for (var notification : told) {
                    waiters.stream()
                            .filter(waiter -> waiter.channel.equals(notification.getName()))
                            .forEach(Waiter::wake);
                }
            }
            // The connection goes back to the pool, and its next user must not be talked to.
            statement.execute("UNLISTEN *");
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException ended) {
            closed = true;
        }
    }

    private static final class Waiter implements Listener {
        private final String channel;
        private final Semaphore told = new Semaphore(0);

        Waiter(String channel) {
            this.channel = channel;
        }

        void wake() {
            if (told.availablePermits() == 0) {
                told.release();
            }
        }

        @Override
        public boolean await(Duration most) throws InterruptedException {
            var woken = told.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS);
            told.drainPermits();
            return woken;
        }
    }
}
