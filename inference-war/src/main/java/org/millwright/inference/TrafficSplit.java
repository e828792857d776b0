package org.millwright.inference;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Which deployment gets a request that names none, by shares in per cent. */
final class TrafficSplit {
    private final String[] names;
    private final int[] ends;

    TrafficSplit(Map<String, Integer> shares) {
        var sorted = new TreeMap<>(shares);
        sorted.values().removeIf(share -> share == 0);
        names = sorted.keySet().toArray(String[]::new);
        ends = new int[names.length];
        var end = 0;
        for (var index = 0; index < names.length; index++) {
            end += sorted.getOrDefault(names[index], 0);
            ends[index] = end;
        }
    }

    /** Empty when no deployment has a share. */
    Optional<String> pick(RandomGenerator random) {
        if (names.length == 0) {
            return Optional.empty();
        }
        var drawn = names.length == 1 ? 0 : random.nextInt(ends[ends.length - 1]);
        var index = 0;
        while (ends[index] <= drawn) {
            index++;
        }
        return Optional.of(names[index]);
    }

    /** The deployment with the largest share; the first by name among equals. */
    Optional<String> largest() {
        var best = -1;
        for (var index = 0; index < names.length; index++) {
            if (best < 0 || share(index) > share(best)) {
                best = index;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(names[best]);
    }

    private int share(int index) {
        return index == 0 ? ends[0] : ends[index] - ends[index - 1];
    }
}
