package org.millwright.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/**
 * Compiles clauses and orderings to one statement, and reads it page by page.
 *
 * <p>Whatever comes from outside is bound, never written into the SQL. A page starts behind the last row of the one before
 * (keyset), so deep pages cost no more than the first; the token is that row's place in the order.
 */
public final class Search {
    private static final List<Operator> TEXT_OPERATORS = List.of(
            Operator.EQUAL,
            Operator.NOT_EQUAL,
            Operator.LIKE,
            Operator.ILIKE,
            Operator.IN,
            Operator.NOT_IN,
            Operator.IS_NULL,
            Operator.IS_NOT_NULL);
    private static final List<Operator> NUMBER_OPERATORS = List.of(
            Operator.EQUAL,
            Operator.NOT_EQUAL,
            Operator.GREATER,
            Operator.GREATER_OR_EQUAL,
            Operator.LESS,
            Operator.LESS_OR_EQUAL,
            Operator.IN,
            Operator.NOT_IN,
            Operator.IS_NULL,
            Operator.IS_NOT_NULL);

    /** What the things searched for can be compared and sorted by. */
    @FunctionalInterface
    public interface Vocabulary {
        /** @return null when they have nothing of that name */
        @Nullable
        Term term(Search search, Criterion.Subject subject, String key);
    }

    /** A column of the order. */
    private record Sort(String sql, Term.Kind kind, boolean ascending) {
        /** As it stands in the place of a row: numbers and text are what JSON has; an instant is its microseconds. */
        String place() {
            return kind == Term.Kind.TIME ? "CAST(extract(epoch FROM %s) * 1000000 AS bigint)".formatted(sql) : sql;
        }

        String clause() {
            return sql + (ascending ? " ASC" : " DESC");
        }
    }

    /** One page of a statement's rows. @param place of the row in the order, as JSON */
    private record Row(Object entity, String place) {}

    private final String from;
    private final String entity;
    private final Vocabulary vocabulary;
    private final List<String> joins = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private final List<Sort> sorts = new ArrayList<>();
    private final Map<String, Term> terms = new HashMap<>();
    private final List<String> orderedBy = new ArrayList<>();

    /** @param table with its schema; @param entity its alias */
    public Search(String table, String entity, Vocabulary vocabulary) {
        this.from = table + " " + entity;
        this.entity = entity;
        this.vocabulary = vocabulary;
    }

    /** Binds a value. @return what stands for it in the SQL; may be used several times */
    public String bind(Object value) {
        values.add(value);
        var placeholder = "?" + values.size();
        return switch (value) {
            case String _ -> "CAST(%s AS text)".formatted(placeholder);
            case Double _ -> "CAST(%s AS double precision)".formatted(placeholder);
            case Timestamp _ -> "CAST(%s AS timestamptz)".formatted(placeholder);
            default -> placeholder;
        };
    }

    public String bindAll(Collection<?> several) {
        return several.stream().map(this::bind).collect(Collectors.joining(", ", "(", ")"));
    }

    /** Joins a table with at most one row for each row. @param sql with %1$s for the alias @return the alias */
    public String join(String sql) {
        var alias = "j" + joins.size();
        joins.add(sql.formatted(alias));
        return alias;
    }

    public Search where(String condition) {
        conditions.add(condition);
        return this;
    }

    public Search filter(List<Criterion> criteria) {
        for (var criterion : criteria) {
            var term = term(criterion.subject(), criterion.key());
            conditions.add(term.within().formatted(comparison(term, criterion)));
        }
        return this;
    }

    public Search order(List<Ordering> orderings) {
        for (var ordering : orderings) {
            var term = term(ordering.subject(), ordering.key());
            if (term.isMany()) {
                throw Refused.invalid(
                        "order_by", "%s cannot be sorted by".formatted(name(ordering.subject(), ordering.key())));
            }
            orderedBy.add(ordering.toString());
            sort(term, ordering.ascending());
        }
        return this;
    }

    /** The order among equals, and the whole order when none was asked for; the last must tell any two rows apart. */
    public Search thenBy(Term term, boolean ascending) {
        sort(term, ascending);
        return this;
    }

