package org.millwright.adapter.kubernetes;

import java.util.Locale;
import java.util.Map;
import org.millwright.compute.spi.Placement;
import org.millwright.shared.Sha256;

/**
 * What the objects of one attempt are called in the cluster. It follows from the attempt, so whoever starts it a second
 * time finds the first.
 *
 * @param name of its Job, its Secret and its Service
 * @param attempt the value of {@link #ATTEMPT} at all of them, and at the pods
 */
record ObjectNames(String name, String attempt) {
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    static final String ATTEMPT = "millwright.org/attempt";

    private static final int LONGEST_RUN = 24;
    private static final int HASH_LENGTH = 10;

    static ObjectNames of(Placement placement) {
        var attempt = placement.attempt();
        var hash = Sha256.hex("%s/%s/%s".formatted(placement.workspace(), placement.compute(), attempt))
                .substring(0, 4 * HASH_LENGTH);
        var run = attempt.run().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        var shown = run.substring(0, Math.min(run.length(), LONGEST_RUN));
        var name = "mw-%s-%d-%s".formatted(shown, attempt.number(), hash.substring(0, HASH_LENGTH));
        return new ObjectNames(name.replace("--", "-"), hash);
    }

    Map<String, String> labels() {
        return Map.of(MANAGED_BY, "millwright", ATTEMPT, attempt);
    }

    /** The name of a pod's machine, as the other pods of the attempt look it up. */
    String host(int node) {
        return "%s-%d.%s".formatted(name, node, name);
    }
}
