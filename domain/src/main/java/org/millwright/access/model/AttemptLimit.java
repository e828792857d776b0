package org.millwright.access.model;

import java.time.Duration;

/**
 * How often somebody may fail to prove who they are before they are told to wait.
 *
 * @param failures as many within the window are answered as usual
 * @param window in which they are counted
 * @param firstLock how long the next one waits; doubled each time it happens again
 * @param longestLock at most
 */
public record AttemptLimit(int failures, Duration window, Duration firstLock, Duration longestLock) {
    public AttemptLimit {
        if (failures < 1) {
            throw new IllegalArgumentException("At least one failure must be possible");
        }
    }
}
