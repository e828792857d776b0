package org.millwright.wire.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.ModelLink;
import org.millwright.experiment.model.ModelPoint;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

class MlflowJsonTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final ExperimentId EXPERIMENT = new ExperimentId(7);

    @Test
    void an_experiment_is_written_as_mlflow_writes_it() throws IOException {
        var experiment = new Experiment(
                EXPERIMENT, WorkspaceName.MAIN, "forge", Map.of("team", "a"), NOON, NOON, null, Revision.UNSAVED);
        assertWritten(ExperimentBody.of(experiment), """
                {"experiment_id": "7", "name": "forge", "artifact_location": "mlflow-artifacts:/7",
                 "lifecycle_stage": "active", "last_update_time": 1772366400000, "creation_time": 1772366400000,
                 "tags": [{"key": "team", "value": "a"}], "workspace": "default"}""");
    }

    @Test
    void a_run_that_logged_nothing_has_no_empty_lists() throws IOException {
        assertWritten(RunBody.of(run(), RunData.EMPTY), """
                {"info": {"run_id": "r1", "run_uuid": "r1", "run_name": "brave-anvil-7", "experiment_id": "7",
                          "user_id": "ada", "status": "RUNNING", "start_time": 1772366400000,
                          "artifact_uri": "mlflow-artifacts:/7/r1/artifacts", "lifecycle_stage": "active"},
                 "data": {}, "inputs": {}, "outputs": {}}""");
    }

    @Test
    void what_a_run_logged_is_written_with_it() throws IOException {
        var logged = new RunData(
                List.of(new Metric("loss", Double.NaN, 5, 2), new Metric("top", Double.POSITIVE_INFINITY, 5, 0)),
                Map.of("depth", "3"),
                Map.of("who", ""),
                List.of(new DatasetInput(
                        "pairs", "d1", "code", "{}", null, null, Map.of("mlflow.data.context", "train"))),
                List.of(
                        new ModelLink("m-1", 0, ModelLink.Direction.INPUT),
                        new ModelLink("m-2", 4, ModelLink.Direction.OUTPUT)));
        var written = written(RunBody.of(run(), logged));
        assertThat(written.get("data")).isEqualTo(json("""
                                {"metrics": [{"key": "loss", "value": "NaN", "timestamp": 5, "step": 2},
                                             {"key": "top", "value": 1.7976931348623157e308, "timestamp": 5, "step": 0}],
                                 "params": [{"key": "depth", "value": "3"}], "tags": [{"key": "who", "value": ""}]}"""));
        assertThat(written.get("inputs")).isEqualTo(json("""
                                {"dataset_inputs": [{"tags": [{"key": "mlflow.data.context", "value": "train"}],
                                   "dataset": {"name": "pairs", "digest": "d1", "source_type": "code", "source": "{}"}}],
                                 "model_inputs": [{"model_id": "m-1"}]}"""));
        assertThat(written.get("outputs"))
                .isEqualTo(json("{\"model_outputs\": [{\"model_id\": \"m-2\", \"step\": 4}]}"));
    }

    @Test
    void a_logged_model_is_written_as_mlflow_writes_it() throws IOException {
        var id = "m-" + "0".repeat(32);
        var model = new LoggedModel(
                new LoggedModelId(id),
                WorkspaceName.MAIN,
                EXPERIMENT,
                "classifier",
                "sklearn",
                new RunId("r1"),
                LoggedModel.Status.READY,
                Map.of("C", "1.0"),
                Map.of(),
                NOON,
                NOON,
                null,
                Revision.UNSAVED);
        assertWritten(
                LoggedModelBody.of(
                        model, List.of(new ModelPoint(new RunId("r2"), new Metric("late", 2, 9, 0, id, null, null)))),
                """
                {"info": {"model_id": "%1$s", "experiment_id": "7", "name": "classifier",
                          "creation_timestamp_ms": 1772366400000, "last_updated_timestamp_ms": 1772366400000,
                          "artifact_uri": "mlflow-artifacts:/7/models/%1$s/artifacts", "status": "LOGGED_MODEL_READY",
                          "model_type": "sklearn", "source_run_id": "r1"},
                 "data": {"params": [{"key": "C", "value": "1.0"}],
                          "metrics": [{"key": "late", "value": 2.0, "timestamp": 9, "step": 0, "model_id": "%1$s",
                                       "run_id": "r2"}]}}""".formatted(id));
    }

    @Test
    void a_registered_model_shows_the_newest_versions_that_it_is_given() throws IOException {
        var name = new ModelName("cancer");
        var model = new RegisteredModel(
                WorkspaceName.MAIN, name, "", Map.of(), Map.of("champion", 2), NOON, NOON, Revision.UNSAVED);
        var body = RegisteredModelBody.of(
                model, List.of(version(name, 2, Stage.PRODUCTION), version(name, 4, Stage.NONE)));
        assertThat(body.latestVersions()).extracting(ModelVersionBody::version).containsExactly("2", "4");
        assertWritten(body.latestVersions().getFirst(), """
                {"name": "cancer", "version": "2", "creation_timestamp": 1772366400000,
                 "last_updated_timestamp": 1772366400000, "user_id": "ada", "current_stage": "Production",
                 "description": "", "source": "runs:/r1/model", "run_id": "r1", "status": "READY", "run_link": "",
                 "aliases": ["champion"]}""");
        assertThat(written(body).get("aliases")).isEqualTo(json("[{\"alias\": \"champion\", \"version\": \"2\"}]"));
    }

    @Test
    void nothing_to_say_is_an_empty_object() throws IOException {
        assertWritten(Empty.DONE, "{}");
        assertWritten(new RunsResource.Found(List.of(), null), "{}");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"name": 123}                          | Invalid value 123 for parameter 'name' supplied: Hint: Value was of type 'int'.
            {"name": true}                         | Invalid value true for parameter 'name' supplied: Hint: Value was of type 'bool'.
            {"name": "a", "tags": {}}              | Invalid value {} for parameter 'tags' supplied: Hint: Value was of type 'dict'.
            {"name": "a", "tags": [{"key": 1}]}    | Invalid value 1 for parameter 'tags[0].key' supplied
            {"name":                               | The request is not valid JSON, at line 1, column
            [1]                                    | The request must be a JSON object, not [1]
            """)
    void a_request_of_the_wrong_shape_is_refused_with_its_place(String json, String message) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(RequestRefused.class).hasMessageStartingWith(message);
    }

    @Test
    void unknown_fields_are_ignored_and_no_content_is_an_empty_request() throws IOException {
        assertThat(read("{\"name\": \"a\", \"later\": [1]}").name()).isEqualTo("a");
        assertThat(read("").name()).isNull();
    }

    private static ExperimentsResource.Create read(String json) throws IOException {
        return RequestReader.read(ExperimentsResource.Create.class, new ByteArrayInputStream(json.getBytes(UTF_8)));
    }

    private static Run run() {
        return Run.track(new RunId("r1"), WorkspaceName.MAIN, EXPERIMENT, "brave-anvil-7", "ada", NOON)
                .next();
    }

    private static ModelVersion version(ModelName name, int number, Stage stage) {
        return new ModelVersion(
                WorkspaceName.MAIN,
                new ModelRef(name, number),
                "runs:/r1/model",
                null,
                new RunId("r1"),
                null,
                "",
                "ada",
                null,
                "",
                Map.of(),
                stage,
                NOON,
                NOON,
                Revision.UNSAVED);
    }

    private static JsonNode json(String text) throws IOException {
        return MlflowJson.MAPPER.readTree(text);
    }

    private static void assertWritten(Record body, String expected) throws IOException {
        assertThat(written(body)).isEqualTo(json(expected));
    }

    private static JsonNode written(Record body) throws IOException {
        return json(MlflowJson.MAPPER.writeValueAsString(body));
    }
}
