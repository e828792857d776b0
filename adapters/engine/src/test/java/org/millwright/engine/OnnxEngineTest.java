package org.millwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxEngineTest {
    private final ScoringEngine engine = new OnnxEngine();

    @TempDir
    Path folder;

    @Test
    void a_linear_model_gives_the_weighted_sum_of_each_row() {
        try (var model = engine.load(Models.file("linear.onnx"));
                var run = model.newRun()) {
            var answer = run.run(List.of(Models.floats(2, 3, 1, 1, 1, 0, 0, 2))).getFirst();

            assertThat(answer.shape()).containsExactly(2, 1);
            assertThat(answer.fp32(0)).isEqualTo(6.5f);
            assertThat(answer.fp32(1)).isEqualTo(6.5f);
        }
    }

    @Test
    void a_model_tells_what_it_takes_and_gives() {
        try (var model = engine.load(Models.file("iris.onnx"))) {
            assertThat(model.inputs()).extracting(TensorSpec::toString).containsExactly("X FP32[-1,4]");
            assertThat(model.outputs())
                    .extracting(TensorSpec::toString)
                    .containsExactly("label INT64[-1]", "probabilities FP32[-1,3]");
        }
    }

    @Test
    void a_scikit_learn_pipeline_answers_as_in_python() throws IOException {
        assertAnswersAsInPython("iris.onnx");
    }

    @Test
    void a_classifier_that_gives_maps_is_served_as_a_table_in_the_order_of_its_classes() throws IOException {
        assertAnswersAsInPython("iris-zipmap.onnx");
    }

    private void assertAnswersAsInPython(String file) throws IOException {
        var expected = new ObjectMapper().readTree(Files.readString(Models.file("iris-expected.json")));
        var values = new float[3 * 4];
        for (var index = 0; index < values.length; index++) {
            values[index] =
                    (float) expected.get("rows").get(index / 4).get(index % 4).asDouble();
        }
        try (var model = engine.load(Models.file(file));
                var run = model.newRun()) {
            var answers = run.run(List.of(Models.floats(3, 4, values)));

            for (var row = 0; row < 3; row++) {
                assertThat(answers.get(0).whole(row))
                        .isEqualTo(expected.get("label").get(row).asLong());
                for (var kind = 0; kind < 3; kind++) {
                    assertThat((double) answers.get(1).fp32(row * 3 + kind))
                            .isCloseTo(
                                    expected.get("probabilities")
                                            .get(row)
                                            .get(kind)
                                            .asDouble(),
                                    within(1e-5));
                }
            }
        }
    }

    @Test
    void every_element_type_comes_back_as_it_went_in() {
        try (var model = engine.load(Models.file("typed-columns.onnx"));
                var run = model.newRun()) {
            assertThat(model.inputs())
                    .extracting(TensorSpec::datatype)
                    .containsExactly(Datatype.INT64, Datatype.FP32, Datatype.FP64, Datatype.BYTES, Datatype.BOOL);
            var column = new long[] {1, 1};
            var answers = run.run(List.of(
                    Models.wholes(Datatype.INT64, column, Long.MAX_VALUE),
                    Models.floats(1, 1, 1.5f),
                    Tensor.zeros(Datatype.FP64, column),
                    Tensor.texts(column, new String[] {"Zürich"}),
                    Tensor.zeros(Datatype.BOOL, column)));

            assertThat(answers.get(0).whole(0)).isEqualTo(Long.MAX_VALUE);
            assertThat(answers.get(1).fp32(0)).isEqualTo(1.5f);
            assertThat(answers.get(2).fp64(0)).isZero();
            assertThat(answers.get(3).text(0)).isEqualTo("Zürich");
            assertThat(answers.get(4).bool(0)).isFalse();
        }
    }

    @Test
    void a_run_that_fails_inside_the_model_says_so_and_the_next_one_succeeds() {
        try (var model = engine.load(Models.file("failing.onnx"))) {
            try (var run = model.newRun()) {
                assertThatThrownBy(() -> run.run(List.of(Models.wholes(Datatype.INT64, new long[] {1}, 7))))
                        .isInstanceOfSatisfying(ModelRunFailed.class, failed -> assertThat(failed.stopped())
                                .isFalse())
                        .hasMessageContaining("out of data bounds");
            }
            try (var run = model.newRun()) {
                assertThat(run.run(List.of(Models.wholes(Datatype.INT64, new long[] {1}, 2)))
                                .getFirst()
                                .fp32(0))
                        .isEqualTo(30f);
            }
        }
    }

    @Test
    void a_run_can_be_stopped_from_another_thread() {
        try (var model = engine.load(Models.file("slow.onnx"));
                var run = model.newRun()) {
            var ended = new AtomicBoolean();
            var stopper = CompletableFuture.runAsync(() -> {
                while (!ended.get()) {
                    run.stop();
                    Thread.onSpinWait();
                }
            });
            assertThatThrownBy(() -> run.run(List.of(Models.wholes(Datatype.INT64, new long[] {1}, 2_000_000_000))))
                    .isInstanceOfSatisfying(ModelRunFailed.class, failed -> assertThat(failed.stopped())
                            .isTrue());
            ended.set(true);
            stopper.join();
        }
    }

    @Test
    void a_run_that_has_ended_takes_no_harm_from_being_stopped() {
        try (var model = engine.load(Models.file("linear.onnx"))) {
            var run = model.newRun();
            run.close();
            run.stop();
        }
    }

    @Test
    void an_mlflow_model_is_found_by_its_description() throws IOException {
        Files.writeString(folder.resolve("MLmodel"), """
                flavors:
                  onnx:
                    data: model.onnx
                    onnx_version: 1.23.2
                  python_function:
                    loader_module: mlflow.onnx
                """);
        Files.copy(Models.file("linear.onnx"), folder.resolve("model.onnx"));
        Files.copy(Models.file("iris.onnx"), folder.resolve("another.onnx"));

        try (var model = engine.load(folder)) {
            assertThat(model.inputs()).extracting(TensorSpec::name).containsExactly("x");
        }
    }

    @Test
    void a_folder_with_one_onnx_file_needs_no_description() throws IOException {
        Files.copy(Models.file("iris.onnx"), folder.resolve("whatever.onnx"));

        try (var model = engine.load(folder)) {
            assertThat(model.inputs()).extracting(TensorSpec::name).containsExactly("X");
        }
    }
}
