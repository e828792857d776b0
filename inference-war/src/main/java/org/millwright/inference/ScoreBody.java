package org.millwright.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/**
 * The body of Azure ML's {@code /score} for models without a scoring script.
 *
 * <pre>
 * {"input_data": {"columns": ["a", "b"], "index": [0], "data": [[1, 2]]}}   a pandas table, orient "split"
 * {"input_data": [[1, 2]]}                                                  rows
 * {"input_data": [{"a": 1, "b": 2}]}                                        a pandas table, orient "records"
 * {"input_data": {"a": [1], "b": [2]}}                                      the model's inputs by name
 * {"data": [[1, 2]]}                                                        as scoring scripts of the v1 SDK take it
 * </pre>
 *
 * A model with one input per column gets its columns by name, in any order, and further columns are passed over. A model
 * with a single table gets the columns in the order they come. {@code inputs} is taken for {@code input_data}; other
 * fields, like {@code params}, have no meaning for an ONNX model and are passed over.
 */
final class ScoreBody {
    private static final Set<String> ENVELOPES = Set.of("input_data", "data", "inputs");
    private static final int DROPPED = -1;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
            // Not one per thread: the container's threads outlive this application.
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();

    private final List<TensorSpec> inputs;
    private final Arena arena;
    private JsonParser parser;

    private ScoreBody(JsonParser parser, List<TensorSpec> inputs, Arena arena) {
        this.parser = parser;
        this.inputs = inputs;
        this.arena = arena;
    }

    /**
     * Reads the values for each of the model's inputs, in the order of the inputs.
     *
     * @param arena owns the tensors' memory
     * @throws Refusal with status 400, naming the place, if this is not what the model takes
     * @throws IOException if the client's connection fails
     */
    static List<Tensor> read(InputStream body, List<TensorSpec> inputs, Arena arena) throws IOException {
        try (var parser = JSON.createParser(body)) {
            return new ScoreBody(parser, inputs, arena).read();
        } catch (JsonProcessingException broken) {
            throw notJson(broken);
        } catch (CharConversionException encoding) {
            throw Refusal.badInput("The body is not JSON in UTF-8");
        }
    }

    private static Refusal notJson(JsonProcessingException broken) {
        var location = broken.getLocation();
        var words =
                String.valueOf(broken.getOriginalMessage()).lines().findFirst().orElse("");
        return Refusal.badInput(
                broken instanceof JsonParseException && location != null
                        ? "The body is not JSON: %s (line %d, column %d)"
                                .formatted(words, location.getLineNr(), location.getColumnNr())
                        : "The body is not JSON: " + words);
    }

