package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;

/** What holds for every text, tried on many made from a seed, which names the case. */
class SearchGrammarPropertyTest {
    private static final int TEXTS_OF_A_SEED = 100;
    private static final int LONGEST = 12;
    private static final Pattern POSITION = Pattern.compile("\\(at position (\\d+)");

    /** Pieces that mean something, so that soups of them come far into the grammar. */
    private static final List<String> PIECES = List.of(
            "metrics.",
            "params.",
            "tags.",
            "attributes.",
            "datasets.",
            "run_id",
            "name",
            "status",
            "start_time",
            "a",
            "`a b`",
            "\"x.y\"",
            "'text'",
            "''",
            "'",
            "\"",
            "`",
            ".",
            " ",
            "  ",
            "\t",
            "\n",
            "=",
            "!=",
            ">",
            ">=",
            "<",
            "<=",
            "LIKE",
            "ilike",
            "IN",
            "NOT",
            "IS",
            "NULL",
            "AND",
            "and",
            "OR",
            "(",
            ")",
            ",",
            "1",
            "-1.5e3",
            "+.5",
            "1e999",
            "NaN",
            "--",
            ";",
            "\u0000",
            "\u00e4",
            "\uD83D\uDE00",
            "\uD83D",
            "\u2028",
            "%",
            "\\",
            "ı",
            "ß");

    private static final List<Key> KEYS = List.of(
            new Key(SearchDialect.RUNS, Subject.METRIC, null),
            new Key(SearchDialect.RUNS, Subject.PARAMETER, null),
            new Key(SearchDialect.RUNS, Subject.TAG, null),
            new Key(SearchDialect.RUNS, Subject.DATASET, "name"),
            new Key(SearchDialect.RUNS, Subject.DATASET, "digest"),
            new Key(SearchDialect.RUNS, Subject.ATTRIBUTE, "run_id"),
            new Key(SearchDialect.RUNS, Subject.ATTRIBUTE, "run_name"),
            new Key(SearchDialect.RUNS, Subject.ATTRIBUTE, "status"),
            new Key(SearchDialect.RUNS, Subject.ATTRIBUTE, "start_time"),
            new Key(SearchDialect.EXPERIMENTS, Subject.ATTRIBUTE, "name"),
            new Key(SearchDialect.EXPERIMENTS, Subject.TAG, null),
            new Key(SearchDialect.REGISTERED_MODELS, Subject.ATTRIBUTE, "name"),
            new Key(SearchDialect.MODEL_VERSIONS, Subject.ATTRIBUTE, "version_number"),
            new Key(SearchDialect.MODEL_VERSIONS, Subject.TAG, null),
            new Key(SearchDialect.LOGGED_MODELS, Subject.METRIC, null),
            new Key(SearchDialect.LOGGED_MODELS, Subject.ATTRIBUTE, "creation_timestamp"));

    /** @param name null for any */
    private record Key(SearchDialect dialect, Subject subject, String name) {}

