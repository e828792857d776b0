package org.millwright.access.app;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts whatever may change what somebody may do: what was believed about a caller before it need not hold after it. Use
 * cases tell of this server's changes, the listener of database notifications tells of all servers'.
 */
@ApplicationScoped
public class RightsChanges {
    private final AtomicLong count = new AtomicLong();

    public void happened() {
        count.incrementAndGet();
    }

    public long count() {
        return count.get();
    }
}
