package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrafficSplitTest {
    @Test
    void requests_follow_the_shares() {
        var split = new TrafficSplit(Map.of("blue", 90, "green", 10, "grey", 0));
        var random = new Random(1);
        var counts = new HashMap<String, Integer>();
        for (var request = 0; request < 10_000; request++) {
            counts.merge(split.pick(random).orElseThrow(), 1, Integer::sum);
        }

        assertThat(counts).containsOnlyKeys("blue", "green");
        assertThat(counts.get("blue")).isBetween(8_900, 9_100);
        assertThat(split.largest()).contains("blue");
    }

    @Test
    void without_shares_nobody_is_chosen() {
        var split = new TrafficSplit(Map.of("blue", 0));

        assertThat(split.pick(new Random(1))).isEmpty();
        assertThat(split.largest()).isEmpty();
    }
}