    static IntStream seeds() {
        return IntStream.range(0, 100);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void any_text_is_a_filter_or_is_refused_with_a_position_inside_it(long seed) {
        var random = new Random(seed);
        for (var index = 0; index < TEXTS_OF_A_SEED; index++) {
            var dialect = anyOf(random, List.of(SearchDialect.values()));
            var text = anyText(random);
            assertReadOrRefusedWithPosition(text, () -> SearchGrammar.filter(dialect, text));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void any_text_is_an_order_or_is_refused_with_a_position_inside_it(long seed) {
        var random = new Random(seed);
        for (var index = 0; index < TEXTS_OF_A_SEED; index++) {
            var dialect = anyOf(random, List.of(SearchDialect.values()));
            var text = anyText(random);
            assertReadOrRefusedWithPosition(text, () -> SearchGrammar.order(dialect, List.of(text)));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_filter_that_is_broken_at_one_place_is_read_or_refused_with_a_position_inside_it(long seed) {
        var random = new Random(seed);
        for (var index = 0; index < TEXTS_OF_A_SEED; index++) {
            var dialect = anyOf(random, List.of(SearchDialect.values()));
            var whole = printed(random, criteria(random, dialect));
            var at = random.nextInt(whole.length() + 1);
            var text = whole.substring(0, at)
                    + anyOf(random, PIECES)
                    + whole.substring(Math.min(whole.length(), at + random.nextInt(3)));
            assertReadOrRefusedWithPosition(text, () -> SearchGrammar.filter(dialect, text));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void a_filter_that_is_printed_is_read_as_the_same(long seed) {
        var random = new Random(seed);
        for (var index = 0; index < TEXTS_OF_A_SEED; index++) {
            var dialect = anyOf(random, List.of(SearchDialect.values()));
            var criteria = criteria(random, dialect);
            var text = printed(random, criteria);
            assertThat(SearchGrammar.filter(dialect, text)).as(text).isEqualTo(criteria);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void an_order_that_is_printed_is_read_as_the_same(long seed) {
        var random = new Random(seed);
        for (var index = 0; index < TEXTS_OF_A_SEED; index++) {
            var key = anyOf(
                    random,
                    KEYS.stream()
                            .filter(each -> each.subject() != Subject.DATASET)
                            .toList());
            var ordering = new Ordering(key.subject(), name(random, key), random.nextBoolean());
            var direction = ordering.ascending()
                    ? anyOf(random, List.of("", " ASC", "\tasc "))
                    : anyOf(random, List.of(" DESC", " desc"));
            var text = printed(random, ordering.subject(), ordering.key()) + direction;
            assertThat(SearchGrammar.order(key.dialect(), List.of(text)))
                    .as(text)
                    .containsExactly(ordering);
        }
    }

    private static void assertReadOrRefusedWithPosition(String text, Supplier<?> reading) {
        assertThatCode(() -> {
                    try {
                        reading.get();
                    } catch (RequestRefused refused) {
                        var position = POSITION.matcher(refused.error().message());
                        assertThat(position.find())
                                .as(refused.error().message())
                                .isTrue();
                        assertThat(Integer.parseInt(position.group(1))).isBetween(1, text.length() + 1);
                        assertThat(refused.error().errorCode()).isEqualTo(ErrorCode.INVALID_PARAMETER_VALUE);
                    }
                })
                .as(text)
                .doesNotThrowAnyException();
    }

    private static String anyText(Random random) {
        var text = new StringBuilder();
        for (var left = random.nextInt(LONGEST); left > 0; left--) {
            text.append(
                    random.nextInt(4) == 0
                            ? String.valueOf((char) random.nextInt(Character.MAX_VALUE + 1))
                            : anyOf(random, PIECES));
        }
        return text.toString();
    }

    private static List<Criterion> criteria(Random random, SearchDialect dialect) {
        var keys = KEYS.stream().filter(key -> key.dialect() == dialect).toList();
        var criteria = new ArrayList<Criterion>();
        for (var left = 1 + random.nextInt(4); left > 0; left--) {
            var key = anyOf(random, keys);
            var name = name(random, key);
            var allowed = List.copyOf(dialect.operators(key.subject(), name));
            var operator = anyOf(random, allowed);
            criteria.add(new Criterion(key.subject(), name, operator, values(random, operator, allowed)));
        }
        return criteria;
    }

    private static List<Object> values(Random random, Operator operator, List<Operator> allowed) {
        return switch (operator) {
            case IS_NULL, IS_NOT_NULL -> List.of();
            case IN, NOT_IN ->
                IntStream.range(0, 1 + random.nextInt(3))
                        .<Object>mapToObj(_ -> anyText(random))
                        .toList();
            case EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, LIKE, ILIKE ->
                List.of(allowed.contains(Operator.GREATER) ? (Object) number(random) : anyText(random));
        };
    }

    private static Double number(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> (double) random.nextInt(10);
            case 1 -> -random.nextDouble();
            case 2 -> random.nextGaussian() * 1e300;
            default -> Double.MIN_VALUE * random.nextInt(100);
        };
    }

    private static String name(Random random, Key key) {
        return key.name() == null ? anyText(random) : key.name();
    }

    private static String printed(Random random, List<Criterion> criteria) {
        return criteria.stream()
                .map(criterion -> printed(random, criterion))
                .collect(Collectors.joining(anyOf(random, List.of(" AND ", " and ", "\nAnd\t"))));
    }

    private static String printed(Random random, Criterion criterion) {
        var key = printed(random, criterion.subject(), criterion.key()) + " "
                + criterion.operator().text() + " ";
        return switch (criterion.operator()) {
            case IS_NULL, IS_NOT_NULL -> key;
            case IN, NOT_IN ->
                key
                        + criterion.values().stream()
                                .map(value -> printed(random, value))
                                .collect(Collectors.joining(" , ", "( ", ")"));
            case EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, LIKE, ILIKE ->
                key + printed(random, criterion.values().getFirst());
        };
    }

    private static String printed(Random random, Object value) {
        return value instanceof Double number
                ? number.toString()
                : quoted(value.toString(), anyOf(random, List.of("'", "\"")));
    }

    /** In quotes of this kind; one inside is written twice. */
    private static String quoted(String text, String quote) {
        return quote + text.replace(quote, quote + quote) + quote;
    }

    private static String printed(Random random, Subject subject, String name) {
        var quoted = quoted(name, anyOf(random, List.of("`", "\"")));
        return switch (subject) {
            case METRIC -> anyOf(random, List.of("metrics.", "metric.")) + quoted;
            case PARAMETER -> anyOf(random, List.of("params.", "param.", "parameter.", "parameters.")) + quoted;
            case TAG -> anyOf(random, List.of("tags.", "tag.")) + quoted;
            case DATASET -> anyOf(random, List.of("datasets.", "dataset.")) + name;
            case ATTRIBUTE ->
                anyOf(random, List.of("", "attributes.", "attr.", "run.")) + anyOf(random, List.of(name, quoted));
        };
    }

    private static <T> T anyOf(Random random, List<T> items) {
        return items.get(random.nextInt(items.size()));
    }
}
