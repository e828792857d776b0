package org.millwright.adapter.spark;

import java.time.Duration;

/** How patient drivers are in tests. */
public final class Paces {
    public static final SparkDriver.Pace QUICK = new SparkDriver.Pace(
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofSeconds(30));

    private Paces() {}
}
