package org.millwright.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/**
 * The answer of Azure ML's {@code /score}: a bare list when the model gives one output, {@code {"label": [..],
 * "probabilities": [[..]]}} when it gives several.
 *
 * <p>A number is written with as many digits as it takes to read the same number back, and no more. What JSON cannot say,
 * NaN and infinity, is {@code null}. An output of one value per row, [N,1], is a flat list, as the predictions of
 * scikit-learn are.
 */
final class ScoreAnswer {
    private static final JsonFactory JSON = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();

    private final JsonGenerator json;

    private ScoreAnswer(JsonGenerator json) {
        this.json = json;
    }

    static byte[] write(List<TensorSpec> outputs, List<Tensor> tensors) {
        var bytes = new ByteArrayBuilder(256);
        try (var json = JSON.createGenerator(bytes)) {
            new ScoreAnswer(json).outputs(outputs, tensors);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private void outputs(List<TensorSpec> outputs, List<Tensor> tensors) throws IOException {
        if (tensors.size() == 1) {
            tensor(tensors.getFirst());
            return;
        }
        json.writeStartObject();
        for (var index = 0; index < tensors.size(); index++) {
            json.writeFieldName(outputs.get(index).name());
            tensor(tensors.get(index));
        }
        json.writeEndObject();
    }

    private void tensor(Tensor tensor) throws IOException {
        var levels = tensor.rank() == 2 && tensor.size(1) == 1 ? 1 : tensor.rank();
        nested(tensor, 0, levels, 0);
    }

    /** @return the index of the first value after those written */
    private int nested(Tensor tensor, int dimension, int levels, int from) throws IOException {
        if (dimension == levels) {
            value(tensor, from);
            return from + 1;
        }
        var next = from;
        json.writeStartArray();
        for (var index = 0L; index < tensor.size(dimension); index++) {
            next = nested(tensor, dimension + 1, levels, next);
        }
        json.writeEndArray();
        return next;
    }

    private void value(Tensor tensor, int index) throws IOException {
        switch (tensor.datatype()) {
            case FP32 -> floating(tensor.fp32(index));
            case FP16 -> floating(tensor.fp16(index));
            case FP64 -> floating(tensor.fp64(index));
            case BOOL -> json.writeBoolean(tensor.bool(index));
            case BYTES -> json.writeString(tensor.text(index));
            case UINT8, INT8, INT16, INT32, INT64 -> json.writeNumber(tensor.whole(index));
        }
    }

    private void floating(float value) throws IOException {
        if (Float.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    private void floating(double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }
}
