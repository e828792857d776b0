package org.millwright.lineage.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.millwright.shared.Refused;

/**
 * One thing on the way from data to what answers.
 *
 * @param title what people call it
 * @param facts what else is known of it, such as a digest, by name
 */
public record Node(Key key, String title, Map<String, String> facts) {
    public Node {
        facts = Map.copyOf(facts);
    }

    /** What a thing is, in the order in which one leads to the next. */
    public enum Kind {
        DATA,
        RUN,
        LOGGED_MODEL,
        MODEL,
        DEPLOYMENT;

        /** As it stands before the colon of a key: {@code logged-model}. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Names a thing: {@code data:<digest>}, {@code run:<id>}, {@code logged-model:<id>}, {@code model:<name>:<version>},
     * {@code deployment:<endpoint>/<deployment>}.
     */
    public record Key(Kind kind, String id) {
        public Key {
            if (id.isBlank()) {
                throw Refused.invalid("of", "something after '%s:'".formatted(kind.word()));
            }
        }

        /** @throws Refused when it does not say what kind of thing it names */
        public static Key parse(String text) {
            for (var kind : Kind.values()) {
                if (text.startsWith(kind.word() + ":")) {
                    return new Key(kind, text.substring(kind.word().length() + 1));
                }
            }
            throw Refused.invalid(
                    "of",
                    "'%s' does not begin with one of %s"
                            .formatted(
                                    text,
                                    Arrays.stream(Kind.values())
                                            .map(kind -> kind.word() + ":")
                                            .collect(Collectors.joining(", "))));
        }

        @Override
        public String toString() {
            return kind.word() + ":" + id;
        }
    }
}
