package org.millwright.wire.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.experiment.model.Metric;
import org.millwright.shared.Refused;

class LogBatchTest {

    @Test
    void a_batch_is_read_as_clients_write_it() throws IOException {
        var batch = read("""
                {"run_id": "r1", "unknown": [{"deep": [1]}],
                 "metrics": [{"key": "loss", "value": 0.5, "timestamp": 1700000000000, "step": 3, "more": {}},
                             {"key": "text", "value": "2.5", "timestamp": "12", "step": "-1", "model_id": "m-1",
                              "dataset_name": "d", "dataset_digest": ""},
                             {"key": "inf", "value": "-Infinity", "timestamp": 1}],
                 "params": [{"key": "rate", "value": "0.1"}, {"key": "none"}],
                 "tags": [{"key": "who", "value": "ada"}, {"key": "who", "value": "bob"}]}""");
        assertThat(batch.run().value()).isEqualTo("r1");
        assertThat(batch.batch().metrics())
                .containsExactly(
                        new Metric("loss", 0.5, 1_700_000_000_000L, 3),
                        new Metric("text", 2.5, 12, -1, "m-1", "d", null),
                        new Metric("inf", -Double.MAX_VALUE, 1, 0));
        assertThat(batch.batch().parameters()).containsExactly(entry("rate", "0.1"), entry("none", ""));
        assertThat(batch.batch().tags()).containsExactly(entry("who", "bob"));
    }

    @Test
    void not_a_number_is_a_value() throws IOException {
        var batch = read("""
                {"run_uuid": "r1", "metrics": [{"key": "m", "value": "NaN", "timestamp": 1}]}""");
        assertThat(batch.batch().metrics().getFirst().value()).isNaN();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {}                                                               | Missing value for required parameter 'run_id'.
            {"run_id": "r", "metrics": {}}                                   | Invalid value {...} for parameter 'metrics' supplied: it must be a list
            {"run_id": "r", "metrics": [1]}                                  | Invalid value 1 for parameter 'metrics[0]' supplied: it must be an object
            {"run_id": "r", "metrics": [{"value": 1, "timestamp": 1}]}       | Missing value for required parameter 'metrics[0].key'.
            {"run_id": "r", "metrics": [{"key": "a", "timestamp": 1}]}       | Missing value for required parameter 'metrics[0].value'.
            {"run_id": "r", "metrics": [{"key": "a", "value": 1}]}           | Missing value for required parameter 'metrics[0].timestamp'.
            {"run_id": "r", "metrics": [{"key": "a", "value": "x"}]}         | Invalid value "x" for parameter 'metrics[0].value' supplied: it must be a number
            {"run_id": "r", "metrics": [{"key": "a", "timestamp": "soon"}]}  | Invalid value "soon" for parameter 'metrics[0].timestamp' supplied: it must be a whole number
            {"run_id": "r", "metrics": [{"key": "a", "step": 1.5}]}          | Invalid value 1.5 for parameter 'metrics[0].step' supplied: it must be a whole number
            {"run_id": "r", "params": [{"value": "1"}]}                      | Missing value for required parameter 'params[0].key'.
            {"run_id": "r", "params": [{"key": "k", "value": 1}]}            | Invalid value 1 for parameter 'params[0].value' supplied: it must be a text
            {"run_id": "r", "params": [{"key":"k"},{"key":"k"}]}             | Duplicate parameter keys have been submitted: ['k']
            {"run_id": 7}                                                    | Invalid value 7 for parameter 'run_id' supplied: it must be a text
            [1]                                                              | The request must be a JSON object
            {"run_id": "r", "metrics": [                                     | The request is not valid JSON, at line 1, column
            {"run_id": "r", "metrics": [{"key": "a", "step": 99999999999999999999}]} | The request is not valid JSON
            """)
    void what_cannot_be_stored_is_refused_with_its_place(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(RequestRefused.class).hasMessageStartingWith(message);
    }

    @ParameterizedTest(name = "{0} metrics, {1} params, {2} tags: {3}")
    @CsvSource(textBlock = """
            1001, 0  , 0  , at most 1000 metrics. Got 1001 metrics
            5000, 0  , 0  , at most 1000 metrics. Got 5000 metrics
            0   , 101, 0  , at most 100 params. Got 101 params
            0   , 0  , 101, at most 100 tags. Got 101 tags
            950 , 60 , 0  , 'at most 1000 metrics, params, and tags. Got 1010'
            """)
    void a_batch_has_limits(int metrics, int params, int tags, String message) {
        assertThatThrownBy(() -> read("""
                        {"run_id": "r", "metrics": [%s], "params": [%s], "tags": [%s]}""".formatted(
                                many(metrics, "{\"key\": \"m\", \"value\": 1, \"timestamp\": %d}"),
                                many(params, "{\"key\": \"p%d\", \"value\": \"1\"}"),
                                many(tags, "{\"key\": \"t%d\", \"value\": \"1\"}"))))
                .isInstanceOf(RequestRefused.class)
                .hasMessageContaining(message);
    }

    @Test
    void names_that_lead_elsewhere_are_refused() {
        assertThatThrownBy(() -> read("""
                {"run_id": "r", "metrics": [{"key": "../up", "value": 1, "timestamp": 1}]}""")).isInstanceOf(Refused.class);
    }

    private static String many(int count, String element) {
        return IntStream.range(0, count).mapToObj(element::formatted).collect(Collectors.joining(","));
    }

    private static LogBatch read(String json) throws IOException {
        return LogBatch.read(new ByteArrayInputStream(json.getBytes(UTF_8)));
    }
}
