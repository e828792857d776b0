package org.millwright.inference;

import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.millwright.engine.Datatype;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/** What models take, and how tensors are compared in tests. */
final class Specs {
    static final List<TensorSpec> TABLE_OF_3 = List.of(spec("x", Datatype.FP32, -1, 3));
    static final List<TensorSpec> PEOPLE = List.of(
            spec("age", Datatype.INT64, -1, 1), spec("city", Datatype.BYTES, -1, 1), spec("member", Datatype.BOOL, -1));

    private Specs() {}

    static TensorSpec spec(String name, Datatype datatype, long... shape) {
        return new TensorSpec(name, datatype, Arrays.stream(shape).boxed().toList());
    }

    /** As in {@code [2,3] 1.0 2.0 3.0 4.0 5.0 6.0}. */
    static String words(Tensor tensor) {
        var words = new StringJoiner(" ");
        words.add(Arrays.toString(tensor.shape()).replace(" ", ""));
        for (var index = 0; index < tensor.count(); index++) {
            words.add(
                    switch (tensor.datatype()) {
                        case FP16 -> String.valueOf(tensor.fp16(index));
                        case FP32 -> String.valueOf(tensor.fp32(index));
                        case FP64 -> String.valueOf(tensor.fp64(index));
                        case BOOL -> String.valueOf(tensor.bool(index));
                        case BYTES -> tensor.text(index);
                        case UINT8, INT8, INT16, INT32, INT64 -> String.valueOf(tensor.whole(index));
                    });
        }
        return words.toString();
    }
}
