package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.inference.Specs.PEOPLE;
import static org.millwright.inference.Specs.TABLE_OF_3;
import static org.millwright.inference.Specs.spec;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.engine.Datatype;
import org.millwright.engine.TensorSpec;

class ScoreBodyTest {
    private static String read(List<TensorSpec> inputs, String body) {
        try (var arena = Arena.ofConfined()) {
            return ScoreBody.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), inputs, arena)
                    .stream()
                    .map(Specs::words)
                    .collect(Collectors.joining(" | "));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void assertRefused(List<TensorSpec> inputs, String body, String words) {
        assertThatThrownBy(() -> read(inputs, body))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(400))
                .hasMessageContaining(words);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"input_data": [[1, 2.5, -3e2]]}                                               | [1,3] 1.0 2.5 -300.0
            {"input_data": [[1,2,3],[4,5,6]]}                                              | [2,3] 1.0 2.0 3.0 4.0 5.0 6.0
            {"data": [[1,2,3]]}                                                            | [1,3] 1.0 2.0 3.0
            {"inputs": [[1,2,3]]}                                                          | [1,3] 1.0 2.0 3.0
            {"params": {"a": [1]}, "input_data": [[1,2,3]], "more": null}                  | [1,3] 1.0 2.0 3.0
            {"input_data": {"columns": ["a","b","c"], "index": [0], "data": [[1,2,3]]}}    | [1,3] 1.0 2.0 3.0
            {"input_data": {"data": [[1,2,3]], "index": [0], "columns": ["a","b","c"]}}    | [1,3] 1.0 2.0 3.0
            {"input_data": {"columns": [0, 1, 2], "data": [[1,2,3]]}}                      | [1,3] 1.0 2.0 3.0
            {"input_data": {"data": [[1,2,3]]}}                                            | [1,3] 1.0 2.0 3.0
            {"input_data": {"x": [[1,2,3]]}}                                               | [1,3] 1.0 2.0 3.0
            {"input_data": [[null, true, false]]}                                          | [1,3] NaN 1.0 0.0
            {"input_data": [[NaN, Infinity, -Infinity]]}                                   | [1,3] NaN Infinity -Infinity
            {"input_data": [[0.1, 16777217, 1e-46]]}                                       | [1,3] 0.1 1.6777216E7 0.0
            """)
    void a_model_of_one_table_takes_rows_in_every_envelope(String body, String values) {
        assertThat(read(TABLE_OF_3, body)).isEqualTo(values);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"input_data": [[1,2,3],[1,2]]}                                | input_data[1] has 2 values; the model's 'x' takes 3
            {"input_data": {"columns":["a","b","c"],"data":[[1,2,3],[1,2,3,4]]}} | input_data.data[1] has 4 values; the model's 'x' takes 3
            {"input_data": {"columns":["a","b"],"data":[[1,2,3]]}}         | input_data.columns has 2 names, but the rows have 3 values
            {"input_data": {"columns":["a","b","a"],"data":[[1,2,3]]}}     | input_data.columns[2]: the column 'a' was named before
            {"input_data": {"columns":"abc","data":[[1,2,3]]}}             | input_data.columns must be a list of names
            {"input_data": [[1,2,"abc"]]}                                  | input_data[0][2]: 'abc' is not a number
            {"input_data": {"data":[[1,2,3],[4,{},6]]}}                    | input_data.data[1][1]: an object is not a number
            {"input_data": [[1,2,[3]]]}                                    | input_data[0][2] is a list, which is one level too deep
            {"input_data": [[1,2,1e39]]}                                   | input_data[0][2]: 1e39 is too large for FP32
            {"input_data": [1,2,3]}                                        | input_data[0]: 1 stands where a list of values belongs, because the model takes x FP32[-1,3]
            {"input_data": [{"a":1}]}                                      | input_data[0]: an object stands where a list of values belongs
            {"input_data": []}                                             | input_data has no rows
            {"input_data": {"data": []}}                                   | input_data.data has no rows
            {"input_data": {"data": 7}}                                    | input_data.data must be a list of rows, not 7
            {"input_data": {"y": [[1,2,3]]}}                               | input_data lacks 'x'; the model takes x FP32[-1,3], and there is no use for 'y'
            {"input_data": {}}                                             | input_data lacks 'x'; the model takes x FP32[-1,3]
            {"input_data": 5}                                              | input_data must be a list or an object, not 5
            {"input_data": null}                                           | input_data must be a list or an object, not null
            {"rows": [[1,2,3]], "n": 1}                                    | The body has no field 'input_data' (it has: rows, n)
            {}                                                             | The body has no field 'input_data'
            {"input_data": [[1,2,3]], "data": [[1,2,3]]}                   | The body has values in several fields
            [[1,2,3]]                                                      | The body must be a JSON object with a field 'input_data'
            {"input_data": [[1,2,3]]                                       | The body is not JSON
            {"input_data": [[1,2,                                          | The body is not JSON
            {"input_data": [[1,2,3]]} x                                    | The body is not JSON
            {"input_data": [[1,2,3]]} {}                                   | The body goes on after its JSON object
            {'input_data': [[1,2,3]]}                                      | The body is not JSON: Unexpected character (''' (code 39)
            {"input_data": [[1,,3]]}                                       | (line 1, column 20)
            """)
    void what_a_model_of_one_table_cannot_take_is_refused_with_its_place(String body, String words) {
        assertRefused(TABLE_OF_3, body, words);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"input_data": {"columns":["age","city","member"],"data":[[30,"Bonn",true],[40,"Ulm",false]]}} | [2,1] 30 40 / [2,1] Bonn Ulm / [2] true false
            {"input_data": {"columns":["member","x","city","age"],"data":[[1,{"y":[]},"Bonn",30.0]]}}      | [1,1] 30 / [1,1] Bonn / [1] true
            {"input_data": {"data":[[1,"Bonn",30]],"columns":["member","city","age"]}}                     | [1,1] 30 / [1,1] Bonn / [1] true
            {"input_data": [[30,"Bonn",true]]}                                                             | [1,1] 30 / [1,1] Bonn / [1] true
            {"input_data": [{"city":"Bonn","age":30,"more":[1],"member":false}]}                           | [1,1] 30 / [1,1] Bonn / [1] false
            {"input_data": {"age":[30,40],"city":["Bonn","Ulm"],"member":[0,1]}}                           | [2,1] 30 40 / [2,1] Bonn Ulm / [2] false true
            {"input_data": {"age":[[30]],"city":[["Bonn"]],"member":[[true]]}}                             | [1,1] 30 / [1,1] Bonn / [1] true
            """)
    void a_model_with_named_columns_takes_them_by_name(String body, String values) {
        assertThat(read(PEOPLE, body).replace(" | ", " / ")).isEqualTo(values);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"input_data": {"columns":["age","member"],"data":[[30,true]]}}          | input_data.columns lacks 'city', which the model takes
            {"input_data": {"columns":["age","city","member"],"data":[[30,"Bonn"]]}} | input_data.data[0] has 2 values; there are 3 columns
            {"input_data": [[30,"Bonn",true,4]]}                                     | input_data[0] has 4 values; there are 3 columns
            {"input_data": [[30,7,true]]}                                            | input_data[0][1]: 7 is not a text
            {"input_data": [["x","Bonn",true]]}                                      | input_data[0][0]: 'x' is not a whole number
            {"input_data": [[1.5,"Bonn",true]]}                                      | input_data[0][0]: 1.5 is not a whole number
            {"input_data": [[null,"Bonn",true]]}                                     | input_data[0][0]: null is not a whole number
            {"input_data": [[9223372036854775808,"Bonn",true]]}                      | input_data[0][0]: 9223372036854775808 is outside of INT64
            {"input_data": [[1,"Bonn","yes"]]}                                       | input_data[0][2]: 'yes' is not true or false
            {"input_data": [[1,"Bonn",2]]}                                           | input_data[0][2]: 2 is outside of BOOL
            {"input_data": [1]}                                                      | input_data[0]: 1 stands where a row belongs
            {"input_data": [{"age":1,"city":"Bonn"}]}                                | input_data[0] lacks 'member', which the model takes
            {"input_data": [{"age":1,"age":2}]}                                      | input_data[0] has 'age' twice
            {"input_data": [{"age":"x"}]}                                            | input_data[0].age: 'x' is not a whole number
            {"input_data": {"age":[1],"city":["Bonn"]}}                              | input_data lacks 'member'
            {"input_data": {"age":[1],"city":["Bonn","Ulm"],"member":[true]}}        | input_data.city has 2 rows, but 'age' has 1
            {"input_data": {"age":[1],"age":[1]}}                                    | input_data has 'age' twice
            {"input_data": {"age":5}}                                                | input_data.age: 5 stands where
            {"input_data": {"age":[[1,2]]}}                                          | input_data.age[0] has 2 values; the model's 'age' takes 1
            {"input_data": {"member":[[true,true]]}}                                 | input_data.member[0] has more than one value
            {"input_data": []}                                                       | input_data has no rows
            """)
    void what_a_model_with_named_columns_cannot_take_is_refused_with_its_place(String body, String words) {
        assertRefused(PEOPLE, body, words);
    }

    @ParameterizedTest(name = "{0} as {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            UINT8 | 255   | 255
            UINT8 | 256   | no
            UINT8 | -1    | no
            INT8  | -128  | -128
            INT8  | 128   | no
            INT16 | 32768 | no
            INT32 | -2147483648 | -2147483648
            INT32 | 2147483648  | no
            INT32 | 7.0   | 7
            INT32 | 7.25  | no
            INT64 | 9007199254740993 | 9007199254740993
            FP16  | 0.5   | 0.5
            FP16  | 70000 | no
            FP64  | 0.1   | 0.1
            FP64  | 1e999 | no
            FP64  | 123456789.123456789 | 1.2345678912345679E8
            """)
    void each_type_takes_what_it_can_hold(Datatype datatype, String written, String value) {
        var inputs = List.of(spec("x", datatype, -1));
        var body = "{\"input_data\": [%s]}".formatted(written);
        if (value.equals("no")) {
            assertRefused(inputs, body, "input_data[0]: " + written);
        } else {
            assertThat(read(inputs, body)).isEqualTo("[1] " + value);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [[[1,2],[3,4]]]                 | [1,2,2] 1.0 2.0 3.0 4.0
            [[[1,2],[3,4]],[[5,6],[7,8]]]   | [2,2,2] 1.0 2.0 3.0 4.0 5.0 6.0 7.0 8.0
            [[[1],[3]]]                     | [1,2,1] 1.0 3.0
            [[[1,2],[3]]]                   | input_data[0][1] has 1 value; those before it have 2
            [[[1,2]]]                       | input_data[0] has 1 list; the model's 'x' takes 2
            [[1,2]]                         | input_data[0][0]: 1 stands where a list of values belongs
            [1]                             | input_data[0]: 1 stands where 2 levels of lists belongs
            [[[],[]]]                       | input_data[0][0] has no values
            """)
    void deeper_tensors_are_read_by_their_nesting(String written, String expected) {
        var inputs = List.of(spec("x", Datatype.FP32, -1, 2, -1));
        var body = "{\"input_data\": %s}".formatted(written);
        if (expected.startsWith("input_data")) {
            assertRefused(inputs, body, expected);
        } else {
            assertThat(read(inputs, body)).isEqualTo(expected);
        }
    }

    @Test
    void a_model_that_takes_one_row_at_a_time_gets_no_more() {
        assertRefused(
                List.of(spec("x", Datatype.FP32, 1, 2)),
                "{\"input_data\": [[1,2],[3,4]]}",
                "input_data has 2 rows; the model's 'x' takes 1");
    }

    @Test
    void an_input_may_be_called_data() {
        var inputs = List.of(spec("data", Datatype.FP32, -1, 2), spec("scale", Datatype.FP32, -1));

        assertThat(read(inputs, "{\"input_data\": {\"data\": [[1,2]], \"scale\": [3]}}"))
                .isEqualTo("[1,2] 1.0 2.0 | [1] 3.0");
    }

    @Test
    void a_table_cannot_fill_a_model_of_several_tables() {
        assertRefused(
                List.of(spec("a", Datatype.FP32, -1, 2), spec("b", Datatype.FP32, -1, 2)),
                "{\"input_data\": [[1,2]]}",
                "input_data cannot be a table, because the model takes a FP32[-1,2] and b FP32[-1,2]");
    }

    @Test
    void many_rows_arrive_whole_and_in_order() {
        var random = new Random(42);
        var numbers = IntStream.range(0, 30_000)
                .mapToObj(_ -> Float.toString((float) random.nextGaussian()))
                .toList();
        var rows = IntStream.range(0, 10_000)
                .mapToObj(row -> "[" + String.join(",", numbers.subList(row * 3, row * 3 + 3)) + "]")
                .collect(Collectors.joining(","));

        assertThat(read(TABLE_OF_3, "{\"input_data\":[" + rows + "]}"))
                .isEqualTo("[10000,3] " + String.join(" ", numbers));
    }

    @Test
    void bodies_cut_at_any_place_are_refused_and_never_fail_otherwise() {
        var body = "{\"input_data\": {\"columns\": [\"age\",\"city\",\"member\"], \"data\": [[30,\"Bonn\",true]]}}";
        for (var end = 0; end < body.length(); end++) {
            var cut = body.substring(0, end);
            assertThatThrownBy(() -> read(PEOPLE, cut)).as(cut).isInstanceOf(Refusal.class);
        }
    }

    @Test
    void an_empty_body_is_refused() {
        assertRefused(TABLE_OF_3, "", "The body must be a JSON object with a field 'input_data'");
    }

    @Test
    void lists_nested_without_end_are_refused() {
        assertRefused(TABLE_OF_3, "{\"input_data\": " + "[".repeat(100_000), "input_data[0][0]");
        assertRefused(TABLE_OF_3, "{\"other\": " + "[".repeat(100_000), "The body is not JSON");
    }

    @Test
    void bytes_that_are_not_text_are_refused() {
        var bytes = new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe, '"', ':', '1', '}'};
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> ScoreBody.read(new ByteArrayInputStream(bytes), TABLE_OF_3, arena))
                    .isInstanceOf(Refusal.class);
        }
    }
}
