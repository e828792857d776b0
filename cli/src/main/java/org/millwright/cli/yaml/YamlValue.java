package org.millwright.cli.yaml;

import java.util.List;
import java.util.Optional;

/** A YAML document as written: texts are kept as they stand in the file, and everything knows its place. */
public sealed interface YamlValue {
    Place place();

    /** "a list", "a number": how messages call it. */
    String words();

    /** @param keyPlace where the key stands */
    record Entry(Place keyPlace, String key, YamlValue value) {}

    record Mapping(Place place, List<Entry> entries) implements YamlValue {
        public Optional<YamlValue> find(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }

        @Override
        public String words() {
            return "a mapping";
        }
    }

    record Sequence(Place place, List<YamlValue> items) implements YamlValue {
        @Override
        public String words() {
            return "a list";
        }
    }

    /** @param text as written, without quotes; empty for null */
    record Scalar(Place place, String text, Kind kind) implements YamlValue {
        @Override
        public String words() {
            return switch (kind) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case TRUTH -> "true or false";
                case NOTHING -> "nothing";
            };
        }

        public boolean isNothing() {
            return kind == Kind.NOTHING;
        }
    }

    /** What YAML 1.2's core schema takes a scalar for. */
    enum Kind {
        TEXT,
        NUMBER,
        TRUTH,
        NOTHING
    }
}
