package org.millwright.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.inference.Specs.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.millwright.engine.Datatype;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

class ScoreAnswerTest {
    private static Tensor floats(long[] shape, float... values) {
        var buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        buffer.asFloatBuffer().put(values);
        return Tensor.numbers(Datatype.FP32, shape, buffer);
    }

    private static String write(List<TensorSpec> outputs, Tensor... tensors) {
        return new String(ScoreAnswer.write(outputs, List.of(tensors)), StandardCharsets.UTF_8);
    }

    private static String write(Tensor tensor) {
        return write(List.of(spec("y", tensor.datatype())), tensor);
    }

    @Test
    void one_output_is_a_bare_list_of_its_rows() {
        assertThat(write(floats(new long[] {2, 2}, 1, 2, 3, 4.5f))).isEqualTo("[[1.0,2.0],[3.0,4.5]]");
        assertThat(write(floats(new long[] {2, 1, 2}, 1, 2, 3, 4))).isEqualTo("[[[1.0,2.0]],[[3.0,4.0]]]");
    }

    @Test
    void one_value_per_row_is_a_flat_list() {
        assertThat(write(floats(new long[] {2, 1}, 1, 2))).isEqualTo("[1.0,2.0]");
        assertThat(write(floats(new long[] {2}, 1, 2))).isEqualTo("[1.0,2.0]");
    }

    @Test
    void several_outputs_are_an_object_by_their_names() {
        var outputs = List.of(spec("label", Datatype.BYTES, -1), spec("probabilities", Datatype.FP32, -1, 2));

        assertThat(write(
                        outputs,
                        Tensor.texts(new long[] {1}, new String[] {"a \"b\" ü"}),
                        floats(new long[] {1, 2}, 0.25f, 0.75f)))
                .isEqualTo("{\"label\":[\"a \\\"b\\\" ü\"],\"probabilities\":[[0.25,0.75]]}");
    }

    @Test
    void what_json_cannot_say_is_null() {
        assertThat(write(floats(new long[] {3}, Float.NaN, Float.POSITIVE_INFINITY, 1)))
                .isEqualTo("[null,null,1.0]");
    }

    @Test
    void no_rows_and_no_dimensions_are_written_as_such() {
        assertThat(write(floats(new long[] {0, 3}))).isEqualTo("[]");
        assertThat(write(floats(new long[] {}, 7))).isEqualTo("7.0");
    }

    @Test
    void every_float_reads_back_as_the_same_float() throws IOException {
        var random = new Random(7);
        var values = new float[20_000];
        for (var index = 0; index < values.length; index++) {
            values[index] = Float.intBitsToFloat(random.nextInt());
            if (!Float.isFinite(values[index])) {
                values[index] = Float.MIN_VALUE;
            }
        }
        var read = new ObjectMapper().readTree(write(floats(new long[] {values.length}, values)));
        for (var index = 0; index < values.length; index++) {
            assertThat(Float.parseFloat(read.get(index).asText())).isEqualTo(values[index]);
            assertThat((float) read.get(index).asDouble()).isEqualTo(values[index]);
        }
    }

    @Test
    void every_double_reads_back_as_the_same_double() throws IOException {
        var random = new Random(7);
        var buffer = ByteBuffer.allocate(5_000 * Double.BYTES).order(ByteOrder.nativeOrder());
        while (buffer.hasRemaining()) {
            buffer.putDouble(random.nextGaussian() * Math.pow(10, random.nextInt(-200, 200)));
        }
        var tensor = Tensor.numbers(Datatype.FP64, new long[] {5_000}, buffer.flip());
        var read = new ObjectMapper().readTree(write(tensor));
        for (var index = 0; index < tensor.count(); index++) {
            assertThat(read.get(index).asDouble()).isEqualTo(tensor.fp64(index));
        }
    }
}
