package org.millwright.wire.mlflow;

import org.millwright.shared.IdSource;

/** Invents names for runs that got none, as MLflow does: an adjective, an animal or a tool, and a number. */
final class RunNames {
    private static final String[] ADJECTIVES = {
        "able", "amber", "bold", "brave", "bright", "brisk", "calm", "candid", "clever", "copper", "crisp", "eager",
        "early", "fair", "fleet", "fond", "gentle", "golden", "grand", "hardy", "honest", "humble", "jolly", "keen",
        "kind", "lively", "lucid", "lucky", "mellow", "merry", "modest", "nimble", "noble", "patient", "placid",
                "plucky",
        "polite", "proud", "quick", "quiet", "rapid", "ready", "robust", "rustic", "sage", "serene", "sharp", "silent",
        "silver", "sleek", "smooth", "sober", "solid", "spry", "steady", "stout", "sturdy", "sunny", "swift", "tidy",
        "trusty", "vivid", "warm", "witty"
    };
    private static final String[] NOUNS = {
        "anvil",
        "auger",
        "badger",
        "beaver",
        "bellows",
        "bison",
        "bobbin",
        "carp",
        "chisel",
        "cog",
        "condor",
        "crane",
        "crow",
        "dove",
        "falcon",
        "ferret",
        "finch",
        "flywheel",
        "forge",
        "fox",
        "gauge",
        "gear",
        "goose",
        "hammer",
        "hare",
        "hawk",
        "heron",
        "hound",
        "ibis",
        "kiln",
        "lark",
        "lathe",
        "lever",
        "loom",
        "lynx",
        "magpie",
        "mallet",
        "marten",
        "mill",
        "mole",
        "newt",
        "otter",
        "owl",
        "piston",
        "plane",
        "pulley",
        "quail",
        "raven",
        "rivet",
        "robin",
        "rudder",
        "salmon",
        "shrike",
        "shuttle",
        "spindle",
        "stork",
        "swan",
        "thrush",
        "trout",
        "turbine",
        "valve",
        "wagon",
        "wheel",
        "wren"
    };
    private static final int NUMBERS = 1000;

    private RunNames() {}

    static String invent(IdSource ids) {
        var bits = ids.nextId().getLeastSignificantBits();
        return "%s-%s-%d"
                .formatted(
                        ADJECTIVES[(int) Long.remainderUnsigned(bits, ADJECTIVES.length)],
                        NOUNS[(int) Long.remainderUnsigned(bits >>> 8, NOUNS.length)],
                        Long.remainderUnsigned(bits >>> 16, NUMBERS));
    }
}
