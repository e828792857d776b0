package org.millwright.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/**
 * Reads nested JSON lists as the values of one of the model's inputs, and checks each list's length against its shape.
 *
 * <p>A column, [N] or [N,1], may be written flat or with a list around each value.
 */
final class NestedValues {
    private static final long NOT_SEEN = -1;

    private final JsonParser parser;
    private final TensorSpec spec;
    private final Place place;
    private final ValueBuffer values;
    private final long[] seen;

    private NestedValues(JsonParser parser, TensorSpec spec, Place place, Arena arena) {
        this.parser = parser;
        this.spec = spec;
        this.place = place;
        this.values = new ValueBuffer(spec, arena);
        this.seen = new long[spec.shape().size()];
        Arrays.fill(seen, NOT_SEEN);
    }

    /** Reads the value at the parser's current token. */
    static Tensor read(JsonParser parser, TensorSpec spec, Place place, Arena arena) throws IOException {
        var reader = new NestedValues(parser, spec, place, arena);
        return reader.read();
    }

    private Tensor read() throws IOException {
        var token = parser.currentToken();
        if (seen.length == 0) {
            values.add(parser, token, place);
        } else if (token == JsonToken.START_ARRAY) {
            list(0);
        } else {
            throw wrongDepth(token, 0);
        }
        return values.tensor(seen);
    }

    /** Whether rows of this input hold one value each, so that it can be filled from a column of a table. */
    static boolean isColumn(TensorSpec spec) {
        return spec.shape().size() == 1
                || spec.shape().size() == 2 && spec.shape().get(1) == 1L;
    }

    private void list(int dimension) throws IOException {
        var innermost = dimension == seen.length - 1;
        var count = 0L;
        place.enter();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            place.next();
            count++;
            if (innermost) {
                innermost(token);
            } else if (token == JsonToken.START_ARRAY) {
                list(dimension + 1);
            } else if (isColumn(spec)) {
                values.add(parser, token, place);
                seen[1] = 1;
            } else {
                throw wrongDepth(token, dimension + 1);
            }
        }
        place.leave();
        checkLength(dimension, count);
    }

    private void innermost(JsonToken token) throws IOException {
        if (token == JsonToken.START_ARRAY && seen.length == 1) {
            values.add(parser, parser.nextToken(), place);
            if (parser.nextToken() != JsonToken.END_ARRAY) {
                throw Refusal.badInput(
                        place, " has more than one value; the model's '%s' takes one".formatted(spec.name()));
            }
        } else if (token == JsonToken.START_ARRAY) {
            throw Refusal.badInput(place, " is a list, which is one level too deep; the model takes " + spec);
        } else {
            values.add(parser, token, place);
        }
    }

    private void checkLength(int dimension, long count) {
        var fixed = spec.shape().get(dimension);
        var unit = dimension == 0 ? "row" : dimension == seen.length - 1 ? "value" : "list";
        if (fixed >= 0 && fixed != count) {
            throw Refusal.badInput(
                    place, " has %s; the model's '%s' takes %d".formatted(amount(count, unit), spec.name(), fixed));
        }
        if (count == 0) {
            throw Refusal.badInput(place, " has no %ss".formatted(unit));
        }
        if (seen[dimension] != NOT_SEEN && seen[dimension] != count) {
            throw Refusal.badInput(
                    place, " has %s; those before it have %d".formatted(amount(count, unit), seen[dimension]));
        }
        seen[dimension] = count;
    }

    static String amount(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }

    private Refusal wrongDepth(JsonToken token, int dimension) throws IOException {
        var levels = seen.length - dimension;
        var expected = levels == 1 ? "a list of values" : "%d levels of lists".formatted(levels);
        return Refusal.badInput(
                place,
                ": %s stands where %s belongs, because the model takes %s"
                        .formatted(ValueBuffer.words(parser, token), expected, spec));
    }
}