    /**
     * Reads the page.
     *
     * @param mapping of a result with the entity, whose columns are selected, and the text column {@code place}
     */
    public <R, T> Page<T> page(
            EntityManager entities, String mapping, Class<R> type, PageRequest page, Function<R, T> each) {
        if (page.token() != null) {
            conditions.add(behind(page.token()));
        }
        var places = sorts.stream().map(Sort::place).collect(Collectors.joining(", "));
        var sql = "SELECT %s.*, CAST(json_build_array(%s) AS text) AS place FROM %s %s WHERE %s ORDER BY %s LIMIT %d"
                .formatted(
                        entity,
                        places,
                        from,
                        String.join(" ", joins),
                        conditions.isEmpty() ? "true" : String.join(" AND ", conditions),
                        sorts.stream().map(Sort::clause).collect(Collectors.joining(", ")),
                        page.size() + 1L);
        var query = entities.createNativeQuery(sql, mapping);
        for (var i = 0; i < values.size(); i++) {
            query.setParameter(i + 1, values.get(i));
        }
        var rows = new ArrayList<Row>();
        for (var result : query.getResultList()) {
            var columns = (Object[]) result;
            rows.add(new Row(columns[0], (String) columns[1]));
        }
        var items = rows.stream()
                .limit(page.size())
                .map(row -> each.apply(type.cast(row.entity())))
                .toList();
        return rows.size() <= page.size()
                ? Page.last(items)
                : new Page<>(items, token(rows.get(page.size() - 1).place()));
    }

    private Term term(Criterion.Subject subject, String key) {
        var known = terms.get(subject + "." + key);
        if (known != null) {
            return known;
        }
        var term = vocabulary.term(this, subject, key);
        if (term == null) {
            throw Refused.invalid(name(subject, key), "there is nothing of that name to search by");
        }
        terms.put(subject + "." + key, term);
        return term;
    }

    private String comparison(Term term, Criterion criterion) {
        var name = name(criterion.subject(), criterion.key());
        var operator = criterion.operator();
        var allowed = term.kind() == Term.Kind.TEXT ? TEXT_OPERATORS : NUMBER_OPERATORS;
        if (!allowed.contains(operator)) {
            throw Refused.invalid(
                    name,
                    "%s cannot be used with it; there are %s"
                            .formatted(
                                    operator.text(),
                                    allowed.stream().map(Operator::text).collect(Collectors.joining(", "))));
        }
        var expected =
                switch (operator) {
                    case IS_NULL, IS_NOT_NULL -> 0;
                    case IN, NOT_IN -> criterion.values().size();
                    default -> 1;
                };
        if (criterion.values().size() != expected) {
            throw Refused.invalid(
                    name, "%s takes %s".formatted(operator.text(), expected == 0 ? "no value" : "one value"));
        }
        return switch (operator) {
            case IS_NULL, IS_NOT_NULL -> term.sql() + " " + operator.text();
            case IN, NOT_IN -> {
                if (criterion.values().isEmpty()) {
                    yield operator == Operator.IN ? "false" : "true";
                }
                var several = criterion.values().stream()
                        .map(value -> value(term, name, value))
                        .toList();
                yield guarded(term, "%s %s %s".formatted(left(term), operator.text(), bindAll(several)));
            }
            // No escape character: a backslash at the end of a pattern would be an error.
            case LIKE ->
                "%s LIKE %s ESCAPE ''"
                        .formatted(
                                term.sql(),
                                bind(value(term, name, criterion.values().getFirst())));
            // The C collation knows capitals of ASCII only.
            case ILIKE ->
                "(%s) COLLATE \"default\" ILIKE %s ESCAPE ''"
                        .formatted(
                                term.sql(),
                                bind(value(term, name, criterion.values().getFirst())));
            case EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL ->
                guarded(
                        term,
                        "%s %s %s"
                                .formatted(
                                        left(term),
                                        operator.text(),
                                        bind(value(
                                                term, name, criterion.values().getFirst()))));
        };
    }

    private static String left(Term term) {
        return term.kind() == Term.Kind.TIME
                ? "CAST(floor(extract(epoch FROM %s) * 1000) AS double precision)".formatted(term.sql())
                : term.sql();
    }

    /** No comparison matches what is not a number. */
    private static String guarded(Term term, String comparison) {
        return term.notANumber() == null ? comparison : "(%s AND NOT %s)".formatted(comparison, term.notANumber());
    }

