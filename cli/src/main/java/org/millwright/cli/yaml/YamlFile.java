package org.millwright.cli.yaml;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millwright.cli.yaml.YamlValue.Entry;
import org.millwright.cli.yaml.YamlValue.Kind;
import org.millwright.cli.yaml.YamlValue.Mapping;
import org.millwright.cli.yaml.YamlValue.Scalar;
import org.millwright.cli.yaml.YamlValue.Sequence;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads one YAML document into values that know their places. No tags are followed, so reading a file never runs anything. */
public final class YamlFile {
    private static final int MOST_BYTES = 1 << 20;
    private static final int MOST_ALIASES = 50;
    private static final int MOST_VALUES = 20_000;
    private static final int DEEPEST = 50;
    private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");

    private final String source;
    private final Problems problems;
    private int values;

    private YamlFile(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    /** Returns the file's mapping; empty, with the problem noted, when it is not one. */
    public static Optional<Mapping> read(Path file, Problems problems) {
        return content(file, problems).flatMap(text -> parse(file.toString(), text, problems));
    }

    /** The text of a file of reasonable size; empty, with the problem noted, when there is none. */
    static Optional<String> content(Path file, Problems problems) {
        var place = Place.file(file.toString());
        try {
            if (Files.isDirectory(file)) {
                problems.add(place, "this is a folder, not a file");
                return Optional.empty();
            }
            if (Files.size(file) > MOST_BYTES) {
                problems.add(place, "the file is larger than 1 MB");
                return Optional.empty();
            }
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (NoSuchFileException missing) {
            problems.add(place, "there is no such file");
        } catch (CharacterCodingException binary) {
            problems.add(place, "the file is not text in UTF-8");
        } catch (IOException unreadable) {
            problems.add(place, "the file cannot be read: " + unreadable.getMessage());
        }
        return Optional.empty();
    }

    static Optional<Mapping> parse(String source, String text, Problems problems) {
        var reader = new YamlFile(source, problems);
        var before = problems.isEmpty();
        var value = reader.document(text);
        if (value.isEmpty()) {
            if (before && problems.isEmpty()) {
                problems.add(Place.file(source), "the file is empty");
            }
            return Optional.empty();
        }
        if (value.get() instanceof Mapping mapping) {
            return Optional.of(mapping);
        }
        problems.add(
                value.get().place(),
                "a mapping of keys to values belongs here, not " + value.get().words());
        return Optional.empty();
    }

    /** A value of a command line. What begins like a YAML list, mapping or quotation is read as one; anything else is taken as it stands. */
    static Optional<YamlValue> value(Place place, String text, Problems problems) {
        if (text.startsWith("[") || text.startsWith("{") || text.startsWith("'") || text.startsWith("\"")) {
            return new YamlFile(place.source(), problems).document(text);
        }
        return Optional.of(new Scalar(place, text, plainKind(text)));
    }

    private static Kind plainKind(String text) {
        if (text.equals("true") || text.equals("false")) {
            return Kind.TRUTH;
        }
        return NUMBER.matcher(text).matches() ? Kind.NUMBER : Kind.TEXT;
    }

    private Optional<YamlValue> document(String text) {
        var settings = LoadSettings.builder()
                .setLabel(source)
                .setMaxAliasesForCollections(MOST_ALIASES)
                .setCodePointLimit(MOST_BYTES)
                .build();
        try {
            Iterator<Node> documents =
                    new Compose(settings).composeAllFromString(text).iterator();
            if (!documents.hasNext()) {
                return Optional.empty();
            }
            var value = convert(documents.next(), 0);
            if (documents.hasNext()) {
                problems.add(place(documents.next()), "a second document starts here; one file describes one thing");
            }
            return Optional.of(value);
        } catch (TooMuch tooMuch) {
            problems.add(Place.file(source), "the file is nested too deeply, or its aliases repeat too much");
        } catch (MarkedYamlEngineException broken) {
            var place = broken.getProblemMark().map(this::place).orElse(Place.file(source));
            var context = broken.getContext() == null ? "" : " " + broken.getContext();
            problems.add(place, "this is not YAML: %s%s".formatted(broken.getProblem(), context));
        } catch (YamlEngineException broken) {
            problems.add(Place.file(source), "this is not YAML: " + broken.getMessage());
        }
        return Optional.empty();
    }

    private YamlValue convert(Node node, int depth) {
        values++;
        if (values > MOST_VALUES || depth > DEEPEST) {
            throw new TooMuch();
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, depth);
            case SequenceNode sequence ->
                new Sequence(
                        place(sequence),
                        sequence.getValue().stream()
                                .map(item -> convert(item, depth + 1))
                                .toList());
            case ScalarNode scalar -> new Scalar(place(scalar), text(scalar), kind(scalar.getTag()));
            default -> throw new TooMuch();
        };
    }

    private Mapping mapping(MappingNode node, int depth) {
        var entries = new ArrayList<Entry>();
        var first = new HashMap<String, Place>();
        for (var tuple : node.getValue()) {
            var place = place(tuple.getKeyNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(place, "a key must be text");
                continue;
            }
            var earlier = first.putIfAbsent(key.getValue(), place);
            if (earlier == null) {
                entries.add(new Entry(place, key.getValue(), convert(tuple.getValueNode(), depth + 1)));
            } else {
                problems.add(
                        place,
                        "'%s' stands here again; it is in line %d already".formatted(key.getValue(), earlier.line()));
            }
        }
        return new Mapping(place(node), entries);
    }

    private static String text(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL) ? "" : scalar.getValue();
    }

    private static Kind kind(Tag tag) {
        if (tag.equals(Tag.NULL)) {
            return Kind.NOTHING;
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return Kind.NUMBER;
        }
        return tag.equals(Tag.BOOL) ? Kind.TRUTH : Kind.TEXT;
    }

    private Place place(Node node) {
        return node.getStartMark().map(this::place).orElse(Place.file(source));
    }

    private Place place(Mark mark) {
        // a value of the command line has no lines of its own
        return source.startsWith("--")
                ? Place.option(source)
                : new Place(source, mark.getLine() + 1, mark.getColumn() + 1);
    }

    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
