package org.millwright.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MlflowRecordsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final String RUN = """
            {"info": {"run_id": "r", "run_name": "n", "user_id": "ada", "status": "%s", "start_time": 1000,
                      "end_time": 2000, "lifecycle_stage": "%s"},
             "data": {"tags": [{"key": "t", "value": "1"}], "params": [{"key": "p", "value": ""}]},
             "inputs": {}, "outputs": {"model_outputs": [{"model_id": "m-1", "step": 2}]}}""";

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "SCHEDULED, Queued, , ",
        "RUNNING, Running, 1970-01-01T00:00:01Z, ",
        "FINISHED, Completed, 1970-01-01T00:00:01Z, 1970-01-01T00:00:02Z",
        "FAILED, Failed, 1970-01-01T00:00:01Z, 1970-01-01T00:00:02Z",
        "KILLED, Canceled, 1970-01-01T00:00:01Z, 1970-01-01T00:00:02Z"
    })
    void a_run_keeps_its_status_and_times(String status, String ours, String started, String ended) throws IOException {
        var record = MlflowRecords.run(run(status, "active"), "e", NOW);
        assertThat(record.path("status").asText()).isEqualTo(ours);
        assertThat(record.path("started_at").asText(null)).isEqualTo(started);
        assertThat(record.path("ended_at").asText(null)).isEqualTo(ended);
        assertThat(record.has("deleted_at")).isFalse();
    }

    @Test
    void a_run_that_is_being_copied_goes_on_until_all_is_there() throws IOException {
        var record = MlflowRecords.run(run("FINISHED", "deleted"), "e", NOW);
        assertThat(record.path("deleted_at").asText()).isEqualTo(NOW.toString());
        var begun = MlflowRecords.begun(record);
        assertThat(begun.path("status").asText()).isEqualTo("Running");
        assertThat(begun.has("ended_at")).isFalse();
        assertThat(begun.has("deleted_at")).isFalse();
    }

    @Test
    void what_is_there_covers_what_is_said_when_it_says_no_less() throws IOException {
        var said = MlflowRecords.run(run("FINISHED", "active"), "e", NOW);
        var there = JSON.readTree(said.toString());
        ((ObjectNode) there.path("tags")).put("more", "x");
        assertThat(MlflowRecords.covers(there, said)).isTrue();
        assertThat(MlflowRecords.covers(there, said.put("name", "another"))).isFalse();
        assertThat(MlflowRecords.covers(null, said)).isFalse();
    }

    @Test
    void a_deletion_is_news() throws IOException {
        var there = JSON.readTree(
                MlflowRecords.run(run("FINISHED", "active"), "e", NOW).toString());
        var said = MlflowRecords.run(run("FINISHED", "deleted"), "e", NOW);
        assertThat(MlflowRecords.covers(there, said)).isFalse();
    }

    private static JsonNode run(String status, String stage) throws IOException {
        return JSON.readTree(RUN.formatted(status, stage));
    }
}
