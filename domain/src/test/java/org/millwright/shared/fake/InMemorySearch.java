package org.millwright.shared.fake;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;

/** Searches a list as a database would. */
public final class InMemorySearch<T> {
    /** Stands for an attribute that the things searched for do not have. */
    public static final Object UNKNOWN = new Object();

    /** Reads what a clause speaks of: text, a number, an instant, a list of texts, null when missing, or {@link #UNKNOWN}. */
    @FunctionalInterface
    public interface Reader<T> {
        Object read(T item, Criterion.Subject subject, String key);
    }

    private final Reader<T> reader;
    private final Comparator<T> usual;

    public InMemorySearch(Reader<T> reader, Comparator<T> usual) {
        this.reader = reader;
        this.usual = usual;
    }

    public Page<T> page(List<T> items, List<Criterion> filter, List<Ordering> order, PageRequest page) {
        var found = new ArrayList<>(items.stream()
                .filter(item -> filter.stream().allMatch(criterion -> holds(item, criterion)))
                .toList());
        var comparator = usual;
        for (var ordering : order.reversed()) {
            comparator = by(ordering).thenComparing(comparator);
        }
        // A single row is not compared with any, but an order that nobody knows is wrong all the same.
        items.stream().limit(1).forEach(item -> order.forEach(one -> known(item, one.subject(), one.key())));
        found.sort(comparator);
        var from = page.token() == null ? 0 : position(page.token());
        var to = Math.min(found.size(), from + page.size());
        var shown = found.subList(Math.min(from, to), to);
        return to < found.size() ? new Page<>(shown, token(to)) : Page.last(shown);
    }

    private boolean holds(T item, Criterion criterion) {
        var value = known(item, criterion.subject(), criterion.key());
        return switch (value) {
            case List<?> several -> several.stream().anyMatch(one -> matches(one, criterion));
            case null, default -> matches(value, criterion);
        };
    }

    private static boolean matches(Object value, Criterion criterion) {
        if (criterion.operator() == Operator.IS_NULL) {
            return value == null;
        }
        if (value == null) {
            return false;
        }
        if (criterion.operator() == Operator.IS_NOT_NULL) {
            return true;
        }
        if (value instanceof String text) {
            return holdsText(text, criterion);
        }
        var left = value instanceof Instant time ? time.toEpochMilli() : ((Number) value).doubleValue();
        if (Double.isNaN(left)) {
            return false;
        }
        if (criterion.operator() == Operator.IN || criterion.operator() == Operator.NOT_IN) {
            var among = criterion.values().stream().anyMatch(one -> number(criterion, one) == left);
            return among == (criterion.operator() == Operator.IN);
        }
        var right = number(criterion, criterion.values().getFirst());
        return switch (criterion.operator()) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case LIKE, ILIKE, IN, NOT_IN, IS_NULL, IS_NOT_NULL ->
                throw Refused.invalid(criterion.key(), criterion.operator().text() + " cannot be used with it");
        };
    }

    private static boolean holdsText(String text, Criterion criterion) {
        return switch (criterion.operator()) {
            case EQUAL -> text.equals(text(criterion));
            case NOT_EQUAL -> !text.equals(text(criterion));
            case LIKE -> pattern(text(criterion), 0).matcher(text).matches();
            case ILIKE ->
                pattern(text(criterion), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                        .matcher(text)
                        .matches();
            case IN -> criterion.values().contains(text);
            case NOT_IN -> !criterion.values().contains(text);
            case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, IS_NULL, IS_NOT_NULL ->
                throw Refused.invalid(criterion.key(), criterion.operator().text() + " cannot be used with it");
        };
    }

    private static String text(Criterion criterion) {
        if (criterion.values().getFirst() instanceof String text) {
            return text;
        }
        throw Refused.invalid(criterion.key(), "is compared with text in quotes");
    }

    private static double number(Criterion criterion, Object value) {
        try {
            return Double.parseDouble(value.toString());
        } catch (NumberFormatException notANumber) {
            throw Refused.invalid(criterion.key(), "is compared with numbers");
        }
    }

    private static Pattern pattern(String like, int flags) {
        var expression = new StringBuilder();
        for (var c : like.toCharArray()) {
            expression.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(expression.toString(), flags | Pattern.DOTALL);
    }

    private Comparator<T> by(Ordering ordering) {
        Comparator<T> ranks = Comparator.comparingInt(item -> rank(known(item, ordering.subject(), ordering.key())));
        Comparator<T> values = (left, right) -> compare(
                known(left, ordering.subject(), ordering.key()), known(right, ordering.subject(), ordering.key()));
        return ranks.thenComparing(ordering.ascending() ? values : values.reversed());
    }

    private static int rank(Object value) {
        return value == null ? 2 : value instanceof Double number && number.isNaN() ? 1 : 0;
    }

    private static int compare(Object left, Object right) {
        return switch (left) {
            case String text when right instanceof String other -> text.compareTo(other);
            case Instant time when right instanceof Instant other -> time.compareTo(other);
            case Number number
            when right instanceof Number other -> Double.compare(number.doubleValue(), other.doubleValue());
            case null, default -> 0;
        };
    }

    private Object known(T item, Criterion.Subject subject, String key) {
        var value = reader.read(item, subject, key);
        if (value == UNKNOWN) {
            throw Refused.invalid(key, "there is nothing of that name to search by");
        }
        return value;
    }

    private static String token(int position) {
        return Base64.getUrlEncoder().encodeToString(("from " + position).getBytes(StandardCharsets.UTF_8));
    }

    private static int position(String token) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (text.matches("from \\d{1,9}")) {
                return Integer.parseInt(text.substring(5));
            }
        } catch (IllegalArgumentException forged) {
            // The answer below is the same for all that is no token of ours.
        }
        throw Refused.invalid("page_token", "not one that this server gave for this search");
    }
}
