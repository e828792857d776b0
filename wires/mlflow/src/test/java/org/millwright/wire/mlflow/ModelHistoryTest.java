package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.RunId;

class ModelHistoryTest {
    private static final RunId RUN = new RunId("r1");

    @Test
    void models_are_told_in_the_order_they_were_logged() throws IOException {
        var history = append(append(null, "first", ""), "second", "");
        assertThat(MlflowJson.MAPPER.readTree(history).findValuesAsText("artifact_path"))
                .containsExactly("first", "second");
    }

    @Test
    void a_model_that_is_told_again_stands_there_once() throws IOException {
        var signature = "x".repeat(500);
        var history = append(append(append(null, "first", signature), "second", signature), "first", signature);
        assertThat(MlflowJson.MAPPER.readTree(history).findValuesAsText("artifact_path"))
                .containsExactly("first", "second");
        for (var index = 0; index < 20; index++) {
            history = append(history, "more-" + index, signature);
        }
        assertThat(append(history, "first", signature)).isEqualTo(history);
    }

    @Test
    void a_long_history_stays_readable_and_keeps_the_newest() throws IOException {
        String history = null;
        for (var index = 0; index < 200; index++) {
            history = append(history, "model-" + index, "x".repeat(500));
        }
        assertThat(history).isNotNull().hasSizeLessThanOrEqualTo(8000);
        var names = MlflowJson.MAPPER.readTree(history).findValuesAsText("artifact_path");
        assertThat(names).hasSizeGreaterThan(20).endsWith("model-198", "model-199");
    }

    @Test
    void what_is_no_model_is_refused() {
        assertThatThrownBy(() -> ModelHistory.parse("{x", RUN)).hasMessageContaining("is not a valid JSON");
        assertThatThrownBy(() -> ModelHistory.parse("[]", RUN)).hasMessageContaining("JSON object");
        assertThatThrownBy(() -> ModelHistory.parse("{\"flavors\": {}}", RUN))
                .hasMessageContaining("missing mandatory fields: [artifact_path, run_id, utc_time_created]");
        assertThatThrownBy(() -> ModelHistory.parse(model("a", "").replace("r1", "r2"), RUN))
                .hasMessageContaining("its run_id must be the run's");
    }

    private static String append(String history, String name, String signature) {
        return ModelHistory.append(history, ModelHistory.parse(model(name, signature), RUN));
    }

    private static String model(String name, String signature) {
        return """
                {"artifact_path": "%s", "flavors": {}, "run_id": "r1", "utc_time_created": "now", "signature": "%s"}""".formatted(name, signature);
    }
}
