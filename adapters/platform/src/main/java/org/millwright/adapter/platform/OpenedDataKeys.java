package org.millwright.adapter.platform;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.function.Supplier;

/** Remembers, for some minutes, data keys that a vault unwrapped, so that it is not asked for each request. */
final class OpenedDataKeys {
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final int MOST = 1000;

    private final Clock clock;
    private final LinkedHashMap<String, Opened> byWrapped = new LinkedHashMap<>();

    private record Opened(byte[] dataKey, Instant until) {}

    OpenedDataKeys(Clock clock) {
        this.clock = clock;
    }

    /** Asks at most once for each while it remembers; who fails is asked again. */
    byte[] get(String wrapped, Supplier<byte[]> unwrap) {
        var now = clock.instant();
        synchronized (byWrapped) {
            byWrapped.values().removeIf(opened -> !now.isBefore(opened.until()));
            var known = byWrapped.get(wrapped);
            if (known != null) {
                return known.dataKey();
            }
        }
        var dataKey = unwrap.get();
        synchronized (byWrapped) {
            while (byWrapped.size() >= MOST) {
                byWrapped.pollFirstEntry();
            }
            byWrapped.put(wrapped, new Opened(dataKey, now.plus(KEPT)));
        }
        return dataKey;
    }
}
