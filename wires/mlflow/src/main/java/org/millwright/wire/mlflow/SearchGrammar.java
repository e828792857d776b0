package org.millwright.wire.mlflow;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;

/**
 * Reads MLflow's filter strings and order clauses.
 *
 * <pre>
 * filter := [ clause { AND clause } ]
 * clause := key comparison ( number | text | '(' text { ',' text } ')' )  |  key IS [NOT] NULL
 * key    := [ entity '.' ] name              a name may stand in backticks or double quotes, and may have dots
 * order  := key [ ASC | DESC ]
 * text   := in single or double quotes; the quote itself is written twice
 * </pre>
 *
 * What cannot be read is refused with the position in the text, counted from 1.
 */
final class SearchGrammar {
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

    private final SearchDialect dialect;
    private final String text;
    private int at;

    private SearchGrammar(SearchDialect dialect, String text) {
        this.dialect = dialect;
        this.text = text;
    }

    /** @param filter null or blank for everything */
    static List<Criterion> filter(SearchDialect dialect, @Nullable String filter) {
        if (filter == null || filter.isBlank()) {
            return List.of();
        }
        return new SearchGrammar(dialect, filter).clauses();
    }

    /** @throws RequestRefused also when a field is named twice */
    static List<Ordering> order(SearchDialect dialect, @Nullable List<String> clauses) {
        var orderings = new ArrayList<Ordering>();
        var seen = new HashSet<Key>();
        for (var clause : Required.orEmpty(clauses)) {
            var ordering = new SearchGrammar(dialect, clause).ordering();
            if (!seen.add(new Key(ordering.subject(), ordering.key()))) {
                throw new RequestRefused(
                        MlflowError.invalid("`order_by` contains duplicate fields: %s".formatted(clauses)));
            }
            orderings.add(ordering);
        }
        return orderings;
    }

    private record Key(Subject subject, String name) {}

    private List<Criterion> clauses() {
        var criteria = new ArrayList<Criterion>();
        do {
            criteria.add(clause());
            skipSpace();
        } while (takeWord("AND"));
        if (at < text.length()) {
            throw refused("Invalid clause(s) in filter string: '%s'".formatted(rest()), "expected AND or the end");
        }
        return criteria;
    }

    private Criterion clause() {
        skipSpace();
        var place = at;
        var key = key();
        var name = placed(place, () -> dialect.filterKey(key.subject(), key.name()));
        skipSpace();
        var start = at;
        var operator = operator();
        var allowed = dialect.operators(key.subject(), name);
        if (!allowed.contains(operator)) {
            at = start;
            throw refused(
                    "Invalid comparator '%s' for '%s', not one of %s"
                            .formatted(
                                    operator.text(),
                                    key.name(),
                                    allowed.stream().map(Operator::text).toList()),
                    null);
        }
        return new Criterion(key.subject(), name, operator, values(key, operator, allowed));
    }

    private List<Object> values(Key key, Operator operator, java.util.Set<Operator> allowed) {
        skipSpace();
        return switch (operator) {
            case IS_NULL, IS_NOT_NULL -> List.of();
            case IN, NOT_IN -> list(key);
            case EQUAL, NOT_EQUAL, GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, LIKE, ILIKE ->
                // Only numbers have an order in this grammar.
                List.of(allowed.contains(Operator.GREATER) ? (Object) number(key) : text(key));
        };
    }

    private Ordering ordering() {
        skipSpace();
        var place = at;
        var key = key();
        var name = placed(place, () -> dialect.orderKey(key.subject(), key.name()));
        skipSpace();
        var ascending = true;
        if (takeWord("DESC")) {
            ascending = false;
        } else {
            takeWord("ASC");
        }
        skipSpace();
        if (at < text.length()) {
            throw refused("Invalid order_by clause '%s'".formatted(text), "expected ASC, DESC or the end");
        }
        return new Ordering(key.subject(), name, ascending);
    }

    private Key key() {
        skipSpace();
        var start = at;
        var first = name();
        if (at >= text.length() || text.charAt(at) != '.') {
            return new Key(Subject.ATTRIBUTE, first);
        }
        var subject = placed(start, () -> dialect.subject(first));
        var name = new StringBuilder();
        while (at < text.length() && text.charAt(at) == '.') {
            at++;
            name.append(name.isEmpty() ? "" : ".").append(name());
        }
        return new Key(subject, name.toString());
    }