    private List<Tensor> read() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw Refusal.badInput("The body must be a JSON object with a field 'input_data'");
        }
        List<Tensor> tensors = List.of();
        var others = new ArrayList<String>(0);
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            if (!ENVELOPES.contains(name)) {
                others.add(name);
                parser.skipChildren();
            } else if (tensors.isEmpty()) {
                tensors = value(new Place(name));
            } else {
                throw Refusal.badInput("The body has values in several fields; send them in 'input_data' alone");
            }
        }
        if (parser.nextToken() != null) {
            throw Refusal.badInput("The body goes on after its JSON object");
        }
        if (tensors.isEmpty()) {
            throw Refusal.badInput("The body has no field 'input_data'"
                    + (others.isEmpty() ? "" : " (it has: %s)".formatted(String.join(", ", others))));
        }
        return tensors;
    }

    private List<Tensor> value(Place place) throws IOException {
        return switch (parser.currentToken()) {
            case START_ARRAY -> list(place);
            case START_OBJECT -> object(place);
            default ->
                throw Refusal.badInput(
                        place, " must be a list or an object, not " + ValueBuffer.words(parser, parser.currentToken()));
        };
    }

    private List<Tensor> one(Place place) throws IOException {
        return List.of(NestedValues.read(parser, inputs.getFirst(), place, arena));
    }

    private List<Tensor> list(Place place) throws IOException {
        // Whether it is a list of objects shows only after its bracket, and a stream cannot go back.
        if (inputs.size() == 1 && !NestedValues.isColumn(inputs.getFirst())) {
            return one(place);
        }
        requireColumns(place);
        var order = new int[inputs.size()];
        Arrays.setAll(order, column -> column);
        return table(place, order);
    }

    private void requireColumns(Place place) {
        for (var input : inputs) {
            if (!NestedValues.isColumn(input)) {
                throw Refusal.badInput(
                        place,
                        " cannot be a table, because the model takes %s; send each input by its name"
                                .formatted(inputs.stream()
                                        .map(TensorSpec::toString)
                                        .collect(Collectors.joining(" and "))));
            }
        }
    }

    private List<Tensor> object(Place place) throws IOException {
        @Nullable List<String> columns = null;
        @Nullable TokenBuffer early = null;
        List<Tensor> table = List.of();
        var named = new Tensor[inputs.size()];
        var found = new TreeSet<String>();
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            var index = input(name);
            if (name.equals("columns") && index < 0) {
                columns = columns(place.field(name));
            } else if (name.equals("data") && (index < 0 || columns != null)) {
                if (columns == null && !isSingleTable()) {
                    early = new TokenBuffer(parser);
                    early.copyCurrentStructure(parser);
                } else {
                    table = data(place.field(name), columns);
                }
            } else if (index < 0) {
                found.add(name);
                parser.skipChildren();
            } else if (named[index] == null) {
                named[index] = NestedValues.read(parser, inputs.get(index), place.field(name), arena);
            } else {
                throw Refusal.badInput(place, " has '%s' twice".formatted(name));
            }
        }
        if (early != null) {
            table = later(early, place.field("data"), columns);
        }
        if (!table.isEmpty()) {
            checkWidth(place, columns, table);
            return table;
        }
        return complete(place, named, found);
    }

    /** The rows came before the names of their columns, so they were put aside. */
    private List<Tensor> later(TokenBuffer rows, Place place, @Nullable List<String> columns) throws IOException {
        var stream = parser;
        try (var aside = rows.asParser(stream)) {
            aside.nextToken();
            parser = aside;
            return data(place, columns);
        } finally {
            parser = stream;
            rows.close();
        }
    }

    private boolean isSingleTable() {
        return inputs.size() == 1 && !NestedValues.isColumn(inputs.getFirst());
    }

    private List<Tensor> data(Place place, @Nullable List<String> columns) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw Refusal.badInput(
                    place, " must be a list of rows, not " + ValueBuffer.words(parser, parser.currentToken()));
        }
        return columns == null || isSingleTable() ? list(place) : table(place, order(columns, place));
    }

    /** Which input each column fills. */
    private int[] order(List<String> columns, Place place) {
        requireColumns(place);
        if (inputs.size() == 1 && columns.size() == 1) {
            return new int[] {0};
        }
        var missing = inputs.stream()
                .map(TensorSpec::name)
                .filter(name -> !columns.contains(name))
                .toList();
        if (!missing.isEmpty()) {
            throw Refusal.badInput("input_data.columns lacks %s, which the model takes".formatted(quoted(missing)));
        }
        return columns.stream().mapToInt(this::input).toArray();
    }

    private List<String> columns(Place place) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw Refusal.badInput(place, " must be a list of names");
        }
        var names = new ArrayList<String>();
        var known = new HashSet<String>();
        place.enter();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            place.next();
            if (!token.isScalarValue()) {
                throw Refusal.badInput(place, ": %s is not a name".formatted(ValueBuffer.words(parser, token)));
            }
            // pandas numbers the columns of a table that has no names.
            var name = parser.getText();
            if (!known.add(name)) {
                throw Refusal.badInput(place, ": the column '%s' was named before".formatted(name));
            }
            names.add(name);
        }
        place.leave();
        return names;
    }

    /** Rows for a model with one input per column, each row a list or an object. */
    private List<Tensor> table(Place place, int[] order) throws IOException {
        var values = new ValueBuffer[inputs.size()];
        Arrays.setAll(values, index -> new ValueBuffer(inputs.get(index), arena));
        var rows = 0;
        place.enter();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            place.next();
            rows++;
            if (token == JsonToken.START_ARRAY) {
                row(place, order, values);
            } else if (token == JsonToken.START_OBJECT) {
                record(place, values, rows);
            } else if (inputs.size() == 1) {
                values[0].add(parser, token, place);
            } else {
                throw Refusal.badInput(
                        place, ": %s stands where a row belongs".formatted(ValueBuffer.words(parser, token)));
            }
        }
        place.leave();
        if (rows == 0) {
            throw Refusal.badInput(place, " has no rows");
        }
        var tensors = new ArrayList<Tensor>(inputs.size());
        for (var index = 0; index < values.length; index++) {
            tensors.add(column(place, inputs.get(index), values[index]));
        }
        return tensors;
    }

    private static Tensor column(Place place, TensorSpec input, ValueBuffer values) {
        var fixed = input.shape().getFirst();
        if (fixed >= 0 && fixed != values.count()) {
            throw Refusal.badInput(
                    place,
                    " has %s; the model's '%s' takes %d"
                            .formatted(NestedValues.amount(values.count(), "row"), input.name(), fixed));
        }
        return input.shape().size() == 1 ? values.tensor(values.count()) : values.tensor(values.count(), 1);
    }

    private void row(Place place, int[] order, ValueBuffer[] values) throws IOException {
        var count = 0;
        place.enter();
        for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            place.next();
            if (count < order.length && order[count] != DROPPED) {
                values[order[count]].add(parser, token, place);
            } else {
                parser.skipChildren();
            }
            count++;
        }
        place.leave();
        if (count != order.length) {
            throw Refusal.badInput(
                    place,
                    " has %s; there are %s"
                            .formatted(
                                    NestedValues.amount(count, "value"), NestedValues.amount(order.length, "column")));
        }
    }

    private void record(Place place, ValueBuffer[] values, int rows) throws IOException {
        for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            var token = parser.nextToken();
            var index = input(name);
            if (index < 0) {
                parser.skipChildren();
            } else if (values[index].count() == rows) {
                throw Refusal.badInput(place, " has '%s' twice".formatted(name));
            } else {
                values[index].add(parser, token, place.field(name));
            }
        }
        for (var index = 0; index < values.length; index++) {
            if (values[index].count() < rows) {
                throw Refusal.badInput(
                        place,
                        " lacks '%s', which the model takes"
                                .formatted(inputs.get(index).name()));
            }
        }
    }

    private void checkWidth(Place place, @Nullable List<String> columns, List<Tensor> table) {
        if (columns != null && isSingleTable() && table.getFirst().rank() == 2) {
            var width = table.getFirst().size(1);
            if (columns.size() != width) {
                throw Refusal.badInput(
                        place,
                        ".columns has %s, but the rows have %d values"
                                .formatted(NestedValues.amount(columns.size(), "name"), width));
            }
        }
    }

    private List<Tensor> complete(Place place, @Nullable Tensor[] named, Set<String> found) {
        var tensors = new ArrayList<Tensor>(named.length);
        var missing = new ArrayList<String>(0);
        for (var index = 0; index < named.length; index++) {
            var tensor = named[index];
            if (tensor == null) {
                missing.add(inputs.get(index).name());
            } else {
                tensors.add(tensor);
            }
        }
        if (!missing.isEmpty()) {
            throw Refusal.badInput(
                    place,
                    " lacks %s; the model takes %s%s"
                            .formatted(
                                    quoted(missing),
                                    inputs.stream().map(TensorSpec::toString).collect(Collectors.joining(", ")),
                                    found.isEmpty() ? "" : ", and there is no use for " + quoted(found)));
        }
        checkSameRows(place, tensors);
        return tensors;
    }

    private void checkSameRows(Place place, List<Tensor> tensors) {
        for (var index = 1; index < tensors.size(); index++) {
            var first = inputs.getFirst();
            var other = inputs.get(index);
            if (NestedValues.isColumn(first)
                    && NestedValues.isColumn(other)
                    && tensors.get(index).size(0) != tensors.getFirst().size(0)) {
                throw Refusal.badInput(
                        place.field(other.name()),
                        " has %s, but '%s' has %d"
                                .formatted(
                                        NestedValues.amount(tensors.get(index).size(0), "row"),
                                        first.name(),
                                        tensors.getFirst().size(0)));
            }
        }
    }

    private int input(String name) {
        for (var index = 0; index < inputs.size(); index++) {
            if (inputs.get(index).name().equals(name)) {
                return index;
            }
        }
        return DROPPED;
    }

    private static String quoted(Iterable<String> names) {
        var text = new ArrayList<String>();
        names.forEach(name -> text.add("'" + name + "'"));
        return String.join(", ", text);
    }
}
