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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.ResourceKind;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Compiles clauses and orderings to one statement, and reads it page by page.
 *
 * <p>Whatever comes from outside is bound, never written into the SQL. A page starts behind the last row of the one before
 * (keyset), so deep pages cost no more than the first; the token is that row's place in the order.
 *
 * <p>An order by something that rows may lack is read in strata: first the rows that have a value, then those whose value
 * is not a number, then those without. Each stratum has an order that an index can give, and a later one is read only
 * when the earlier ones do not fill the page.
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

    /** Which rows of an order are read together; the names stand for the numbers in the tokens. */
    private enum Stratum {
        VALUES,
        NOT_NUMBERS,
        MISSING
    }

    /** A column of the order. */
    private record Sort(String sql, Term.Kind kind, boolean ascending) {
        /** As it stands in the place of a row: numbers and text are what JSON has; an instant is its microseconds. */
        String place() {
            return kind == Term.Kind.TIME ? "CAST(extract(epoch FROM %s) * 1000000 AS bigint)".formatted(sql) : sql;
        }

        String clause(String column) {
            return column + (ascending ? " ASC" : " DESC");
        }
    }

    /** One page of a statement's rows. @param place of the row in the order, as JSON */
    private record Row(Object entity, String place) {}

    /** Where a page starts. @param values of the order's columns in the last row of the page before */
    private record Start(Stratum stratum, List<JsonNode> values) {}

    /** Each of them is read for itself, in its own order; above this, one plan has to do for all. */
    private static final int MOST_BRANCHES = 32;

    /** Whole numbers below it are whole in a double, too. */
    private static final double MOST_EXACT = 1L << 53;

    private static final Instant EARLIEST = Instant.parse("-4000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("+290000-01-01T00:00:00Z");

    private final String from;
    private final String entity;
    private final Vocabulary vocabulary;
    private final List<String> joins = new ArrayList<>();
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private final List<Sort> sorts = new ArrayList<>();
    /** What the order begins with, if rows may lack it. */
    private @Nullable Ordered leading;

    /** Terms that a clause demands a proper value of. */
    private final Set<Term> certain = new HashSet<>();

    private String branchColumn = "";
    private List<Long> branches = List.of();
    private final Map<String, Term> terms = new HashMap<>();
    private final List<String> orderedBy = new ArrayList<>();

    private record Ordered(Term term, boolean ascending) {}

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

    /** Limits the search to what whoever asks reaches. @param column with the ids of resources of that kind */
    public Search within(ResourceKind kind, WorkspaceName workspace, String column) {
        var within = Within.reach(kind, workspace);
        return within.isEverything() ? this : where(within.condition(column, bind(within.ids())));
    }

    /**
     * Limits the search to rows with one of several numbers in a column that leads the indexes. They are written into the
     * SQL, not bound: then the planner knows how many rows each of them has.
     */
    public Search among(String column, Collection<Long> numbers) {
        branchColumn = column;
        branches = numbers.stream().distinct().sorted().toList();
        if (branches.isEmpty()) {
            where("false");
        }
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
            var first = orderedBy.isEmpty();
            orderedBy.add(ordering.toString());
            if (first && (term.absent() != null || term.notANumber() != null)) {
                leading = new Ordered(term, ordering.ascending());
            } else {
                sort(term, ordering.ascending());
            }
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
        var start = page.token() == null ? null : start(page.token());
        var wanted = page.size() + 1;
        var rows = new ArrayList<Row>();
        var places = new ArrayList<String>();
        for (var stratum : strata()) {
            if (rows.size() == wanted || start != null && stratum.compareTo(start.stratum()) < 0) {
                continue;
            }
            var from = start != null && stratum == start.stratum() ? start.values() : List.<JsonNode>of();
            for (var row : read(entities, mapping, stratum, from, wanted - rows.size())) {
                rows.add(row);
                places.add(token(stratum, row.place()));
            }
        }
        var items = rows.stream()
                .limit(page.size())
                .map(row -> each.apply(type.cast(row.entity())))
                .toList();
        return rows.size() <= page.size() ? Page.last(items) : new Page<>(items, places.get(page.size() - 1));
    }

    private List<Stratum> strata() {
        var order = leading;
        if (order == null || certain.contains(order.term())) {
            return List.of(Stratum.VALUES);
        }
        var strata = new ArrayList<>(List.of(Stratum.VALUES));
        if (order.term().notANumber() != null) {
            strata.add(Stratum.NOT_NUMBERS);
        }
        if (order.term().absent() != null) {
            strata.add(Stratum.MISSING);
        }
        return strata;
    }

    private List<Row> read(EntityManager entities, String mapping, Stratum stratum, List<JsonNode> behind, int limit) {
        var bound = values.size();
        try {
            var query = entities.createNativeQuery(statement(stratum, behind, limit), mapping);
            for (var i = 0; i < values.size(); i++) {
                query.setParameter(i + 1, values.get(i));
            }
            var rows = new ArrayList<Row>();
            for (var result : query.getResultList()) {
                var columns = (Object[]) result;
                rows.add(new Row(columns[0], (String) columns[1]));
            }
            return rows;
        } finally {
            values.subList(bound, values.size()).clear();
        }
    }

    private String statement(Stratum stratum, List<JsonNode> behind, int limit) {
        var columns = columns(stratum);
        var demands = new ArrayList<>(conditions);
        member(stratum).ifPresent(demands::add);
        if (!behind.isEmpty()) {
            demands.add(behind(columns, behind));
        }
        if (branches.size() <= 1) {
            return branches.isEmpty()
                    ? select("", columns, demands, limit)
                    : select(branches.getFirst().toString(), columns, demands, limit);
        }
        var merged = new ArrayList<String>();
        for (var i = 0; i < columns.size(); i++) {
            merged.add(columns.get(i).clause("sort" + i));
        }
        var all = branches.size() <= MOST_BRANCHES
                ? branches.stream()
                        .map(branch -> "(%s)".formatted(select(branch.toString(), columns, demands, limit)))
                        .collect(Collectors.joining(" UNION ALL ", "(", ") page"))
                : "unnest(CAST('{%s}' AS bigint[])) AS branch (number) CROSS JOIN LATERAL (%s) page"
                        .formatted(
                                branches.stream().map(String::valueOf).collect(Collectors.joining(",")),
                                select("branch.number", columns, demands, limit));
        return "SELECT page.* FROM %s ORDER BY %s LIMIT %d".formatted(all, String.join(", ", merged), limit);
    }

    /** @param branch the number that this part is limited to, empty for none */
    private String select(String branch, List<Sort> columns, List<String> demands, int limit) {
        var sortColumns = new StringBuilder();
        if (branches.size() > 1) {
            for (var i = 0; i < columns.size(); i++) {
                sortColumns.append(", %s AS sort%d".formatted(columns.get(i).sql(), i));
            }
        }
        var all = new ArrayList<String>();
        if (!branch.isEmpty()) {
            all.add(branchColumn + " = " + branch);
        }
        all.addAll(demands);
        return "SELECT %s.*, CAST(json_build_array(%s) AS text) AS place%s FROM %s %s WHERE %s ORDER BY %s LIMIT %d"
                .formatted(
                        entity,
                        columns.stream().map(Sort::place).collect(Collectors.joining(", ")),
                        sortColumns,
                        from,
                        String.join(" ", joins),
                        all.isEmpty() ? "true" : String.join(" AND ", all),
                        columns.stream()
                                .map(column -> column.clause(column.sql()))
                                .collect(Collectors.joining(", ")),
                        limit);
    }

    /** The order inside a stratum. */
    private List<Sort> columns(Stratum stratum) {
        if (leading == null || stratum != Stratum.VALUES) {
            return sorts;
        }
        var columns = new ArrayList<Sort>();
        columns.add(new Sort(collated(leading.term()), leading.term().kind(), leading.ascending()));
        columns.addAll(sorts);
        return columns;
    }

    /** What the rows of a stratum have in common. */
    private Optional<String> member(Stratum stratum) {
        if (leading == null) {
            return Optional.empty();
        }
        var absent = leading.term().absent();
        var notANumber = leading.term().notANumber();
        return Optional.ofNullable(
                switch (stratum) {
                    case VALUES ->
                        notANumber != null ? "NOT " + notANumber : absent == null ? null : "NOT (%s)".formatted(absent);
                    case NOT_NUMBERS -> notANumber;
                    case MISSING -> absent;
                });
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
        if (operator != Operator.IS_NULL && (operator != Operator.IS_NOT_NULL || term.notANumber() == null)) {
            certain.add(term);
        }
        return switch (operator) {
            case IS_NULL -> term.absent() == null ? term.sql() + " IS NULL" : term.absent();
            case IS_NOT_NULL ->
                term.absent() == null ? term.sql() + " IS NOT NULL" : "NOT (%s)".formatted(term.absent());
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
            case EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL -> {
                var given = value(term, name, criterion.values().getFirst());
                if (term.kind() == Term.Kind.TIME && given instanceof Double millis && Double.isFinite(millis)) {
                    yield compareTimes(term.sql(), operator, millis);
                }
                var bound = bind(given);
                var comparison = guarded(term, "%s %s %s".formatted(left(term), operator.text(), bound));
                yield operator == Operator.EQUAL && term.lookup() != null
                        ? "(%s AND %s)".formatted(comparison, term.lookup().formatted(bound))
                        : comparison;
            }
        };
    }

    /** Compares whole milliseconds, by a range of instants that an index can give. */
    private String compareTimes(String time, Operator operator, double millis) {
        var whole = millis == Math.rint(millis);
        return switch (operator) {
            case GREATER -> "%s >= %s".formatted(time, bindMillis(Math.floor(millis) + 1));
            case GREATER_OR_EQUAL -> "%s >= %s".formatted(time, bindMillis(Math.ceil(millis)));
            case LESS -> "%s < %s".formatted(time, bindMillis(Math.ceil(millis)));
            case LESS_OR_EQUAL -> "%s < %s".formatted(time, bindMillis(Math.floor(millis) + 1));
            case EQUAL ->
                whole
                        ? "(%1$s >= %2$s AND %1$s < %3$s)".formatted(time, bindMillis(millis), bindMillis(millis + 1))
                        : "false";
            case NOT_EQUAL ->
                whole
                        ? "(%1$s < %2$s OR %1$s >= %3$s)".formatted(time, bindMillis(millis), bindMillis(millis + 1))
                        : time + " IS NOT NULL";
            case LIKE, ILIKE, IN, NOT_IN, IS_NULL, IS_NOT_NULL ->
                throw new IllegalArgumentException(operator + " compares no times");
        };
    }

    /** What lies outside the times that the database knows becomes the nearest that it does. */
    private String bindMillis(double millis) {
        var known = Math.clamp(millis, EARLIEST.toEpochMilli(), LATEST.toEpochMilli());
        return bind(Timestamp.from(Instant.ofEpochMilli((long) known)));
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
        var number = number(name, value);
        return term.kind() == Term.Kind.INTEGER && number == Math.rint(number) && Math.abs(number) < MOST_EXACT
                ? (Object) (long) number
                : (Object) number;
    }

    private static double number(String name, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        try {
            return Double.parseDouble(value.toString());
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
        var absent = term.absent();
        var notANumber = term.notANumber();
        if (absent == null && notANumber == null) {
            sorts.add(new Sort(collated(term), term.kind(), ascending));
            return;
        }
        // First what has a value, then what is not a number, then what is missing, whichever the direction.
        var rank = "CASE WHEN %s THEN 2 WHEN %s THEN 1 ELSE 0 END"
                .formatted(absent == null ? "false" : absent, notANumber == null ? "false" : notANumber);
        sorts.add(new Sort("(%s)".formatted(rank), Term.Kind.INTEGER, true));
        var sql =
                switch (term.kind()) {
                    case TEXT -> "coalesce(%s, '') COLLATE \"C\"".formatted(term.sql());
                    case NUMBER, INTEGER -> "coalesce(%s, 0)".formatted(term.sql());
                    case TIME -> "coalesce(%s, timestamptz 'epoch')".formatted(term.sql());
                };
        sorts.add(new Sort(sql, term.kind(), ascending));
    }

    private static String collated(Term term) {
        return term.kind() == Term.Kind.TEXT ? "(%s) COLLATE \"C\"".formatted(term.sql()) : term.sql();
    }

    private String signature() {
        return Integer.toHexString(orderedBy.hashCode());
    }

    /** @param place the JSON array that the statement made */
    private String token(Stratum stratum, String place) {
        var text = "%s%d%s".formatted(signature(), stratum.ordinal(), place);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The rows behind the one with these values. */
    private String behind(List<Sort> columns, List<JsonNode> place) {
        var bound = new ArrayList<String>();
        for (var i = 0; i < columns.size(); i++) {
            bound.add(bind(value(columns.get(i).kind(), place.get(i))));
        }
        var alternatives = new ArrayList<String>();
        for (var i = 0; i < columns.size(); i++) {
            var parts = new ArrayList<String>();
            for (var before = 0; before < i; before++) {
                parts.add("%s = %s".formatted(columns.get(before).sql(), bound.get(before)));
            }
            parts.add("%s %s %s".formatted(columns.get(i).sql(), columns.get(i).ascending() ? ">" : "<", bound.get(i)));
            alternatives.add(String.join(" AND ", parts));
        }
        // The first condition says nothing new, but it is one that an index can start from.
        var first = columns.getFirst();
        return "%s %s %s AND (%s)"
                .formatted(
                        first.sql(),
                        first.ascending() ? ">=" : "<=",
                        bound.getFirst(),
                        String.join(" OR ", alternatives));
    }

    private Start start(String token) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            var signature = signature();
            if (text.startsWith(signature) && text.length() > signature.length()) {
                var number = text.charAt(signature.length()) - '0';
                var stratum = strata().stream()
                        .filter(known -> known.ordinal() == number)
                        .findFirst();
                var place = Json.parse(text.substring(signature.length() + 1));
                if (stratum.isPresent()
                        && place.isArray()
                        && place.size() == columns(stratum.get()).size()) {
                    return new Start(
                            stratum.get(), List.copyOf(place.valueStream().toList()));
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
            case INTEGER -> {
                if (!place.isIntegralNumber() || !place.canConvertToLong()) {
                    throw forgedToken();
                }
                yield place.longValue();
            }
            case TIME -> {
                if (!place.canConvertToLong() || place.longValue() < EARLIEST.getEpochSecond() * 1_000_000) {
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
