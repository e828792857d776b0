package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Notifications;
import org.millwright.shared.Notifications.Listener;

class PostgresNotificationsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final PostgresWorld world = new PostgresWorld();
    private final PostgresNotifications notifications = new PostgresNotifications(
            PostgresForTests.get().dataSource(), Thread.ofPlatform().daemon().factory());

    @AfterEach
    void close() {
        notifications.close();
    }

    @Test
    void a_commit_wakes_who_waits_for_its_channel_even_when_it_came_before() throws InterruptedException {
        var outbox = listening(Notifications.OUTBOX);
        world.run(() -> world.database().wake(Notifications.OUTBOX));
        assertThat(outbox.await(LONG)).isTrue();
    }

    @Test
    void after_a_broken_connection_everybody_is_woken() throws InterruptedException {
        var queue = listening(Notifications.RUN_QUEUE);
        PostgresForTests.get()
                .execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' OR query = 'SELECT 1'");
        assertThat(queue.await(LONG)).isTrue();
    }

    /** The first wake-up says that the listening has begun. */
    private Listener listening(String channel) throws InterruptedException {
        var listener = notifications.listen(channel);
        assertThat(listener.await(LONG)).isTrue();
        return listener;
    }
}