    /** A word, or anything in backticks or double quotes. */
    private String name() {
        if (at < text.length() && (text.charAt(at) == '`' || text.charAt(at) == '"')) {
            return quoted();
        }
        var start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw refused("Invalid clause(s) in filter string: '%s'".formatted(rest()), "expected a key");
        }
        return text.substring(start, at);
    }

    private Operator operator() {
        for (var symbol : List.of(
                Operator.NOT_EQUAL,
                Operator.GREATER_OR_EQUAL,
                Operator.LESS_OR_EQUAL,
                Operator.EQUAL,
                Operator.GREATER,
                Operator.LESS)) {
            if (text.startsWith(symbol.text(), at)) {
                at += symbol.text().length();
                return symbol;
            }
        }
        if (takeWord("LIKE")) {
            return Operator.LIKE;
        }
        if (takeWord("ILIKE")) {
            return Operator.ILIKE;
        }
        if (takeWord("IN")) {
            return Operator.IN;
        }
        if (takeWord("NOT")) {
            requireWord("IN");
            return Operator.NOT_IN;
        }
        if (takeWord("IS")) {
            var not = takeWord("NOT");
            requireWord("NULL");
            return not ? Operator.IS_NOT_NULL : Operator.IS_NULL;
        }
        throw refused("Invalid clause(s) in filter string: '%s'".formatted(rest()), "expected a comparison");
    }

    private List<Object> list(Key key) {
        if (at >= text.length() || text.charAt(at) != '(') {
            throw refused("Expected a list of quoted string values for '%s'".formatted(key.name()), "expected '('");
        }
        var values = new ArrayList<Object>();
        do {
            at++;
            skipSpace();
            values.add(text(key));
            skipSpace();
        } while (at < text.length() && text.charAt(at) == ',');
        if (at >= text.length() || text.charAt(at) != ')') {
            throw refused("Expected a list of quoted string values for '%s'".formatted(key.name()), "expected ')'");
        }
        at++;
        return values;
    }

    private String text(Key key) {
        if (at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"')) {
            return quoted();
        }
        throw refused(
                "Expected a quoted string value for '%s' (e.g. 'my-value'). Got value %s".formatted(key.name(), rest()),
                null);
    }

    private Double number(Key key) {
        var start = at;
        if (dialect.quotesNumbers() && at < text.length() && text.charAt(at) == '\'') {
            var quoted = quoted();
            if (NUMBER.matcher(quoted).matches()) {
                return Double.valueOf(quoted);
            }
            at = start;
        }
        while (at < text.length() && (isWordPart(text.charAt(at)) || "+-.".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        var found = text.substring(start, at);
        if (!NUMBER.matcher(found).matches()) {
            at = start;
            throw refused("Expected numeric value type for '%s'. Found %s".formatted(key.name(), rest()), null);
        }
        return Double.valueOf(found);
    }

    private String quoted() {
        var quote = text.charAt(at);
        var content = new StringBuilder();
        for (var next = at + 1; next < text.length(); next++) {
            var character = text.charAt(next);
            if (character != quote) {
                content.append(character);
            } else if (next + 1 < text.length() && text.charAt(next + 1) == quote) {
                content.append(quote);
                next++;
            } else {
                at = next + 1;
                return content.toString();
            }
        }
        throw refused("Invalid clause(s) in filter string: %s".formatted(rest()), "the quote is not closed");
    }

    private boolean takeWord(String word) {
        skipSpace();
        var end = at + word.length();
        if (end > text.length()
                || !text.substring(at, end).toUpperCase(Locale.ROOT).equals(word)
                || (end < text.length() && isWordPart(text.charAt(end)))) {
            return false;
        }
        at = end;
        return true;
    }

    private void requireWord(String word) {
        if (!takeWord(word)) {
            throw refused("Invalid clause(s) in filter string: '%s'".formatted(rest()), "expected " + word);
        }
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private static boolean isWordPart(char character) {
        return Character.isLetterOrDigit(character) || character == '_';
    }

    /** What stands at the position: a word, or what there is up to the next space. */
    private String rest() {
        var end = at;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return text.substring(at, end);
    }

    /** What the dialect refuses is refused with the place where it stands. */
    private <T> T placed(int place, Supplier<T> looking) {
        try {
            return looking.get();
        } catch (RequestRefused unknown) {
            at = place;
            throw refused(unknown.error().message(), null);
        }
    }

    private RequestRefused refused(String message, @Nullable String expected) {
        var detail = expected == null ? "" : "; " + expected;
        return new RequestRefused(MlflowError.invalid("%s (at position %d%s)".formatted(message, at + 1, detail)));
    }
}
