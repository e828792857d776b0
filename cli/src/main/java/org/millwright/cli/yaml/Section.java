package org.millwright.cli.yaml;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.yaml.YamlValue.Mapping;
import org.millwright.cli.yaml.YamlValue.Scalar;
import org.millwright.cli.yaml.YamlValue.Sequence;

/**
 * A mapping whose keys are known. Reading a key answers its value, or notes what is wrong with it and answers as if it were absent, so that
 * one pass finds everything.
 */
final class Section {
    /**
     * The keys that a section may have.
     *
     * @param known those that do something
     * @param unsupported those that Azure ML knows, with what to tell who uses them
     */
    record Keys(List<String> known, Map<String, String> unsupported) {
        static Keys of(String... known) {
            return new Keys(List.of(known), Map.of());
        }

        Keys without(Map<String, String> refused) {
            return new Keys(known, refused);
        }
    }

    private final Mapping mapping;
    private final Problems problems;
    /** Keys that a mistyped one was taken for: they are not missing as well. */
    private final Set<String> guessed = new HashSet<>();

    Section(Mapping mapping, Problems problems, Keys keys) {
        this.mapping = mapping;
        this.problems = problems;
        for (var entry : mapping.entries()) {
            var key = entry.key();
            if (keys.unsupported().containsKey(key)) {
                problems.add(
                        entry.keyPlace(),
                        "'%s' is not supported: %s"
                                .formatted(key, keys.unsupported().get(key)));
            } else if (!keys.known().contains(key)) {
                NearestWord.to(key, keys.known()).ifPresent(guessed::add);
                problems.add(
                        entry.keyPlace(), "unknown key '%s'%s".formatted(key, NearestWord.hint(key, keys.known())));
            }
        }
    }

    Place place() {
        return mapping.place();
    }

    /** Where the key's value stands, or the whole section when it is absent. */
    Place place(String key) {
        return find(key).map(YamlValue::place).orElse(mapping.place());
    }

    /** The value; empty when the key is absent or has none. */
    Optional<YamlValue> find(String key) {
        return mapping.find(key).filter(value -> !(value instanceof Scalar scalar && scalar.isNothing()));
    }

    boolean has(String key) {
        return mapping.find(key).isPresent();
    }

    /** Whether the key is absent, and not just mistyped. */
    boolean lacks(String key) {
        return !has(key) && !guessed.contains(key);
    }

    /** Any scalar, as written. */
    @Nullable
    String text(String key) {
        return find(key).map(value -> scalar(key, value)).map(Scalar::text).orElse(null);
    }

    /** Text that must be there and not blank. Answers an empty text, with the problem noted, when it is not. */
    String requiredText(String key) {
        var text = text(key);
        if (text == null && find(key).isEmpty() && !guessed.contains(key)) {
            problems.add(mapping.place(), "'%s' is missing".formatted(key));
        } else if (text != null && text.isBlank()) {
            problems.add(place(key), "'%s' is empty".formatted(key));
        }
        return text == null ? "" : text;
    }

    @Nullable
    Integer integer(String key, int least, int most) {
        var scalar = find(key).map(value -> scalar(key, value)).orElse(null);
        if (scalar == null) {
            return null;
        }
        try {
            var number = Integer.parseInt(scalar.text());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // worded below
        }
        problems.add(
                scalar.place(),
                "'%s' must be a whole number from %d to %d, not '%s'".formatted(key, least, most, scalar.text()));
        return null;
    }

    /** A mapping of names to scalars, such as tags. */
    SequencedMap<String, String> texts(String key) {
        var texts = new LinkedHashMap<String, String>();
        each(key, (name, value) -> {
            var scalar = scalar(key + "." + name, value);
            if (scalar != null) {
                texts.put(name, scalar.text());
            }
        });
        return texts;
    }

    /** Every entry of a mapping, with its name. */
    void each(String key, BiConsumer<String, YamlValue> entry) {
        mapping(key).ifPresent(found -> found.entries().forEach(e -> entry.accept(e.key(), e.value())));
    }

    Optional<Mapping> mapping(String key) {
        var value = find(key).orElse(null);
        if (value == null || value instanceof Mapping) {
            return Optional.ofNullable((Mapping) value);
        }
        problems.add(value.place(), "'%s' must be a mapping, not %s".formatted(key, value.words()));
        return Optional.empty();
    }

    Optional<Section> section(String key, Keys keys) {
        return mapping(key).map(found -> new Section(found, problems, keys));
    }

    /** A list of scalars; one scalar stands for a list of one. */
    List<Scalar> scalars(String key) {
        var value = find(key).orElse(null);
        var scalars = new ArrayList<Scalar>();
        switch (value) {
            case null -> {}
            case Scalar one -> scalars.add(one);
            case Sequence list -> {
                for (var item : list.items()) {
                    var scalar = scalar(key, item);
                    if (scalar != null) {
                        scalars.add(scalar);
                    }
                }
            }
            case Mapping wrong -> problems.add(wrong.place(), "'%s' must be a list, not a mapping".formatted(key));
        }
        return scalars;
    }

    private @Nullable Scalar scalar(String key, YamlValue value) {
        if (value instanceof Scalar scalar) {
            return scalar;
        }
        problems.add(value.place(), "'%s' must be a single value, not %s".formatted(key, value.words()));
        return null;
    }
}
