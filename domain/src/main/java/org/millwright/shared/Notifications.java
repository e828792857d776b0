package org.millwright.shared;

import java.time.Duration;

/**
 * Wakes those who wait for work, on this server and on others that share its database. A notification carries nothing and
 * may come without cause, so whoever is woken looks for itself.
 */
public interface Notifications {

    /** A run was queued or a slot became free. */
    String RUN_QUEUE = "millwright_run_queue";

    /** Events were told. */
    String OUTBOX = "millwright_outbox";

    /** Something is to be sent to a webhook. */
    String WEBHOOKS = "millwright_webhooks";

    /** What somebody may do was changed: a role, a group, a credential. */
    String RIGHTS = "millwright_rights";

    /** Another key became the primary one, so what is sealed is to be wrapped anew. */
    String SECRET_KEYS = "millwright_secret_keys";

    /** Remembers, from now on, whether the channel was notified. */
    Listener listen(String channel);

    /** One who waits. Not shared by several threads. */
    interface Listener {

        /**
         * Waits until the channel was notified since the last call.
         *
         * @return false when the time was over first
         */
        boolean await(Duration most) throws InterruptedException;
    }
}
