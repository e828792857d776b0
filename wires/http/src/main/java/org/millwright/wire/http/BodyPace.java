package org.millwright.wire.http;

import java.time.Duration;

/**
 * How slowly a body may come.
 *
 * @param grace in which nobody looks
 * @param bytesPerSecond of all that has come, on average from the beginning, after the grace
 */
record BodyPace(Duration grace, long bytesPerSecond) {

    boolean isTooSlow(long bytes, Duration elapsed) {
        return elapsed.compareTo(grace) > 0
                && bytes < bytesPerSecond * elapsed.minus(grace).toSeconds();
    }
}