    private static Object value(Term term, String name, Object value) {
        if (term.kind() == Term.Kind.TEXT) {
            if (value instanceof String text) {
                return withoutNul(name, text);
            }
            throw Refused.invalid(name, "is compared with text in quotes, not with " + value);
        }
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.valueOf(value.toString());
        } catch (NumberFormatException notANumber) {
            throw Refused.invalid(name, "is compared with numbers, not with '%s'".formatted(value));
        }
    }

    private static String withoutNul(String name, String text) {
        if (text.indexOf('\0') >= 0) {
            throw Refused.invalid(name, "no NUL characters");
        }
        return text;
    }

    private void sort(Term term, boolean ascending) {
        // First what has a value, then what is not a number, then what is missing, whichever the direction.
        if (term.missing() || term.notANumber() != null) {
            var rank = term.notANumber() == null
                    ? "CASE WHEN %s IS NULL THEN 1 ELSE 0 END".formatted(term.sql())
                    : "CASE WHEN %1$s IS NULL THEN 2 WHEN %2$s THEN 1 ELSE 0 END"
                            .formatted(term.sql(), term.notANumber());
            sorts.add(new Sort("CAST(%s AS double precision)".formatted(rank), Term.Kind.NUMBER, true));
        }
        var sql =
                switch (term.kind()) {
                    case TEXT ->
                        (term.missing() ? "coalesce(%s, '')" : "(%s)").formatted(term.sql()) + " COLLATE \"C\"";
                    case NUMBER ->
                        "CAST(%s AS double precision)"
                                .formatted(term.missing() ? "coalesce(%s, 0)".formatted(term.sql()) : term.sql());
                    case TIME ->
                        term.missing() ? "coalesce(%s, timestamptz 'epoch')".formatted(term.sql()) : term.sql();
                };
        sorts.add(new Sort(sql, term.kind(), ascending));
    }

    private String signature() {
        return Integer.toHexString(orderedBy.hashCode());
    }

    private String token(String place) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((signature() + place).getBytes(StandardCharsets.UTF_8));
    }

    /** The rows behind the one that the token names. */
    private String behind(String token) {
        var place = place(token);
        var bound = new ArrayList<String>();
        for (var i = 0; i < sorts.size(); i++) {
            bound.add(bind(value(sorts.get(i).kind(), place.get(i))));
        }
        var alternatives = new ArrayList<String>();
        for (var i = 0; i < sorts.size(); i++) {
            var parts = new ArrayList<String>();
            for (var before = 0; before < i; before++) {
                parts.add("%s = %s".formatted(sorts.get(before).sql(), bound.get(before)));
            }
            parts.add("%s %s %s".formatted(sorts.get(i).sql(), sorts.get(i).ascending() ? ">" : "<", bound.get(i)));
            alternatives.add(String.join(" AND ", parts));
        }
        // The first condition says nothing new, but it is one that an index can start from.
        var first = sorts.getFirst();
        return "%s %s %s AND (%s)"
                .formatted(
                        first.sql(),
                        first.ascending() ? ">=" : "<=",
                        bound.getFirst(),
                        String.join(" OR ", alternatives));
    }

    private JsonNode place(String token) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.startsWith(signature())) {
                var place = Json.parse(text.substring(signature().length()));
                if (place.isArray() && place.size() == sorts.size()) {
                    return place;
                }
            }
        } catch (IllegalArgumentException | JsonProcessingException forged) {
            // The answer below is the same for all that is no token of ours.
        }
        throw forgedToken();
    }

    private static Object value(Term.Kind kind, JsonNode place) {
        return switch (kind) {
            case TEXT -> {
                if (!place.isTextual() || place.textValue().indexOf('\0') >= 0) {
                    throw forgedToken();
                }
                yield place.textValue();
            }
            case NUMBER -> {
                if (!place.isNumber()) {
                    throw forgedToken();
                }
                yield place.doubleValue();
            }
            case TIME -> {
                if (!place.canConvertToLong()
                        || place.longValue()
                                < Instant.parse("-4000-01-01T00:00:00Z").getEpochSecond() * 1_000_000) {
                    throw forgedToken();
                }
                yield Timestamp.from(Instant.EPOCH.plus(place.longValue(), ChronoUnit.MICROS));
            }
        };
    }

    private static Refused forgedToken() {
        return Refused.invalid("page_token", "not one that this server gave for this search");
    }

    private static String name(Criterion.Subject subject, String key) {
        return switch (subject) {
            case ATTRIBUTE -> key;
            case METRIC -> "metrics." + key;
            case PARAMETER -> "params." + key;
            case TAG -> "tags." + key;
            case DATASET -> "datasets." + key;
        };
    }
}
